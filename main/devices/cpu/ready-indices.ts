import { StudioError } from '../../../app/base/studio-error.ts';

/** Hands out the bits of one worker's ready bitmap, lowest first, so that scans stay short. */
export class ReadyIndices {
  readonly #limit: number;
  readonly #released: number[] = [];
  #next = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#next - this.#released.length;
  }

  take(): number {
    const released = this.#released.pop();
    if (released !== undefined) return released;
    if (this.#next === this.#limit) {
      throw new StudioError('TooManyActors', `one worker runs at most ${this.#limit.toString()} actors`, {
        tip: 'Create the runtime with a larger actorLimit or more workers.',
      });
    }
    return this.#next++;
  }

  release(index: number): void {
    this.#released.push(index);
  }
}
