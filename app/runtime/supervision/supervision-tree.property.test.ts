import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { seededRandom, type SeededRandom } from '../../base/seeded-random.ts';
import { BackoffClock } from './backoff-clock.ts';
import { RestartWindow } from './restart-window.ts';
import { SupervisionTree, type Verdict } from './supervision-tree.ts';
import { supervisorSpec, type RestartStrategy, type SupervisorSpec } from './supervisor-spec.ts';

describe('a restart window', () => {
  it('lets through what a list of all restarts would', () => {
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(30), { maxLength: 100 }),
        (maxRestarts, withinMs, gaps) => {
          const window = new RestartWindow(maxRestarts, withinMs);
          const admitted: number[] = [];
          let nowMs = 0;
          for (const gap of gaps) {
            nowMs += gap;
            const recent = admitted.filter((timeMs) => timeMs > nowMs - withinMs).length;
            expect(window.count(nowMs)).toBe(recent);
            expect(window.admit(nowMs)).toBe(recent < maxRestarts);
            if (recent < maxRestarts) admitted.push(nowMs);
          }
        },
      ),
      { numRuns: 500, seed: 11 },
    );
  });
});

describe('a backoff', () => {
  const options = fc.record({
    minMs: fc.nat(200),
    maxMs: fc.integer({ min: 200, max: 5000 }),
    factor: fc.double({ min: 1, max: 4, noNaN: true }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    resetAfterMs: fc.nat(3000),
  });

  it('grows by its factor up to its limit, within its jitter, and begins again after a good while', () => {
    fc.assert(
      fc.property(options, fc.array(fc.nat(4000), { maxLength: 40 }), fc.nat(), (backoff, gaps, seed) => {
        const clock = new BackoffClock(backoff, seededRandom(seed));
        let nowMs = 0;
        let attempts = 0;
        let startedMs = -Infinity;
        for (const gap of gaps) {
          nowMs += gap;
          if (nowMs - startedMs >= backoff.resetAfterMs) attempts = 0;
          const plain = Math.min(backoff.minMs * backoff.factor ** attempts, backoff.maxMs);
          const delayMs = clock.next(nowMs);
          expect(delayMs).toBeGreaterThanOrEqual(plain * (1 - backoff.jitter) - 1e-6);
          expect(delayMs).toBeLessThanOrEqual(Math.min(plain * (1 + backoff.jitter), backoff.maxMs) + 1e-6);
          attempts++;
          startedMs = nowMs + delayMs;
        }
      }),
      { numRuns: 300, seed: 12 },
    );
  });
});

/** A tree as a test writes it: actors have one or two instances. */
interface Group {
  readonly strategy: RestartStrategy;
  readonly maxRestarts: number;
  readonly withinMs: number;
  readonly children: readonly (Group | number)[];
}

const strategy = fc.constantFrom<RestartStrategy>('one-for-one', 'one-for-all', 'rest-for-one');
const groups = fc.letrec<{ group: Group; child: Group | number }>((tie) => ({
  child: fc.oneof({ maxDepth: 3, withCrossShrink: true }, fc.integer({ min: 1, max: 2 }), tie('group')),
  group: fc.record({
    strategy,
    maxRestarts: fc.nat(3),
    withinMs: fc.integer({ min: 1, max: 100 }),
    children: fc.array(tie('child'), { minLength: 1, maxLength: 4 }),
  }),
}));

interface ModelNode {
  readonly id: string;
  readonly parent: ModelNode | undefined;
  readonly group: Group | undefined;
  readonly children: ModelNode[];
  readonly instances: number[];
  readonly restarts: number[];
}

/** The same rules, as plain as can be. */
class Model {
  readonly root: ModelNode;
  readonly actors: ModelNode[] = [];
  readonly supervisors: ModelNode[] = [];
  #instances = 0;
  #names = 0;

  constructor(group: Group) {
    this.root = this.#build(group, undefined);
  }

  #build(what: Group | number, parent: ModelNode | undefined): ModelNode {
    const isActor = typeof what === 'number';
    const node: ModelNode = {
      id: `${isActor ? 'actor' : 'group'}${this.#names++}`,
      parent,
      group: isActor ? undefined : what,
      children: [],
      instances: isActor ? Array.from({ length: what }, () => ++this.#instances) : [],
      restarts: [],
    };
    if (!isActor) for (const child of what.children) node.children.push(this.#build(child, node));
    (isActor ? this.actors : this.supervisors).push(node);
    return node;
  }

  below(node: ModelNode): number[] {
    return [...node.instances, ...node.children.flatMap((child) => this.below(child))];
  }

  fail(actor: ModelNode, instance: number, nowMs: number): Pick<Verdict, 'kind' | 'instances' | 'escalated'> {
    const escalated: string[] = [];
    for (let [child, supervisor] = [actor, actor.parent!]; ; [child, supervisor] = [supervisor, supervisor.parent]) {
      const { maxRestarts, withinMs, strategy: how } = supervisor.group!;
      if (supervisor.restarts.filter((timeMs) => timeMs > nowMs - withinMs).length < maxRestarts) {
        supervisor.restarts.push(nowMs);
        const own = child === actor ? [instance] : this.below(child);
        const after = supervisor.children.slice(supervisor.children.indexOf(child) + 1);
        const involved =
          how === 'one-for-one' ? [child] : how === 'one-for-all' ? supervisor.children : [child, ...after];
        for (const one of involved) this.#forget(one);
        const later = child === actor ? actor.instances.filter((id) => id > instance) : [];
        const rest = after.flatMap((one) => this.below(one));
        const instances =
          how === 'one-for-one' ? own : how === 'one-for-all' ? this.below(supervisor) : [...own, ...later, ...rest];
        return { kind: 'restart', instances, escalated };
      }
      escalated.push(supervisor.id);
      if (supervisor.parent === undefined)
        return { kind: 'stop', instances: this.below(supervisor).reverse(), escalated };
    }
  }

  #forget(node: ModelNode): void {
    node.restarts.splice(0);
    for (const child of node.children) this.#forget(child);
  }
}

function treeOf(model: Model, random: SeededRandom): SupervisionTree {
  const tree = new SupervisionTree(random);
  for (const { id, group, children } of model.supervisors) {
    const { strategy: how, maxRestarts, withinMs } = group!;
    const spec: SupervisorSpec = supervisorSpec({
      id,
      strategy: how,
      maxRestarts,
      withinMs,
      children: children.map((child) => child.id),
    });
    tree.add(
      spec,
      new Map(children.filter((child) => child.group === undefined).map((child) => [child.id, child.instances])),
    );
  }
  return tree;
}

describe('a tree of supervisors', () => {
  it('restarts, escalates and ends as a naive model of it does', () => {
    const failures = fc.array(fc.record({ actor: fc.nat(), instance: fc.nat(), gap: fc.nat(40) }), { maxLength: 60 });
    fc.assert(
      fc.property(groups.group, failures, (group, list) => {
        const model = new Model(group);
        fc.pre(model.actors.length > 0);
        const tree = treeOf(model, seededRandom(1));
        let nowMs = 0;
        for (const { actor: pick, instance: which, gap } of list) {
          nowMs += gap;
          const actor = model.actors[pick % model.actors.length]!;
          const instance = actor.instances[which % actor.instances.length]!;
          const expected = model.fail(actor, instance, nowMs);
          expect(tree.judge(actor.id, instance, nowMs)).toMatchObject(expected);
          for (const { id, restarts, group: own } of model.supervisors) {
            const recent = restarts.filter((timeMs) => timeMs > nowMs - own!.withinMs).length;
            expect(tree.restartsInWindow(id, nowMs)).toBe(recent);
          }
          if (expected.kind === 'stop') break;
        }
      }),
      { numRuns: 1000, seed: 13 },
    );
  });
});
