import type { SeededRandom } from '../../base/seeded-random.ts';
import { BackoffClock } from './backoff-clock.ts';
import { RestartWindow } from './restart-window.ts';
import type { SupervisorSpec } from './supervisor-spec.ts';

/** What becomes of a failure. `escalated`: supervisors that gave up on it, innermost first. */
export type Verdict =
  | {
      readonly kind: 'restart';
      readonly supervisor: string;
      /** Ids of instances, in the order of children. */
      readonly instances: readonly number[];
      readonly delayMs: number;
      readonly state: SupervisorSpec['state'];
      readonly escalated: readonly string[];
    }
  /** The outermost supervisor gave up: all that it watches is to end, the last child first. */
  | { readonly kind: 'stop'; readonly instances: readonly number[]; readonly escalated: readonly string[] };

interface Node {
  /** Without the children that are gone. */
  spec: SupervisorSpec;
  readonly window: RestartWindow;
  /** By instance id, or by the id of a supervisor. */
  readonly backoffs: Map<number | string, BackoffClock>;
}

/**
 * Supervisors, their children and what they remember. Decides only: who carries it out passes times in, which never fall.
 * A failing child of a supervisor that has no restarts left makes that supervisor fail, as a child of its own one.
 */
export class SupervisionTree {
  readonly #random: SeededRandom;
  readonly #nodes = new Map<string, Node>();
  readonly #instances = new Map<string, readonly number[]>();
  /** Supervisor of each actor and each supervisor that has one. */
  readonly #parents = new Map<string, string>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** `actors` gives the instance ids of those children that are no supervisors. All that was asked before holds. */
  add(spec: SupervisorSpec, actors: ReadonlyMap<string, readonly number[]>): void {
    const { id, maxRestarts, withinMs } = spec;
    this.#nodes.set(id, { spec, window: new RestartWindow(maxRestarts, withinMs), backoffs: new Map() });
    for (const [name, ids] of actors) this.#instances.set(name, ids);
    for (const child of spec.children) this.#parents.set(child, id);
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  /** The supervisor of an actor or of a supervisor. */
  parentOf(child: string): string | undefined {
    return this.#parents.get(child);
  }

  get specs(): readonly SupervisorSpec[] {
    return [...this.#nodes.values()].map(({ spec }) => spec);
  }

  restartsInWindow(id: string, nowMs: number): number {
    return this.#nodes.get(id)?.window.count(nowMs) ?? 0;
  }

  /** The actor is gone. */
  remove(actor: string): void {
    const node = this.#nodes.get(this.#parents.get(actor) ?? '');
    for (const id of this.#instances.get(actor) ?? []) node?.backoffs.delete(id);
    if (node !== undefined) node.spec = { ...node.spec, children: node.spec.children.filter((name) => name !== actor) };
    this.#instances.delete(actor);
    this.#parents.delete(actor);
  }

  /** An instance of a supervised actor has failed. */
  judge(actor: string, instance: number, nowMs: number): Verdict {
    const escalated: string[] = [];
    let child: number | string = instance;
    let id = this.#parents.get(actor)!;
    for (;;) {
      const { spec, window, backoffs } = this.#nodes.get(id)!;
      if (window.admit(nowMs)) {
        const backoff = backoffs.get(child) ?? new BackoffClock(spec.backoff, this.#random);
        backoffs.set(child, backoff);
        const affected = this.#affected(spec, typeof child === 'number' ? actor : child, child);
        for (const name of affected.supervisors) this.#forgetPast(name);
        const { instances } = affected;
        return {
          kind: 'restart',
          supervisor: id,
          instances,
          delayMs: backoff.next(nowMs),
          state: spec.state,
          escalated,
        };
      }
      escalated.push(id);
      const parent = this.#parents.get(id);
      if (parent === undefined) return { kind: 'stop', instances: [...this.#instancesBelow(id)].reverse(), escalated };
      child = id;
      id = parent;
    }
  }

  /** All instances that the outermost supervisor above the actor watches, last child first. */
  groupOf(actor: string): { readonly supervisor: string; readonly instances: readonly number[] } {
    let id = this.#parents.get(actor)!;
    for (let parent = this.#parents.get(id); parent !== undefined; parent = this.#parents.get(id)) id = parent;
    return { supervisor: id, instances: [...this.#instancesBelow(id)].reverse() };
  }

  /** Who starts again when `child` of `spec` fails: an instance of `name`, or the supervisor of that name. */
  #affected({ strategy, children }: SupervisorSpec, name: string, child: number | string) {
    const supervisors = (names: readonly string[]): readonly string[] =>
      names.filter((other) => this.#nodes.has(other)).flatMap((other) => this.#supervisorsBelow(other));
    const own = typeof child === 'number' ? [child] : this.#instancesBelow(child);
    switch (strategy) {
      case 'one-for-one':
        return { instances: own, supervisors: supervisors([name]) };
      case 'one-for-all':
        return {
          instances: children.flatMap((other) => this.#instancesBelow(other)),
          supervisors: supervisors(children),
        };
      case 'rest-for-one': {
        const rest = children.slice(children.indexOf(name));
        const all = rest.flatMap((other) => this.#instancesBelow(other));
        const instances = typeof child === 'number' ? all.slice(all.indexOf(child)) : all;
        return { instances, supervisors: supervisors(rest) };
      }
    }
  }

  #instancesBelow(name: string): readonly number[] {
    const node = this.#nodes.get(name);
    if (node === undefined) return this.#instances.get(name) ?? [];
    return node.spec.children.flatMap((child) => this.#instancesBelow(child));
  }

  #supervisorsBelow(name: string): readonly string[] {
    const children = this.#nodes.get(name)?.spec.children ?? [];
    return [
      name,
      ...children.filter((child) => this.#nodes.has(child)).flatMap((child) => this.#supervisorsBelow(child)),
    ];
  }

  /** A supervisor that is started again has no past. */
  #forgetPast(id: string): void {
    const node = this.#nodes.get(id);
    node?.window.clear();
    node?.backoffs.clear();
  }
}
