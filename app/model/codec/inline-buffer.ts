import type { FieldType } from '../message-type.ts';

/** The elements of a buffer that was given as an array. */
export interface InlineBuffer {
  /** Of the handle, in the bytes of the message. */
  readonly offset: number;
  readonly element: FieldType;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
