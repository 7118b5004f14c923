import type { ActorRunState } from '../../app/contract/run.ts';
import type { ShownRun } from '../stores/project.store.ts';
import { actorOfLabel } from '../ui/actor-label.ts';
import type { Alert } from './alert.ts';

/** What the watch over the actors' health has found: who is slow, stuck, waits for whom, or waits in a circle. */
export function healthAlerts(run: ShownRun): readonly Alert[] {
  if (run.phase !== 'running') return [];
  return run.actors.flatMap((actor) => alertOf(actor, run) ?? []);
}

function alertOf(actor: ActorRunState, run: ShownRun): Alert | undefined {
  const { id, health, instances, sinceMs } = actor;
  if (health === undefined) return undefined;
  const who = instances > 1 ? `${id}#${health.instance}` : id;
  const common = { actorId: id, sinceMs };
  switch (health.state) {
    case 'healthy':
    case 'inactive':
      return undefined;
    case 'slow':
      return { ...common, key: `slow:${id}`, kind: 'slow', title: `${who} is slow`, text: slowText(actor) };
    case 'stuck': {
      const text =
        health.reason === 'not-run'
          ? 'Messages wait, and its worker does not come to it: another actor of the worker may not let go.'
          : 'One handler has been running for more than a second. A restart ends it and makes its message a dead letter.';
      return { ...common, key: `stuck:${id}`, kind: 'stuck', title: `${who} is stuck`, text };
    }
    case 'blocked': {
      const by = health.blockedBy;
      const text = `Its outbox waits for room in the queue of ${by ?? 'its receiver'}. It handles nothing until then.`;
      const culprit = by === undefined ? undefined : actorOfLabel(by);
      const key = `blocked:${id}`;
      return {
        ...common,
        key,
        kind: 'blocked',
        title: `${who} waits for ${by ?? 'room'}`,
        text,
        ...withCulprit(culprit),
      };
    }
    case 'deadlocked': {
      const circle = circleOf(actor, run);
      // One alert for a circle, whoever is looked at.
      if (circle.toSorted()[0] !== id) return undefined;
      const text =
        `${[...circle, id].join(' → ')}: each waits for room in the queue of the next, and none handles anything. ` +
        'A restart of one empties its queue; a larger queue or another policy keeps it from coming back.';
      return { ...common, key: `deadlock:${id}`, kind: 'deadlock', title: `Deadlock of ${circle.length} actors`, text };
    }
  }
}

function withCulprit(culprit: string | undefined): { readonly culpritId?: string } {
  return culprit === undefined || culprit === 'host' ? {} : { culpritId: culprit };
}

function slowText({ health }: ActorRunState): string {
  return health?.reason === 'falling-behind'
    ? 'Its messages wait longer and longer: more come than it handles. More instances, or fewer messages, help.'
    : 'Its handler, or its messages’ wait, takes more than 250 ms.';
}

/** From this actor on, each followed by the one it waits for. */
export function circleOf(start: ActorRunState, { actors }: ShownRun): readonly string[] {
  const circle = [start.id];
  let at: ActorRunState | undefined = start;
  while (at?.health?.blockedBy !== undefined) {
    const next = actorOfLabel(at.health.blockedBy);
    if (circle.includes(next)) break;
    circle.push(next);
    at = actors.find(({ id }) => id === next);
  }
  return circle;
}
