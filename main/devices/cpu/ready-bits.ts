import type { Arena } from '../../../app/device/arena.ts';
import { HOST_DOORBELL, type Signals } from '../arena/signal-pump.ts';

/** ES2024's `Atomics.waitAsync`, which Node 20 has and ES2023's types do not. */
const { waitAsync } = Atomics as unknown as {
  readonly waitAsync: (
    words: Int32Array,
    index: number,
    value: number,
  ) => { readonly async: false; readonly value: string } | { readonly async: true; readonly value: Promise<string> };
};

interface Bitmap {
  /** Address of the host's bitmap, a bit for each actor id. */
  readonly bitmap: number;
  /** How many of its words are in use. */
  readonly words: () => number;
  readonly visit: (actorId: number) => void;
}

/** The bits that workers set for the host. */
export class ReadyBits implements Signals {
  readonly #i32: Int32Array;
  readonly #bitmap: number;
  readonly #words: () => number;
  readonly #visit: (actorId: number) => void;

  constructor(arena: Arena, { bitmap, words, visit }: Bitmap) {
    this.#i32 = arena.i32;
    this.#bitmap = bitmap >>> 2;
    this.#words = words;
    this.#visit = visit;
  }

  poll(): boolean {
    const words = this.#words();
    let isAny = false;
    for (let index = 0; index < words; index++) {
      if (Atomics.load(this.#i32, this.#bitmap + index) === 0) continue;
      let bits = Atomics.exchange(this.#i32, this.#bitmap + index, 0);
      isAny = true;
      try {
        while (bits !== 0) {
          const bit = 31 - Math.clz32(bits & -bits);
          bits &= bits - 1;
          this.#visit(index * 32 + bit);
        }
      } finally {
        if (bits !== 0) Atomics.or(this.#i32, this.#bitmap + index, bits); // a visit has thrown
      }
    }
    return isAny;
  }

  ring(rung: number): Promise<unknown> | undefined {
    const waiting = waitAsync(this.#i32, HOST_DOORBELL >>> 2, rung);
    return waiting.async ? waiting.value : undefined;
  }
}
