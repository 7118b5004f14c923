import type { ActorRunState, LostRun, RunState } from '../../app/contract/run.ts';

/**
 * The run as a host tells it, with what this window knows better. A host that was started after another one had died
 * knows what was written down: where that is nothing, the window still knows that a run went on. And it has seen faults
 * that nobody mended.
 */
export function withLoss(before: RunState, told: RunState, nowMs: number): RunState {
  if (told.phase !== 'idle' && told.phase !== 'compiling') return told;
  const lost = lossOf(before, told, nowMs);
  if (lost === undefined) return told;
  if (told.lost !== undefined && told.key === before.key) return { ...told, actors: withFaults(told.actors, before) };
  const { runId, key, startedAtMs, device, actors, channels } = before;
  return {
    ...told,
    ...{ runId: Math.max(runId, told.runId), device, channels, lost },
    ...(key !== undefined && { key }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    actors: withFaults(
      actors.map((actor) => (actor.state === 'failed' ? actor : { ...actor, state: 'terminated', sinceMs: nowMs })),
      before,
    ),
  };
}

/** What is to be said of the run that this window has seen; undefined where it ended in order, or the host knows best. */
function lossOf(before: RunState, told: RunState, nowMs: number): LostRun | undefined {
  const { key, startedAtMs } = before;
  if (key === undefined) return undefined;
  const { lost } = told;
  const wasOn = before.phase === 'running' || before.phase === 'paused';
  const isTold = before.lost !== undefined;
  if (!wasOn && !isTold) return undefined;
  if (lost?.key === key || (lost !== undefined && lost.key === null)) return lost;
  const isOfLaterRun = (told.startedAtMs ?? 0) > (startedAtMs ?? 0);
  if (told.key === key || isOfLaterRun) return undefined;
  if (isTold) return before.lost.key === key && before.lost.messages === null ? before.lost : undefined;
  return { key, startedAtMs: startedAtMs ?? null, lastSignAtMs: null, foundAtMs: nowMs, messages: null };
}

function withFaults(actors: readonly ActorRunState[], before: RunState): readonly ActorRunState[] {
  const known = new Map(before.actors.map((actor) => [actor.id, actor]));
  return actors.map((actor) => {
    const { fault, state, sinceMs } = known.get(actor.id) ?? {};
    return state !== 'failed' || sinceMs === undefined
      ? actor
      : { ...actor, state, sinceMs, ...(fault !== undefined && { fault }) };
  });
}
