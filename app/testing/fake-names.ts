import {
  ACTOR,
  ARENA,
  ARENA_HEADER_ADDRESS,
  GROUP,
  HEADER,
  MAX_NAME_BYTES,
  MISS,
  MISS_ANSWER,
  MISS_COUNT,
  MISS_KIND,
  MISSED,
  MISSES,
  TOPIC,
} from '../abi/arena-layout.ts';
import { hashName } from '../base/fnv1a.ts';
import type { Arena } from '../device/arena.ts';

type Kind = keyof typeof MISS_KIND;
type Refusal = 'no-such-actor' | 'too-many-topics' | 'invalid-topic';

/** A place in the table, or why there is none and the number of the refusal; `undefined` while the host has not said. */
export type FoundName = { readonly index: number } | { readonly refusal: number; readonly reason: Refusal };

const REFUSALS: Readonly<Record<number, Refusal>> = {
  [MISS_ANSWER.tooManyTopics]: 'too-many-topics',
  [MISS_ANSWER.invalidTopic]: 'invalid-topic',
  [MISS_ANSWER.noSuchActor]: 'no-such-actor',
};

/** kernels/actor/ring_lookup.cuh in plain words: what a handler names, found in the tables that the host fills. */
export class FakeNames {
  readonly #arena: Arena;
  readonly #view: DataView;
  readonly #actor: number;

  constructor(arena: Arena, actor: number) {
    this.#arena = arena;
    this.#view = new DataView(arena.memory.buffer);
    this.#actor = actor;
  }

  knows(name: string): boolean {
    const index = this.#find('actor', hashName(name));
    return index !== undefined && this.instancesAt(index).length > 0;
  }

  /** What an outbox entry says of whom a handler has named; undefined when it has named too many that nobody knows. */
  name(kind: Kind, text: string): number | undefined {
    const hash = hashName(text);
    const index = this.#find(kind, hash);
    if (index !== undefined) return index;
    const count = this.#word(this.#misses + MISSES.count);
    for (let miss = 0; miss < count; miss++) {
      const entry = this.#miss(miss);
      const isSame = this.#view.getBigUint64(entry + MISS.hash, true) === hash;
      if (isSame && this.#view.getUint8(entry + MISS.kind) === MISS_KIND[kind]) return MISSED + miss;
    }
    if (count === MISS_COUNT) return undefined;
    this.#writeMiss(this.#miss(count), { kind, text, hash });
    this.#setWord(this.#misses + MISSES.count, count + 1);
    return MISSED + count;
  }

  /** What has come of what an outbox entry says. */
  find(named: number): FoundName | undefined {
    if (named < MISSED) return { index: named };
    const answer = this.#word(this.#miss(named - MISSED) + MISS.answer);
    if (answer === MISS_ANSWER.none) return undefined;
    const reason = REFUSALS[answer & 7];
    return reason === undefined ? { index: answer >>> 3 } : { refusal: answer >>> 3, reason };
  }

  askHost(): void {
    if (this.#word(this.#misses + MISSES.asked) !== 0) return;
    const number = this.#word(this.#misses + MISSES.number) + 1;
    this.#setWord(this.#misses + MISSES.number, number);
    this.#setWord(this.#misses + MISSES.asked, (number << 8) | this.#word(this.#misses + MISSES.count));
  }

  /** The outbox is empty. */
  forgetMisses(): void {
    this.#setWord(this.#misses + MISSES.asked, 0);
    this.#setWord(this.#misses + MISSES.count, 0);
  }

  /** Blocks of the actor at a place of the table; none when it is gone. */
  instancesAt(index: number): readonly number[] {
    const entry = this.#word(ARENA_HEADER_ADDRESS + ARENA.groups) + index * GROUP.sizeBytes;
    const targets = this.#word(entry + GROUP.targets);
    return Array.from({ length: this.#word(entry + GROUP.targetCount) }, (_, at) => this.#word(targets + at * 4));
  }

  /** Address of the word that counts the turns of the actor at a place of the table. */
  turnsAt(index: number): number {
    return this.#word(ARENA_HEADER_ADDRESS + ARENA.groups) + index * GROUP.sizeBytes + GROUP.next;
  }

  /** Address of a topic's entry. */
  topicAt(index: number): number {
    return this.#word(ARENA_HEADER_ADDRESS + ARENA.topics) + index * TOPIC.sizeBytes;
  }

  /** The outbox entry has gone to all subscribers of its topic. */
  countPublication(entry: number, gpu: number): void {
    const found = this.find(this.#word(entry + HEADER.sequence));
    if (found === undefined || 'refusal' in found) return;
    const count = this.topicAt(found.index) + TOPIC.published + gpu * 8;
    this.#view.setBigUint64(count, this.#view.getBigUint64(count, true) + 1n, true);
  }

  #writeMiss(
    entry: number,
    { kind, text, hash }: { readonly kind: Kind; readonly text: string; readonly hash: bigint },
  ) {
    const bytes = new TextEncoder().encode(text).slice(0, MAX_NAME_BYTES);
    this.#view.setBigUint64(entry + MISS.hash, hash, true);
    this.#setWord(entry + MISS.answer, MISS_ANSWER.none);
    this.#view.setUint16(entry + MISS.bytes, bytes.length, true);
    this.#view.setUint8(entry + MISS.kind, MISS_KIND[kind]);
    this.#view.setUint8(entry + MISS.isWanted, 1);
    this.#arena.u8.set(bytes, entry + MISS.text);
  }

  #find(kind: Kind, hash: bigint): number | undefined {
    const isActor = kind === 'actor';
    const table = this.#word(ARENA_HEADER_ADDRESS + (isActor ? ARENA.groups : ARENA.topics));
    const limit = this.#word(ARENA_HEADER_ADDRESS + (isActor ? ARENA.groupLimit : ARENA.topicLimit));
    const sizeBytes = isActor ? GROUP.sizeBytes : TOPIC.sizeBytes;
    for (let index = 0; index < limit; index++)
      if (this.#view.getBigUint64(table + index * sizeBytes, true) === hash) return index;
    return undefined;
  }

  get #misses(): number {
    return this.#word(this.#actor + ACTOR.misses);
  }

  #miss(index: number): number {
    return this.#misses + MISSES.entries + index * MISS.sizeBytes;
  }

  #word(address: number): number {
    return this.#view.getUint32(address, true);
  }

  #setWord(address: number, value: number): void {
    this.#view.setUint32(address, value, true);
  }
}
