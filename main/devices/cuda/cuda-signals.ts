import { WORKER } from '../../../app/abi/arena-layout.ts';
import { forEachApart } from '../../../app/base/throw-apart.ts';
import type { WordWatch } from '../../../native/bindings/cuda-native.ts';
import { HOST_DOORBELL, type Signals } from '../arena/signal-pump.ts';
import type { CudaContext } from './cuda-context.ts';
import type { Resident } from './residents.ts';

/** How long a thread of the addon sleeps at most between two looks at the doorbell: how late a signal to a sleeper comes. */
const LONGEST_PAUSE_US = 1000;

interface CudaSignalsOptions {
  readonly visit: (actorId: number) => void;
  /** What actors have written is whole now. */
  readonly isReadable: () => boolean;
}

/** Counts of signals in the workers' blocks, and a doorbell that a GPU can ring but nobody wakes up by. */
export class CudaSignals implements Signals {
  readonly #u32: Uint32Array;
  readonly #options: CudaSignalsOptions;
  readonly #watch: WordWatch;
  readonly #doorbell: Uint32Array;
  /** Of each resident: id, index of its word, what the word said. */
  #ids: readonly number[] = [];
  #words: readonly number[] = [];
  #seen: number[] = [];
  #rang: (() => void) | undefined;

  constructor({ arena, cuda }: Pick<CudaContext, 'arena' | 'cuda'>, options: CudaSignalsOptions) {
    this.#u32 = arena.u32;
    this.#options = options;
    this.#doorbell = arena.u32.subarray(HOST_DOORBELL >>> 2, (HOST_DOORBELL >>> 2) + 1);
    const onChange = (): void => this.#rang?.();
    this.#watch = cuda.watchWord(this.#doorbell, onChange, { longestPauseUs: LONGEST_PAUSE_US });
  }

  /** These are looked at from now on. What new ones have told already counts as news. */
  follow(residents: readonly Resident[]): void {
    const seen = new Map(this.#ids.map((id, index) => [id, this.#seen[index]!]));
    this.#ids = residents.map(({ actorId }) => actorId);
    this.#words = residents.map(({ worker }) => (worker + WORKER.signals) >>> 2);
    this.#seen = this.#ids.map((id) => seen.get(id) ?? 0);
  }

  poll(): boolean {
    if (!this.#options.isReadable()) return false;
    let isAny = false;
    for (let index = 0; index < this.#words.length; index++) {
      const count = Atomics.load(this.#u32, this.#words[index]!);
      if (count === this.#seen[index]) continue;
      this.#seen[index] = count;
      isAny = true;
      this.#options.visit(this.#ids[index]!);
    }
    return isAny;
  }

  /** Everybody, whatever there is to be seen of their signals. */
  visitAll(): void {
    this.#seen = this.#words.map((word) => Atomics.load(this.#u32, word));
    forEachApart(this.#ids, this.#options.visit);
  }

  ring(rung: number): Promise<void> | undefined {
    return new Promise((resolve) => {
      this.#rang = resolve;
      if (Atomics.load(this.#doorbell, 0) !== rung) resolve();
    });
  }

  end(): void {
    this.#watch[Symbol.dispose]();
    this.#rang?.();
  }
}
