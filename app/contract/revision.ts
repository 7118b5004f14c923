import type { Problem } from '../base/studio-error.ts';

/** One compile of a source while it is open: `r41`. */
export interface Revision {
  /** Relative path of the source. */
  readonly path: string;
  /** Counts from 1 within the source. */
  readonly number: number;
  readonly savedAtMs: number;
  readonly status: RevisionStatus;
  /** Of the compiler, in its order, in ms: parse, analyze, compile, link, … and `load`. Absent while it compiles. */
  readonly stages?: readonly { readonly name: string; readonly durationMs: number }[];
  readonly totalMs?: number;
  /** Errors of `failed` and `refused`; warnings else. */
  readonly problems: readonly Problem[];
}

export type RevisionStatus =
  | 'compiling'
  /** It does not compile; what ran before runs on. */
  | 'failed'
  /** It compiles, and nothing runs it. */
  | 'compiled'
  /** Actors run it, with their state and queues. */
  | 'loaded'
  /** Actors run it from a fresh state: the person chose the reset. */
  | 'loaded-after-reset'
  /** Layouts changed, so that state or queues could not be kept; what ran before runs on until a reset. */
  | 'refused'
  /** A later revision has taken its place. */
  | 'superseded';
