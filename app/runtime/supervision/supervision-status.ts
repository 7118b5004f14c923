import type { ActorInstance } from '../actor-instance.ts';
import type { SupervisionTree } from './supervision-tree.ts';
import type { RestartStrategy } from './supervisor-spec.ts';

export interface SupervisorStatus {
  readonly id: string;
  readonly parent: string | undefined;
  readonly strategy: RestartStrategy;
  readonly children: readonly string[];
  /** Carried out so far. */
  readonly restarts: number;
  /** Within `withinMs`, those to come included. */
  readonly restartsInWindow: number;
  readonly maxRestarts: number;
  readonly withinMs: number;
}

export interface SupervisedActorStatus {
  /** `mean#0` */
  readonly actor: string;
  readonly supervisor: string;
  /** How often it has started again. */
  readonly restarts: number;
  /** Unix time in ms; undefined when no restart is to come. */
  readonly restartsAtMs: number | undefined;
  /** Its group has been ended: it is not started again. */
  readonly hasEnded: boolean;
}

/** What supervisors and supervised actors are at. */
export interface SupervisionStatus {
  readonly supervisors: readonly SupervisorStatus[];
  readonly actors: readonly SupervisedActorStatus[];
}

interface Sources {
  readonly tree: SupervisionTree;
  readonly nowMs: number;
  readonly plans: readonly { readonly instances: readonly number[]; readonly dueMs: number }[];
  readonly ended: ReadonlySet<number>;
  /** By instance id. */
  readonly restarts: ReadonlyMap<number, number>;
  /** By supervisor. */
  readonly restartsBy: ReadonlyMap<string, number>;
  readonly instances: readonly ActorInstance[];
}

export function statusOf({ tree, nowMs, plans, ended, restarts, restartsBy, instances }: Sources): SupervisionStatus {
  const supervisors = tree.specs.map(({ id, strategy, children, maxRestarts, withinMs }): SupervisorStatus => {
    const counts = { restarts: restartsBy.get(id) ?? 0, restartsInWindow: tree.restartsInWindow(id, nowMs) };
    return { id, parent: tree.parentOf(id), strategy, children, maxRestarts, withinMs, ...counts };
  });
  const actors = instances.flatMap(({ id, label, actorName }): SupervisedActorStatus[] => {
    const supervisor = tree.parentOf(actorName);
    if (supervisor === undefined) return [];
    const restartsAtMs = plans.find((plan) => plan.instances.includes(id))?.dueMs;
    return [{ actor: label, supervisor, restarts: restarts.get(id) ?? 0, restartsAtMs, hasEnded: ended.has(id) }];
  });
  return { supervisors, actors };
}
