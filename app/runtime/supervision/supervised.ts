import { ACTOR } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';

/** Whether an actor is started again when it fails. Its device has senders queue for a failed one as long as its block says so. */
export class Supervised {
  #state: 'unwatched' | 'watched' | 'awaits-restart' = 'unwatched';
  readonly #u32: Uint32Array;
  readonly #word: number;

  constructor({ u32 }: Arena, block: number) {
    this.#u32 = u32;
    this.#word = (block + ACTOR.supervised) >>> 2;
  }

  /** Somebody decides what becomes of it when it fails. */
  get isWatched(): boolean {
    return this.#state !== 'unwatched';
  }

  /** It has failed and will be started again: until then its queues take messages. */
  get awaitsRestart(): boolean {
    return this.#state === 'awaits-restart';
  }

  /** `isHopeful`: it takes messages, as those do that are to run again. */
  watch(isWatched: boolean, isHopeful: boolean): void {
    if (!isWatched) this.#state = 'unwatched';
    else if (!this.isWatched) this.#state = 'watched';
    this.#setWord(isWatched && isHopeful);
  }

  /** `isLasting`: no supervisor starts it again. */
  failed(isLasting: boolean): void {
    if (this.isWatched && !isLasting) this.#state = 'awaits-restart';
    else this.#setWord(false);
  }

  restarted(): void {
    if (this.awaitsRestart) this.#state = 'watched';
  }

  /** Nobody starts it again. */
  giveUp(): void {
    this.watch(false, false);
  }

  #setWord(isIt: boolean): void {
    Atomics.store(this.#u32, this.#word, isIt ? 1 : 0);
  }
}
