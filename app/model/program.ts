import type { SourceLocation } from '../base/studio-error.ts';
import type { Dim3 } from './dim3.ts';
import type { FieldType, StructType } from './message-type.ts';

/** A port of a kernel, declared by RING_OUTPUT. */
export interface OutputPort {
  readonly name: string;
  /** Index in the order of declaration; `header.port` of what it emits. */
  readonly index: number;
  readonly message: StructType;
  readonly doc?: string;
  readonly location: SourceLocation;
}

export interface HandlerInfo {
  readonly message: StructType;
  readonly location: SourceLocation;
}

/** A kernel as declared by RING_KERNEL and its companions. */
export interface KernelInfo {
  readonly name: string;
  readonly doc?: string;
  /** Absent for a kernel without state. */
  readonly state?: StructType;
  readonly handlers: readonly HandlerInfo[];
  readonly outputs: readonly OutputPort[];
  /** Threads of a block, or `any` for RING_BLOCK(k, ring::any). 1 without RING_BLOCK. */
  readonly block: Dim3 | 'any';
  /** Blocks of one actor. 1 without RING_GRID. */
  readonly grid: Dim3;
  readonly location: SourceLocation;
}

/** What a parameter of a `__global__` function takes. */
export type ParameterType =
  | { readonly kind: 'value'; readonly type: FieldType }
  /** `T*`: a buffer of such elements, or null. Without an element: `void*`. */
  | { readonly kind: 'pointer'; readonly element?: FieldType; readonly isConst: boolean };

export interface FunctionParameter {
  /** `parameter2` where the source gives none. */
  readonly name: string;
  /** As in the source: `const float *`. */
  readonly cppType: string;
  readonly type: ParameterType;
  /** Bytes from the start of the parameter block. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A `__global__` function, or an explicit instantiation of a template of them. */
export interface FunctionInfo {
  /** `reduce0`, `app::scale`, `reduce<float, 256>`; of overloads with their types: `scale(float *, float)`. */
  readonly name: string;
  readonly parameters: readonly FunctionParameter[];
  readonly parameterBytes: number;
  /** Its number in the module's `ring_thread_entry`. */
  readonly entry: number;
  readonly doc?: string;
  readonly location: SourceLocation;
}

/** A `__constant__` or `__device__` variable. */
export interface SymbolInfo {
  /** Qualified. */
  readonly name: string;
  readonly type: FieldType;
  readonly sizeBytes: number;
  readonly doc?: string;
  readonly location: SourceLocation;
}

/** Everything the front end read from one `.cu` file. */
export interface ProgramInfo {
  /** Path relative to the project folder, with forward slashes. */
  readonly file: string;
  readonly kernels: readonly KernelInfo[];
  /** Every struct of the program that can be a message or a state, sorted by name. */
  readonly structs: readonly StructType[];
  /** In the order of the source. */
  readonly functions: readonly FunctionInfo[];
  /** Variables of types that the host can write, in the order of the source. */
  readonly symbols: readonly SymbolInfo[];
  /** `one`: compiled for blocks of one thread, so that plain loops vectorise; wider blocks cannot run it. */
  readonly threads: 'one' | 'many';
}

/** One instruction sequence added by the instrumenter: `length` bytes in front of original offset `at`. */
export interface WasmInsertion {
  /** Offset in the module as linked, in bytes from the module's start. */
  readonly at: number;
  readonly length: number;
}

/** Where instructions came from that a pass over the code has moved; both in bytes from a module's start. */
export interface CodeMoves {
  /** Ascending. */
  readonly to: Uint32Array<ArrayBuffer>;
  /** Offsets in the module as linked. */
  readonly from: Uint32Array<ArrayBuffer>;
}

/** A program compiled for NVIDIA's GPUs: what the driver loads. Entries of kernels are called `ring_run_<kernel>`. */
export interface CudaCode {
  /** PTX is for this architecture and all later ones, a cubin for this one and later ones of the same major number. */
  readonly kind: 'ptx' | 'cubin';
  readonly image: Uint8Array<ArrayBuffer>;
  /** `compute_80` of PTX, `sm_80` of a cubin. */
  readonly architecture: string;
  /** Names in the module of `info.functions`, in that order. */
  readonly functions: readonly string[];
  /** Names in the module of `info.symbols`, in that order. */
  readonly symbols: readonly string[];
}

/** A compiled program: what devices load, caches store and bundles carry. */
export interface ProgramImage {
  readonly info: ProgramInfo;
  /** Content hash (hex) of everything that went into it. */
  readonly hash: string;
  /** Instrumented module for the CPU device, linked for static data at `staticData.address`. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** The module as linked, with DWARF lines: only for locating faults. */
  readonly debugWasm: Uint8Array<ArrayBuffer>;
  readonly insertions: readonly WasmInsertion[];
  /** Of a program whose threads can wait for each other: `insertions` are then into the module with this code. */
  readonly moves?: CodeMoves;
  /** Where in the arena the module's static data lies (`--global-base`), and how much of it there is. */
  readonly staticData: { readonly address: number; readonly sizeBytes: number };
  /** Ids of the message types that the module's code sends, without repetition, ascending. */
  readonly sentTypes: readonly number[];
  /** One block's thread-local (`__shared__`) data; 0 bytes when it has none. */
  readonly sharedData: {
    readonly sizeBytes: number;
    readonly alignBytes: number;
    /** Where `extern __shared__` begins. */
    readonly dynamicAt: number;
    /** Of the user's variables: what a card would count. */
    readonly staticBytes: number;
  };
  /** `T{}` of each entry of `info.structs`, in that order: initial states and field defaults. */
  readonly defaults: readonly Uint8Array<ArrayBuffer>[];
  /** Where in the arena each entry of `info.symbols` lies, in that order. */
  readonly symbolAddresses: readonly number[];
  /** Where it was asked for. */
  readonly cuda?: CudaCode;
}
