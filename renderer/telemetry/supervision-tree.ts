import type { ActorRunState } from '../../app/contract/run.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import type { ShownRun } from '../stores/project.store.ts';

type Supervisor = NonNullable<Topology['supervisors']>[number];

/** One line of the tree. */
export type SupervisionRow =
  | { readonly kind: 'supervisor'; readonly id: string; readonly depth: number; readonly supervisor: Supervisor }
  | {
      readonly kind: 'actor';
      readonly id: string;
      readonly depth: number;
      /** Undefined where it is not part of the run. */
      readonly run: ActorRunState | undefined;
    };

/** Supervisors with what they watch over, the outermost first. */
export function supervisionRows(topology: Topology | undefined, run: ShownRun): readonly SupervisionRow[] {
  const supervisors = topology?.supervisors ?? [];
  const byId = new Map(supervisors.map((supervisor) => [supervisor.id, supervisor]));
  const actors = new Map(run.actors.map((actor) => [actor.id, actor]));
  const watched = new Set(supervisors.flatMap(({ children }) => children));
  const rowsOf = (id: string, depth: number): readonly SupervisionRow[] => {
    const supervisor = byId.get(id);
    if (supervisor === undefined) return [{ kind: 'actor', id, depth, run: actors.get(id) }];
    const inner = supervisor.children.flatMap((child) => rowsOf(child, depth + 1));
    return [{ kind: 'supervisor', id, depth, supervisor }, ...inner];
  };
  // Cycles, which the document must not have, have no outermost one: they are not shown, and the walk ends.
  return supervisors.filter(({ id }) => !watched.has(id)).flatMap(({ id }) => rowsOf(id, 0));
}

/** What the supervisor has done and is about to do: `2 restarts, next in 1.4 s`. */
export function supervisionText(actor: ActorRunState | undefined, nowMs: number): string {
  const supervision = actor?.supervision;
  if (supervision === undefined) return '';
  const { restarts, restartsAtMs, hasEnded } = supervision;
  const count = restarts === 0 ? '' : restarts === 1 ? '1 restart' : `${restarts} restarts`;
  const waitMs = restartsAtMs === undefined ? undefined : Math.max(0, restartsAtMs - nowMs);
  const next = waitMs === undefined ? '' : `next in ${(waitMs / 1000).toFixed(1)} s`;
  const end = hasEnded ? 'gave up: failed too often' : '';
  return [count, end === '' ? next : end].filter(Boolean).join(', ');
}
