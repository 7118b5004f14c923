import { RingKernelRuntime } from '../runtime/runtime.ts';
import { versionBehaviours } from './conformance-versions.ts';
import { FakeDevice } from './fake-device.ts';
import { ManualPlatform } from './manual-platform.ts';

/** A runtime whose every step and millisecond a test decides. */
export class Stage {
  readonly platform = new ManualPlatform();
  readonly device: FakeDevice;
  readonly runtime: RingKernelRuntime;
  /** What listeners have thrown. */
  readonly listenerErrors: unknown[] = [];
  readonly #random: () => number;

  constructor(
    seed: number,
    { gpus, ledger = false }: { readonly gpus?: readonly number[]; readonly ledger?: boolean } = {},
  ) {
    let state = seed >>> 0;
    this.#random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8;
    this.device = new FakeDevice({
      behaviours: versionBehaviours,
      unixMs: () => this.platform.unixMs(),
      choose: (count) => (count === 0 ? 0 : this.#random() % count),
      ...(gpus !== undefined && { gpus }),
    });
    this.runtime = new RingKernelRuntime({
      device: this.device,
      platform: this.platform,
      receiveCapacity: 4,
      ledger,
      onListenerError: (error) => this.listenerErrors.push(error),
    });
  }

  steps(count: number): void {
    for (let step = 0; step < count; step++) this.device.step();
    this.device.poll();
    this.platform.pass(1);
  }

  /** Moves everything until the promise settles. */
  async drive<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = promise.finally(() => (isSettled = true));
    done.catch(() => undefined);
    for (let turn = 0; turn < 10_000; turn++) {
      this.steps(this.#random() % 8);
      await new Promise(setImmediate);
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- set when the promise settles
      if (isSettled) break;
    }
    return done;
  }
}
