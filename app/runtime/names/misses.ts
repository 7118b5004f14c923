import { MAX_NAME_BYTES, MISS, MISS_ANSWER, MISS_COUNT, MISS_KIND, MISSES } from '../../abi/arena-layout.ts';
import { hashName } from '../../base/fnv1a.ts';
import type { Arena } from '../../device/arena.ts';

/** A name that a handler sent to, or published to, and that its device does not know. */
export interface AskedName {
  readonly kind: 'actor' | 'topic';
  readonly text: string;
  /** False where it was too long, is no UTF-8, or a handler has written over it. */
  readonly isWhole: boolean;
}

/** Its place in the table, or why it has none and the number of the refusal. */
export interface NameAnswer {
  readonly kind: Exclude<keyof typeof MISS_ANSWER, 'none'>;
  readonly value: number;
}

/**
 * Answers an actor whose handler has named what its device does not know. It waits, and its list stays as it is, until all
 * that something was sent to is answered; so an entry without an answer, read while the list's number is still the same,
 * is really waited for. True when the actor is to be woken.
 *
 * `list` is where the host has laid it out: what its actor's block says may have been written over.
 */
export function answerMisses(arena: Arena, list: number, answer: (name: AskedName) => NameAnswer): boolean {
  const { u32, u8 } = arena;
  const askedAt = (list + MISSES.asked) >>> 2;
  const asked = Atomics.load(u32, askedAt);
  const count = Math.min(asked & 255, MISS_COUNT);
  let isAnswered = false;
  for (let index = 0; index < count; index++) {
    const entry = list + MISSES.entries + index * MISS.sizeBytes;
    const isOpen = Atomics.load(u32, (entry + MISS.answer) >>> 2) === MISS_ANSWER.none;
    if (!isOpen || Atomics.load(u8, entry + MISS.isWanted) === 0) continue;
    const name = readName(arena, entry);
    if (Atomics.load(u32, askedAt) !== asked) break; // it goes on: that was another list
    const { kind, value } = answer(name);
    Atomics.store(u32, (entry + MISS.answer) >>> 2, ((value << 3) | MISS_ANSWER[kind]) >>> 0);
    isAnswered = true;
  }
  return isAnswered;
}

/** Place of a name that an outbox entry has as a miss; undefined where it has none, or is not answered. */
export function answeredIndex(arena: Arena, list: number, missed: number): number | undefined {
  const answer = Atomics.load(arena.u32, (entryOf(list, missed) + MISS.answer) >>> 2);
  return (answer & 7) === MISS_ANSWER.index ? answer >>> 3 : undefined;
}

/** A name that an outbox entry has as a miss. */
export function missedName(arena: Arena, list: number, missed: number): AskedName {
  return readName(arena, entryOf(list, missed));
}

function entryOf(list: number, missed: number): number {
  return list + MISSES.entries + (missed % MISS_COUNT) * MISS.sizeBytes;
}

function readName({ u8, memory }: Arena, entry: number): AskedName {
  const view = new DataView(memory.buffer, entry, MISS.sizeBytes);
  const sizeBytes = Math.min(view.getUint16(MISS.bytes, true), MAX_NAME_BYTES);
  const start = entry + MISS.text;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(u8.slice(start, start + sizeBytes));
  return {
    kind: view.getUint8(MISS.kind) === MISS_KIND.topic ? 'topic' : 'actor',
    text,
    isWhole: hashName(text) === view.getBigUint64(MISS.hash, true),
  };
}
