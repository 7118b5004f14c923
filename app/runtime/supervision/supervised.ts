import { ACTOR } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';

/** Whether an actor is started again when it fails. Its device has senders queue for a failed one as long as its block says so. */
export class Supervised {
  /** Somebody decides what becomes of it when it fails. */
  isWatched = false;
  /** It has failed and will be started again: until then its queues take messages. */
  awaitsRestart = false;
  readonly #u32: Uint32Array;
  readonly #word: number;

  constructor({ u32 }: Arena, block: number) {
    this.#u32 = u32;
    this.#word = (block + ACTOR.supervised) >> 2;
  }

  /** `isHopeful`: it takes messages, as those do that are to run again. */
  watch(isWatched: boolean, isHopeful: boolean): void {
    this.isWatched = isWatched;
    this.#setWord(isWatched && isHopeful);
  }

  /** `isLasting`: no supervisor starts it again. */
  failed(isLasting: boolean): void {
    this.awaitsRestart = this.isWatched && !isLasting;
    if (!this.awaitsRestart) this.#setWord(false);
  }

  restarted(): void {
    this.awaitsRestart = false;
  }

  /** Nobody starts it again. */
  giveUp(): void {
    this.awaitsRestart = false;
    this.watch(false, false);
  }

  #setWord(isIt: boolean): void {
    Atomics.store(this.#u32, this.#word, isIt ? 1 : 0);
  }
}
