import type { ArenaBlock } from '../../device/arena.ts';
import type { Device } from '../../device/device.ts';

/** What a released buffer leaves behind. */
export interface Remains {
  readonly slot: number;
  readonly block: ArenaBlock;
}

/** Holds the memory of released buffers until no handler can still look at it. */
export class Retirement {
  readonly #device: Pick<Device, 'isBusy' | 'settled'>;
  readonly #reuse: (remains: Remains) => void;
  #waiting: Remains[] = [];
  #isSettling = false;
  #isOver = false;
  waitingBytes = 0;

  constructor(device: Pick<Device, 'isBusy' | 'settled'>, reuse: (remains: Remains) => void) {
    this.#device = device;
    this.#reuse = reuse;
  }

  /** The table says that the buffer is gone already: a handler that begins from now on cannot find it. */
  add(remains: Remains): void {
    if (this.#isOver) return;
    if (!this.#device.isBusy()) {
      this.#reuse(remains);
      return;
    }
    this.#waiting.push(remains);
    this.waitingBytes += remains.block.sizeBytes;
    if (!this.#isSettling) void this.#settle();
  }

  /** The device is ending: nobody knows what it still looks at, and nothing is used again. */
  end(): void {
    this.#isOver = true;
  }

  async #settle(): Promise<void> {
    this.#isSettling = true;
    while (this.#waiting.length > 0 && !this.#isOver) {
      const settled = this.#waiting;
      this.#waiting = [];
      await this.#device.settled();
      // Changed while it waited.
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- see above
      if (this.#isOver) return;
      for (const remains of settled) {
        this.waitingBytes -= remains.block.sizeBytes;
        this.#reuse(remains);
      }
    }
    this.#isSettling = false;
  }
}
