import { NativeProgram } from './native-program.ts';

export interface NativeRingOptions {
  readonly slotBytes: number;
  readonly capacity: number;
  /** Messages that are published together. */
  readonly batch: number;
}

/** Two native threads with a ring each way (bench/native/ring_echo.cc): the ceiling. */
export class NativeRing implements Disposable {
  readonly #program: NativeProgram;
  #rate = 1e6;

  constructor(path: string, { slotBytes, capacity, batch }: NativeRingOptions) {
    this.#program = new NativeProgram(path, [slotBytes, capacity, batch].map(String));
  }

  /** Messages a second there and back over about `durationMs`, by the rate of the call before. */
  async throughput(durationMs: number): Promise<number> {
    const count = Math.ceil((this.#rate * durationMs) / 1000);
    this.#rate = (count / Number(await this.#program.ask(`${count}`))) * 1e9;
    return this.#rate;
  }

  [Symbol.dispose](): void {
    this.#program[Symbol.dispose]();
  }
}
