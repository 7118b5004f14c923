import type { FieldType, StructType } from '../message-type.ts';

/** Messages of one type that came out at one place, in order. */
export interface ValueStream {
  readonly type: StructType;
  readonly values: readonly Uint8Array[];
}

/** A value of a struct, as it lay in memory. */
export interface RecordedValue {
  readonly type: StructType;
  readonly bytes: Uint8Array;
}

/** What a buffer held when the run had come to rest. */
export interface HeldBuffer {
  readonly element: FieldType;
  /** Elements. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Everything that a run has come to, apart from ids and times. */
export interface RunOutcome {
  /** By where they came out: `mean#0 averages`, `log: mean#0 averages` for what a sink got. */
  readonly streams: ReadonlyMap<string, ValueStream>;
  /** Of instances that have not failed, by their labels. */
  readonly states: ReadonlyMap<string, RecordedValue>;
  /** Causes, by the labels of the instances. */
  readonly failures: ReadonlyMap<string, string>;
  /** How many, by reason. */
  readonly deadLetters: ReadonlyMap<string, number>;
  /** How many, by receiver and reason. */
  readonly undelivered: ReadonlyMap<string, number>;
  /** Lines by who printed them; undefined where they are not to be compared. */
  readonly printed: ReadonlyMap<string, readonly string[]> | undefined;
  /** By id: what messages and states refer to. */
  readonly buffers: ReadonlyMap<number, HeldBuffer>;
}
