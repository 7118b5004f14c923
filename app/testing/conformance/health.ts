import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import { deadlockText, type Deadlock } from '../../runtime/health/deadlock.ts';
import type { HealthState } from '../../runtime/health/judge-health.ts';
import { Bench, codeOf, eventually, items, pause, type OpenBench } from './bench.ts';

const SMALL = { queue: { capacity: 16 } };
const BRISK = { sampleMs: 5, slowMs: 10_000, stuckMs: 20_000 };

/** Relays that pass items round and round. */
async function circle(bench: Bench, names: readonly string[]): Promise<readonly Actor[]> {
  const relays: Actor[] = [];
  for (const name of names) relays.push(await bench.launch('relay', { name, ...SMALL }));
  for (const [index, relay] of relays.entries())
    bench.runtime.connect(relay, 'out', relays[(index + 1) % relays.length]!);
  for (const relay of relays) await relay.activate();
  return relays;
}

/** More messages than the circle has room for. */
async function fill(relays: readonly Actor[]): Promise<void> {
  const filling = relays.map((relay) => codeOf(relay.sendBatch(items(200), { timeoutMs: 400 })));
  await Promise.all(filling);
}

export function describeHealth(open: OpenBench): void {
  describe('the health of actors', () => {
    it('names a deadlock: who waits for whom, each inbox full', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const told: Deadlock[] = [];
      runtime.health.onDidDeadlock.on((deadlock) => told.push(deadlock));
      runtime.health.start(BRISK);
      const relays = await circle(bench, ['a', 'b']);
      const bystander = await bench.active('sink');
      await fill(relays);
      await runtime.quiet();
      const [found, ...others] = runtime.deadlocks();
      expect(others).toEqual([]);
      expect(found?.members).toMatchObject([
        { actor: 'a#0', capacity: 16 },
        { actor: 'b#0', capacity: 16 },
      ]);
      expect(deadlockText(found!)).toBe('a#0 → b#0 → a#0, each inbox full (capacity 16)');
      await eventually(() => told.length > 0, 'the deadlock is told');
      await pause(50);
      expect(told.map(({ members }) => members.map(({ actor }) => actor))).toEqual([['a#0', 'b#0']]);
      expect(runtime.health.states()).toMatchObject([
        { actor: 'a#0', state: 'deadlocked', blockedBy: 'b#0' },
        { actor: 'b#0', state: 'deadlocked', blockedBy: 'a#0' },
        { actor: 'sink#0', state: 'healthy', blockedBy: undefined },
      ]);
      expect(bench.undelivered('a#0')?.reason).toBe('actor blocked');
      for (const relay of relays) await relay.terminate();
      expect(runtime.deadlocks()).toEqual([]);
      expect(bystander.state).toBe('active');
    });

    it('names a circle of one, and one that starts again comes out of it', async () => {
      await using bench = await Bench.open(open);
      const [self] = await circle(bench, ['self']);
      await fill([self!]);
      await bench.runtime.quiet();
      expect(bench.runtime.deadlocks().map(deadlockText)).toEqual(['self#0 → self#0, its inbox full (capacity 16)']);
      await bench.runtime.reload(bench.program, [self!], { reset: 'all' });
      await bench.runtime.quiet();
      expect(bench.runtime.deadlocks()).toEqual([]);
    });

    it('tells one that waits for room from a deadlock, and for whom it waits', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const changes: [string, HealthState][] = [];
      runtime.health.onDidChange.on(({ to }) => changes.push([to.actor, to.state]));
      const told: Deadlock[] = [];
      runtime.health.onDidDeadlock.on((deadlock) => told.push(deadlock));
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      await target.deactivate();
      runtime.health.start(BRISK);
      await source.sendBatch(items(20));
      const stateOf = (actor: string) => runtime.health.states().find((health) => health.actor === actor);
      await eventually(() => stateOf('relay#0')?.state === 'blocked', 'it is seen to be blocked');
      expect(stateOf('relay#0')).toMatchObject({ blockedBy: 'sink#0' });
      expect(stateOf('sink#0')).toMatchObject({ state: 'inactive', depth: 16 });
      expect(stateOf('sink#0')?.queueAgeMs).toBeGreaterThan(0);
      await target.activate();
      await eventually(() => stateOf('relay#0')?.state === 'healthy', 'it goes on');
      expect(changes.filter(([actor]) => actor === 'relay#0')).toEqual([
        ['relay#0', 'blocked'],
        ['relay#0', 'healthy'],
      ]);
      expect(told).toEqual([]);
    });

    it('sees no deadlock where messages go round that the queues have room for', async () => {
      await using bench = await Bench.open(open);
      const told: Deadlock[] = [];
      bench.runtime.health.onDidDeadlock.on((deadlock) => told.push(deadlock));
      bench.runtime.health.start({ ...BRISK, sampleMs: 1 });
      const relays = await circle(bench, ['a', 'b', 'c']);
      for (const relay of relays) await relay.sendBatch(items(8));
      await pause(400);
      expect(told).toEqual([]);
      const states = bench.runtime.health.states().map(({ state }) => state);
      expect(states).not.toContain('deadlocked');
      for (const relay of relays) expect(relay.telemetry()[0]!.processed).toBeGreaterThan(100);
    });
  });
}
