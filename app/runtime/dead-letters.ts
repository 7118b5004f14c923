import { HEADER, HOST_ACTOR_ID } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { Event } from './event.ts';
import { readId } from './message-header.ts';
import type { DeadLetter, DeadLetterReason } from './message.ts';
import type { TypeRegistry } from './type-registry.ts';

const CAPACITY = 10_000;

/** Messages that could not be delivered or processed. Every one is counted; the latest 10,000 are kept. */
export class DeadLetters {
  readonly onDidArrive = new Event<DeadLetter>();
  readonly #arena: Arena;
  readonly #types: TypeRegistry;
  readonly #labelOf: (actorId: number) => string | undefined;
  readonly #counts = new Map<DeadLetterReason, number>();
  #kept: DeadLetter[] = [];

  constructor(arena: Arena, types: TypeRegistry, labelOf: (actorId: number) => string | undefined) {
    this.#arena = arena;
    this.#types = types;
    this.#labelOf = labelOf;
  }

  get kept(): readonly DeadLetter[] {
    return this.#kept;
  }

  /** How many there were, by reason. */
  get counts(): ReadonlyMap<DeadLetterReason, number> {
    return this.#counts;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Copies the message at `slot`. */
  add(reason: DeadLetterReason, slot: number, target: number): void {
    const { u32, u8 } = this.#arena;
    const source = u32[(slot + HEADER.source) >> 2]!;
    const payload = slot + HEADER.sizeBytes;
    const letter: DeadLetter = {
      reason,
      messageId: readId(this.#arena, slot, HEADER.messageId),
      from: source === HOST_ACTOR_ID ? 'host' : (this.#labelOf(source) ?? `actor ${source.toString()}`),
      to: this.#labelOf(target) ?? `actor ${target.toString()}`,
      type: this.#types.get(u32[(slot + HEADER.typeId) >> 2]!),
      bytes: u8.slice(payload, payload + u32[(slot + HEADER.payloadBytes) >> 2]!),
    };
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#kept.push(letter);
    if (this.#kept.length > CAPACITY * 2) this.#kept = this.#kept.slice(-CAPACITY);
    this.onDidArrive.fire(letter);
  }
}
