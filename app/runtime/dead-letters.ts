import { HEADER, HOST_ACTOR_ID } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { Event } from './event.ts';
import { readId } from './message-header.ts';
import type { DeadLetter, DeadLetterReason } from './message.ts';
import type { TypeRegistry } from './type-registry.ts';

const CAPACITY = 10_000;

interface DeadLetterPlace {
  /** Id of the actor that should have processed it. */
  readonly target: number;
  /** Whom it was for, where that was said by a name that no actor has. */
  readonly addressee?: string | undefined;
  readonly roomBytes: number;
}

/** Messages that could not be delivered or processed. Every one is counted; the latest 10,000 are kept. */
export class DeadLetters {
  readonly onDidArrive = new Event<DeadLetter>();
  readonly #arena: Arena;
  readonly #types: TypeRegistry;
  readonly #labelOf: (actorId: number) => string | undefined;
  readonly #counts = new Map<DeadLetterReason, number>();
  readonly #kept: DeadLetter[] = [];
  /** Index of the oldest in `#kept`, which the next one replaces once it is full. */
  #oldest = 0;

  constructor(arena: Arena, types: TypeRegistry, labelOf: (actorId: number) => string | undefined) {
    this.#arena = arena;
    this.#types = types;
    this.#labelOf = labelOf;
  }

  /** In order of arrival. */
  get kept(): readonly DeadLetter[] {
    return [...this.#kept.slice(this.#oldest), ...this.#kept.slice(0, this.#oldest)];
  }

  /** How many there were, by reason. */
  get counts(): ReadonlyMap<DeadLetterReason, number> {
    return this.#counts;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Copies the message at `slot`, whose payload has room for `roomBytes`: its own size may have been overwritten. */
  add(reason: DeadLetterReason, slot: number, { target, addressee, roomBytes }: DeadLetterPlace): void {
    const { u32, u8 } = this.#arena;
    const source = u32[(slot + HEADER.source) >> 2]!;
    const payload = slot + HEADER.sizeBytes;
    const bytes = u8.slice(payload, payload + Math.min(u32[(slot + HEADER.payloadBytes) >> 2]!, roomBytes));
    const type = this.#types.get(u32[(slot + HEADER.typeId) >> 2]!);
    const letter: DeadLetter = {
      reason,
      messageId: readId(this.#arena, slot, HEADER.messageId),
      from: this.#nameOf(source),
      to: addressee ?? this.#nameOf(target),
      type: type?.sizeBytes === bytes.length ? type : undefined,
      bytes,
    };
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
    this.#keep(letter);
    this.onDidArrive.fire(letter);
  }

  #nameOf(actorId: number): string {
    return actorId === HOST_ACTOR_ID ? 'host' : (this.#labelOf(actorId) ?? `actor ${actorId.toString()}`);
  }

  #keep(letter: DeadLetter): void {
    if (this.#kept.length < CAPACITY) {
      this.#kept.push(letter);
      return;
    }
    this.#kept[this.#oldest] = letter;
    this.#oldest = (this.#oldest + 1) % CAPACITY;
  }
}
