import { DEVICE_REASONS, RING } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';

type DiscardReason = Extract<(typeof DEVICE_REASONS)[number], 'dropped-oldest' | 'cleared'>;

/** What the consumer of a ring is to drop and has not dropped yet: everything before a position. Nobody runs it. */
export function pendingDiscard(
  { u32 }: Arena,
  ring: number,
): { readonly below: number; readonly reason: DiscardReason } | undefined {
  const word = (offset: number): number => Atomics.load(u32, (ring + offset) >>> 2);
  const below = word(RING.discardBelow);
  const reason = DEVICE_REASONS[word(RING.discardReason)];
  if (reason !== 'dropped-oldest' && reason !== 'cleared') return undefined;
  return ((below - word(RING.head)) | 0) > 0 ? { below, reason } : undefined;
}

/**
 * Has the consumer of a ring drop what lies below a position and it has not taken yet. The host only stores words; the
 * consumer counts. One reason at a time: another one has to wait until `isDone`.
 */
export class RingDiscard {
  readonly #u32: Uint32Array;
  readonly #headWord: number;
  readonly #belowWord: number;
  readonly #reasonWord: number;
  #below = 0;
  #reason: DiscardReason | undefined;

  constructor({ u32 }: Arena, ring: number) {
    this.#u32 = u32;
    this.#headWord = (ring + RING.head) >>> 2;
    this.#belowWord = (ring + RING.discardBelow) >>> 2;
    this.#reasonWord = (ring + RING.discardReason) >>> 2;
  }

  /** Position below which everything is gone or about to be. */
  get floor(): number {
    const head = Atomics.load(this.#u32, this.#headWord);
    return !this.isDone && ((this.#below - head) | 0) > 0 ? this.#below : head;
  }

  get reason(): DiscardReason | undefined {
    return this.isDone ? undefined : this.#reason;
  }

  /** Nothing is left to drop. Looks at the ring. */
  get isDone(): boolean {
    if (this.#reason === undefined) return true;
    const head = Atomics.load(this.#u32, this.#headWord);
    if (((this.#below - head) | 0) > 0) return false;
    this.cancel();
    return true;
  }

  /** `below` may only grow while the reason stays. */
  request(below: number, reason: DiscardReason): void {
    if (this.#reason === undefined) {
      // First: positions wrap around, and an old one could seem to lie ahead.
      Atomics.store(this.#u32, this.#belowWord, Atomics.load(this.#u32, this.#headWord));
      Atomics.store(this.#u32, this.#reasonWord, DEVICE_REASONS.indexOf(reason));
    }
    this.#reason = reason;
    this.#below = below >>> 0;
    Atomics.store(this.#u32, this.#belowWord, this.#below);
  }

  /** What has not been dropped stays. */
  cancel(): void {
    this.#reason = undefined;
    Atomics.store(this.#u32, this.#reasonWord, 0);
  }
}
