/** Slots of the table of buffers: a buffer's id is generation × this + slot. The memory protocol has the same number. */
export const BUFFER_SLOTS = 2 ** 20;

/** How a message refers to a buffer: as JSON, and as objects that are read from memory. */
export interface BufferHandle {
  readonly buffer: number;
}

/** Whether a number can be the id of a buffer that is, was or will be: generations have 32 bits and begin at 1. */
export function isBufferId(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= BUFFER_SLOTS && id < BUFFER_SLOTS * 2 ** 32;
}

export function splitBufferId(id: number): { readonly slot: number; readonly generation: number } {
  return { slot: id % BUFFER_SLOTS, generation: Math.floor(id / BUFFER_SLOTS) };
}
