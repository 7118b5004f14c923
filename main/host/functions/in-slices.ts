import { setImmediate as nextTurn } from 'node:timers/promises';

/** Some milliseconds of work. */
const SLICE = 2 ** 20;

/** Walks over so many elements with a turn of the event loop in between: whatever else the host does goes on. */
export async function inSlices(length: number, visit: (index: number) => void): Promise<void> {
  for (let from = 0; from < length; from += SLICE) {
    if (from > 0) await nextTurn();
    const to = Math.min(length, from + SLICE);
    for (let index = from; index < to; index++) visit(index);
  }
}
