import type { FaultCause } from '../../../app/device/device.ts';
import type { AsyncifyResult } from '../wasm/asyncify.ts';

/** Paths in the compiler's virtual file system, without the leading slash, to contents. */
export type VirtualFiles = Readonly<Record<string, string | Uint8Array>>;

/** One call of LLVM's multi-call binary (`clang -cc1 …`, `wasm-ld …`) over virtual files. */
export interface ToolRun {
  readonly args: readonly string[];
  readonly files: VirtualFiles;
  /** Paths of the files to bring back; those that the tool did not write are left out of the result. */
  readonly outputs: readonly string[];
  /**
   * Takes what the tool writes to stdout for the contents of this path: each write to a file of the virtual file system
   * copies the file, which is quadratic in its size.
   */
  readonly stdoutPath?: string;
  /** The tool is stopped when it writes more to stdout, or runs out of memory before. */
  readonly maxStdoutBytes?: number;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The tool was stopped: `maxStdoutBytes`. */
  readonly isCutOff: boolean;
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly durationMs: number;
}

/** What a fresh compiler process starts with: files that every run sees, and runs whose outputs join them. */
export interface Preparation {
  readonly files: VirtualFiles;
  readonly runs: readonly ToolRun[];
}

/** Runs a linked module's constant functions: the initializers of its structs are the user's code. */
export interface Evaluation {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Address of its static data. */
  readonly base: number;
  /** Of each struct, in the order of `ring_defaults`. */
  readonly structSizes: readonly number[];
  /** Of `ring_symbol`. */
  readonly symbolCount: number;
}

/** Where device code gave up; a path in the virtual file system. */
export interface FailurePlace {
  readonly file: string;
  readonly line: number;
}

export type EvaluationResult =
  | {
      readonly ok: true;
      /** `T{}` of each struct. */
      readonly defaults: readonly Uint8Array<ArrayBuffer>[];
      /** Ids of the message types that the code sends, ascending. */
      readonly sentTypes: readonly number[];
      /** Where each symbol lies. */
      readonly symbolAddresses: readonly number[];
      /** Threads can wait for each other: the module has to be made ready for that. */
      readonly hasWaits: boolean;
    }
  | InitializerFailure
  /** The code calls functions that no worker supplies. */
  | { readonly ok: false; readonly reason: 'foreign-imports'; readonly names: readonly string[] };

/** `T{}` of a struct came to no end, or to a bad one. */
export interface InitializerFailure {
  readonly ok: false;
  readonly reason: 'initializer';
  readonly structIndex: number;
  readonly cause: FaultCause;
  readonly place?: FailurePlace;
}

export type CompilerTask =
  | { readonly kind: 'tool'; readonly run: ToolRun }
  | { readonly kind: 'evaluate'; readonly evaluation: Evaluation }
  | { readonly kind: 'asyncify'; readonly linked: Uint8Array<ArrayBuffer> };
export type CompilerTaskResult = ToolResult | EvaluationResult | AsyncifyResult;

/** Runs come one at a time, the first when the process is ready: one that never ends would keep it from saying so. */
export type CompilerRequest =
  | { readonly kind: 'prepare'; readonly preparation: Preparation }
  | { readonly kind: 'run'; readonly id: number; readonly task: CompilerTask };

export type CompilerReply =
  | { readonly kind: 'ready'; readonly durationMs: number }
  /** A run of the preparation failed: the product is broken, whatever the user does. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly result: CompilerTaskResult }
  /** LLVM itself trapped. The process can go on: each run has an instance of its own. */
  | { readonly kind: 'trapped'; readonly id: number; readonly message: string };
