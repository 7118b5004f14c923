import { StudioError } from '../../base/studio-error.ts';
import type { Device, PauseOutcome } from '../../device/device.ts';
import type { ActorInstance } from '../actor-instance.ts';
import type { Lifetime } from '../lifetime.ts';
import type { RuntimePlatform } from '../ports.ts';

interface ParkedInit {
  readonly device: Device;
  readonly platform: RuntimePlatform;
  readonly lifetime: Lifetime;
  readonly labelOf: (actorId: number) => string | undefined;
}

export interface ParkedWork<R> {
  /** Whose memory it is about; asked again at every attempt, because a reset puts others in their places. */
  readonly instances: () => readonly ActorInstance[];
  /** Called while none of them runs, synchronously. Undefined to try again a moment later. */
  readonly look: () => R | undefined;
  /** Whether every actor stands still meanwhile, those included that are not named. */
  readonly isExclusive?: boolean;
  /** For errors: `the state of 'mean#0' cannot be read`. */
  readonly what: string;
  readonly timeoutMs?: number | undefined;
}

/** Longer than a handler may take. */
const DEFAULT_TIMEOUT_MS = 5000;
const TURN_MS = 1;

/** Looks at the memory of actors, or changes it, between two of their batches. */
export class Parked {
  readonly #init: ParkedInit;

  constructor(init: ParkedInit) {
    this.#init = init;
  }

  /**
   * Gives what `look` gives. Actors that cannot run are not waited for.
   *
   * @throws StudioError `PauseTimeout` where a handler does not return in time, `RuntimeDisposed`, and what `look` throws
   */
  async run<R>(work: ParkedWork<R>): Promise<R> {
    const { device, platform, lifetime } = this.#init;
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = work;
    const deadlineMs = platform.unixMs() + timeoutMs;
    for (;;) {
      lifetime.check();
      const attempt = await this.#attempt(work, Math.max(deadlineMs - platform.unixMs(), 0));
      if (attempt.result !== undefined) return attempt.result;
      if (attempt.outcome.kind === 'held-up' || platform.unixMs() > deadlineMs)
        throw this.#timeout(work.what, attempt.outcome, timeoutMs);
      await lifetime.race(device.settled()); // faults that the host has not been told have arrived by then
      device.poll();
      await lifetime.race(new Promise<void>((resolve) => void platform.after(TURN_MS, resolve)));
    }
  }

  async #attempt<R>(
    { instances, look, isExclusive = false }: ParkedWork<R>,
    timeoutMs: number,
  ): Promise<{ readonly result: R | undefined; readonly outcome: PauseOutcome }> {
    const { device, lifetime } = this.#init;
    const running = instances().filter(({ mayRun }) => mayRun);
    if (running.length === 0 && !isExclusive) return { result: look(), outcome: { kind: 'done' } };
    let result: R | undefined;
    const run = (): void => {
      lifetime.check();
      result = look();
    };
    const ids = running.map(({ id }) => id);
    const outcome = await lifetime.race(device.whileParked(ids, { run, isExclusive, timeoutMs }));
    return { result, outcome };
  }

  #timeout(what: string, outcome: PauseOutcome, timeoutMs: number): StudioError {
    const label = outcome.kind === 'held-up' ? this.#init.labelOf(outcome.actorId) : undefined;
    const why = label === undefined ? 'the device was busy' : `a handler of '${label}' ran on`;
    return new StudioError('PauseTimeout', `${what}: ${why} for ${timeoutMs.toString()} ms.`, {
      tip: 'Try again, with a longer timeoutMs if the handler needs it.',
    });
  }
}
