import type { MessagePort } from 'node:worker_threads';

import type { SourceLocation } from '../../../app/base/studio-error.ts';
import type { GridOrder } from './grid-order.ts';

/** What the thread gets at its start. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** Address of its worker block. */
  readonly address: number;
  /** Mail goes over a port of its own, read without returning to the event loop. */
  readonly port: MessagePort;
  /** Unix time of the process' monotonic clock at 0, in ms: all threads tell the same time. */
  readonly clockOriginMs: number;
}

export interface PlacedActor {
  readonly actorId: number;
  readonly address: number;
  readonly readyIndex: number;
  readonly programId: number;
  readonly kernel: string;
  /** Address of the first block's; the next one's is `sharedStride` further. */
  readonly sharedData: number;
  readonly sharedStride: number;
  readonly blockCount: number;
}

/** Where the threads of a worker's blocks live. */
export interface FiberPlace {
  readonly address: number;
  readonly sizeBytes: number;
  /** Of one thread. */
  readonly stackBytes: number;
}

/** Host → thread. The host counts each in the worker block's `mail`. */
export type WorkerMail =
  | { readonly kind: 'load'; readonly programId: number; readonly module: WebAssembly.Module }
  | { readonly kind: 'unload'; readonly programId: number }
  | { readonly kind: 'fibers'; readonly place: FiberPlace }
  /** `isFresh`: their shared data is to be initialized; not so after the death of a thread. */
  | { readonly kind: 'place'; readonly actors: readonly PlacedActor[]; readonly isFresh: boolean }
  | { readonly kind: 'remove'; readonly readyIndices: readonly number[] }
  /** The actor's handler was running when the last thread died. */
  | { readonly kind: 'fail'; readonly readyIndex: number }
  /** A launch to take part in. */
  | { readonly kind: 'grid'; readonly order: GridOrder }
  | { readonly kind: 'acknowledge'; readonly ticket: number };

/** Which thread of the actor, by linear indices; undefined where it has only one. */
export interface InThread {
  readonly block?: number | undefined;
  readonly thread?: number | undefined;
}

/** Thread → host. */
export type WorkerReport =
  | { readonly kind: 'acknowledged'; readonly ticket: number }
  | ({ readonly kind: 'printed'; readonly actorId: number; readonly text: string } & InThread)
  /** A thread of a launch; counted among the printed ones as well. */
  | ({ readonly kind: 'gridPrinted'; readonly gridId: number; readonly text: string } & InThread)
  /** A thread of a launch has failed; the worker begins no other block of it. */
  | ({
      readonly kind: 'gridFault';
      readonly gridId: number;
      readonly code: number;
      readonly message: string;
      readonly detail: string;
      readonly stack: string;
      readonly place: SourceLocation | undefined;
    } & InThread)
  /** There is nothing left for it to do. Times are Unix ms; `beganMs` undefined where it has run no block. */
  | {
      readonly kind: 'gridLeft';
      readonly gridId: number;
      readonly beganMs: number | undefined;
      readonly endedMs: number;
    }
  | ({
      readonly kind: 'fault';
      readonly actorId: number;
      readonly code: number;
      readonly message: string;
      readonly detail: string;
      readonly stack: string;
      /** Where the device code itself knows it. */
      readonly place: SourceLocation | undefined;
    } & InThread);
