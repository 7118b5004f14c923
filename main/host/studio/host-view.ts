import type { HostRunState } from '../../../app/contract/run.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import type { HostActor } from '../../../app/runtime/host-actors/host-actor.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { ConsoleLog } from './console-log.ts';

/** How host actors are before they are launched; undefined where there are none. */
export function plannedHosts({ hosts = [] }: Topology, sinceMs: number): readonly HostRunState[] | undefined {
  if (hosts.length === 0) return undefined;
  return hosts.map(({ id, host }) => ({ id, host, state: 'created', sinceMs, isSourceDone: host === 'sink' }));
}

/** How they are now; the same objects where nothing has changed. */
export function hostStates(
  known: readonly HostRunState[],
  hosts: ReadonlyMap<string, HostActor>,
  sinceMs: number,
): readonly HostRunState[] {
  const next = known.map((entry): HostRunState => {
    const actor = hosts.get(entry.id);
    if (actor === undefined) return entry;
    const { state, isSourceDone, error } = actor;
    if (state === entry.state && isSourceDone === entry.isSourceDone) return entry;
    const changedMs = state === entry.state ? entry.sinceMs : sinceMs;
    return {
      ...entry,
      state,
      isSourceDone,
      sinceMs: changedMs,
      ...(error !== undefined && { error: error.toString() }),
    };
  });
  return next.every((entry, index) => entry === known[index]) ? known : next;
}

/** Writes to the console what host actors have to say. Disposing ends them first, so that failing to save a file is told too. */
export function attendHosts(runtime: RingKernelRuntime, console: ConsoleLog): AsyncDisposable {
  const subscriptions = runtime.hostActors.flatMap((host) => [
    host.onDidReport.on((text) => {
      console.note('warning', text, host.name);
    }),
    host.onDidChangeState.on((state) => {
      if (state === 'failed') console.note('error', host.error?.toString() ?? 'failed', host.name);
    }),
  ]);
  return {
    [Symbol.asyncDispose]: async () => {
      await runtime.stopHostActors();
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}
