import { ACTOR, HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import { noteLatency } from './fake-telemetry.ts';

/** Times and ids of the messages of an actor on the fake device. */
export class FakeClock {
  readonly #actor: number;
  readonly #view: DataView;
  readonly #unixMs: () => number;

  constructor(arena: Arena, actor: number, unixMs: () => number) {
    this.#actor = actor;
    this.#view = new DataView(arena.memory.buffer);
    this.#unixMs = unixMs;
  }

  /** Times that follow are later than that of the message. */
  see(slot: number): void {
    this.#see(this.#view.getBigUint64(slot + HEADER.hlc, true));
  }

  /** Gives an entry of the outbox its id and its time, and its trace where it begins one. */
  identify(entry: number): void {
    const actorId = this.#view.getUint32(this.#actor + ACTOR.id, true);
    const id = (BigInt(actorId) << 44n) + this.#count64(ACTOR.messageCounter) + 1n;
    this.#view.setBigUint64(entry + HEADER.messageId, id, true);
    this.#see(this.#hlc());
    this.#view.setBigUint64(entry + HEADER.hlc, this.#count64(ACTOR.lastHlc) + 1n, true);
    if (this.#view.getBigUint64(entry + HEADER.traceId, true) === 0n)
      this.#view.setBigUint64(entry + HEADER.traceId, id, true);
  }

  /** Notes how long the message has taken. */
  measure(slot: number): void {
    const sent = this.#view.getBigUint64(slot + HEADER.hlc, true);
    noteLatency(this.#view, this.#actor, this.#hlc() - sent);
  }

  #hlc(): bigint {
    return BigInt(Math.floor(this.#unixMs() * 2 ** 10)) << 12n;
  }

  #see(hlc: bigint): void {
    const last = this.#view.getBigUint64(this.#actor + ACTOR.lastHlc, true);
    if (hlc > last) this.#view.setBigUint64(this.#actor + ACTOR.lastHlc, hlc, true);
  }

  /** Adds one; gives the value before. */
  #count64(offset: number): bigint {
    const before = this.#view.getBigUint64(this.#actor + offset, true);
    this.#view.setBigUint64(this.#actor + offset, before + 1n, true);
    return before;
  }
}
