import type { ComparedFailure, ComparedSide } from '../../../../app/contract/comparison.ts';
import type { DeviceKind } from '../../../../app/device/device.ts';
import type { RunOutcome } from '../../../../app/model/comparison/run-outcome.ts';
import { deadlockText } from '../../../../app/runtime/health/deadlock.ts';
import type { ActorFailure } from '../../../../app/runtime/runtime.ts';
import type { StudioRuntime } from '../../create-runtime.ts';
import type { ConsoleLog } from '../console-log.ts';

/** One of two runs, when it is over. */
export interface EndedSide {
  readonly outcome: RunOutcome;
  readonly view: ComparedSide;
}

const MOST_FAILURES = 100;

/** Follows one of two runs: its failures, and what it prints, which the console shows with the device in front. */
export class SideWatch implements Disposable {
  readonly #device: DeviceKind;
  readonly #runtime: StudioRuntime;
  readonly #console: ConsoleLog;
  readonly #failures: Promise<ComparedFailure>[] = [];
  readonly #speakers = new Set<string>();
  readonly #subscriptions: readonly Disposable[];

  constructor(device: DeviceKind, runtime: StudioRuntime, console: ConsoleLog) {
    this.#device = device;
    this.#runtime = runtime;
    this.#console = console;
    this.#subscriptions = [
      runtime.onDidFailActor.on((failure) => {
        if (this.#failures.length < MOST_FAILURES) this.#failures.push(describe(failure));
      }),
      runtime.onDidPrint.on((printed) => {
        const actor = `${device}: ${printed.actor}`;
        this.#speakers.add(actor);
        console.print({ ...printed, actor });
      }),
    ];
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    for (const speaker of this.#speakers) this.#console.endLines(speaker);
  }

  async end(outcome: RunOutcome): Promise<EndedSide> {
    const { device, hostActors } = this.#runtime;
    const ofHosts = hostActors.flatMap(({ name, state, error }) =>
      state === 'failed' ? [{ actor: name, cause: error?.code ?? 'failed', detail: error?.message ?? '' }] : [],
    );
    const view = {
      device: this.#device,
      description: device.description,
      outputs: sum([...outcome.streams.values()].map(({ values }) => values.length)),
      states: outcome.states.size,
      failed: outcome.failures.size,
      deadLetters: sum(outcome.deadLetters.values()),
      undelivered: sum(outcome.undelivered.values()),
      failures: [...(await Promise.all(this.#failures)), ...ofHosts],
      deadlocks: this.#runtime.deadlocks().map(deadlockText),
      isLost: device.lost !== undefined,
    };
    return { outcome, view };
  }
}

async function describe({ instance, fault }: ActorFailure): Promise<ComparedFailure> {
  const { cause, detail } = fault;
  const location = await fault.location;
  return { actor: instance.label, cause, detail, ...(location !== undefined && { location }) };
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}
