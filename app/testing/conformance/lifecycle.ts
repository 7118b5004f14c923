import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { ActorState } from '../../runtime/lifecycle.ts';
import { Bench, codeOf, errorOf, eventually, item, items, pause, summaryOf, type OpenBench } from './bench.ts';

type Move = 'activate' | 'deactivate' | 'terminate';

/** Terminating an idle, blocked or deactivated actor may take this long. */
const QUICK_MS = 100;

async function actorIn(bench: Bench, state: ActorState): Promise<Actor> {
  const actor = await bench.launch('probe');
  if (state === 'launched') return actor;
  await actor.activate();
  if (state === 'deactivated') await actor.deactivate();
  if (state === 'terminated') await actor.terminate();
  if (state === 'failed') {
    await actor.send({ what: 6 });
    await eventually(() => actor.state === 'failed', 'the actor has failed');
  }
  return actor;
}

async function timeToTerminate(actor: Actor): Promise<number> {
  const start = performance.now();
  await actor.terminate();
  return performance.now() - start;
}

export function describeLifecycle(open: OpenBench): void {
  describe('lifecycle', () => {
    it.each([
      ['launched', 'activate', 'active'],
      ['launched', 'terminate', 'terminated'],
      ['active', 'deactivate', 'deactivated'],
      ['active', 'terminate', 'terminated'],
      ['deactivated', 'activate', 'active'],
      ['deactivated', 'terminate', 'terminated'],
      ['failed', 'terminate', 'terminated'],
      ['terminated', 'terminate', 'terminated'],
    ] satisfies [ActorState, Move, ActorState][])('%s: %s leads to %s', async (state, move, next) => {
      await using bench = await Bench.open(open);
      const actor = await actorIn(bench, state);
      expect(actor.state).toBe(state);
      await actor[move]();
      expect(actor.state).toBe(next);
    });

    it.each([
      ['launched', 'deactivate', 'deactivated'],
      ['active', 'activate', 'active'],
      ['deactivated', 'deactivate', 'deactivated'],
      ['terminated', 'activate', 'active'],
      ['terminated', 'deactivate', 'deactivated'],
      ['failed', 'activate', 'active'],
      ['failed', 'deactivate', 'deactivated'],
    ] satisfies [ActorState, Move, ActorState][])(
      '%s: %s is an error that names both states',
      async (state, move, next) => {
        await using bench = await Bench.open(open);
        const actor = await actorIn(bench, state);
        const error = await errorOf(() => actor[move]());
        expect(error.code).toBe('IllegalTransition');
        expect(error.message).toBe(`actor 'probe#0' cannot go from '${state}' to '${next}'.`);
        expect(actor.state).toBe(state);
      },
    );

    it('a launched actor keeps what it is sent until it is activated', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      await sink.sendBatch(items(50), { type: 'Item' });
      await bench.runtime.quiet();
      expect(sink.telemetry()[0]).toMatchObject({ processed: 0, depth: 50 });
      await sink.activate();
      expect(await summaryOf(sink)).toMatchObject({ received: 50, disordered: 0 });
    });

    it('a deactivated actor processes nothing, loses nothing and keeps its state', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.sendBatch(items(30), { type: 'Item' });
      await bench.runtime.quiet();
      await sink.deactivate();
      await sink.sendBatch(items(60).slice(30), { type: 'Item' });
      await pause(20);
      expect(sink.telemetry()[0]).toMatchObject({ processed: 30, depth: 30 });
      expect(bench.undelivered('sink#0')).toEqual({ count: 30, reason: 'actor not active' });
      await sink.activate();
      expect(await summaryOf(sink)).toEqual({ received: 60, disordered: 0, sum: (59 * 60) / 2 });
    });

    it('survives being switched off and on a hundred times under load', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      const sending = source.sendBatch(items(5000));
      for (let round = 0; round < 100; round++) {
        await target.deactivate();
        await target.activate();
      }
      await sending;
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 5000, disordered: 0 });
    });

    it('terminates an idle actor quickly', async () => {
      await using bench = await Bench.open(open);
      const idle = await bench.active('sink');
      await pause(10);
      expect(await timeToTerminate(idle)).toBeLessThan(QUICK_MS);
      expect(bench.runtime.undelivered()).toEqual([]);
    });

    it('terminates a deactivated actor quickly and tells what it left', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.deactivate();
      await sink.sendBatch(items(7), { type: 'Item' });
      expect(await timeToTerminate(sink)).toBeLessThan(QUICK_MS);
      expect(bench.undelivered('sink#0')).toEqual({ count: 7, reason: 'actor ended' });
    });

    it('terminates a blocked actor quickly and tells what it had not sent', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await target.deactivate();
      await source.send({ producer: 0, count: 40 });
      await source.send({ producer: 1, count: 1 });
      await bench.runtime.quiet();
      expect(bench.undelivered('producer#0')).toEqual({ count: 24 + 1, reason: 'actor blocked' });
      expect(await timeToTerminate(source)).toBeLessThan(QUICK_MS);
      expect(bench.undelivered('producer#0')).toEqual({ count: 24 + 1, reason: 'actor ended' });
      expect(bench.undelivered('sink#0')).toEqual({ count: 16, reason: 'actor not active' });
      await target.activate();
      await bench.runtime.quiet(); // what comes from the host is not behind what comes from actors
      expect(await summaryOf(target)).toMatchObject({ received: 16, disordered: 0 });
    });

    it('takes a command that overtakes another one', async () => {
      await using bench = await Bench.open(open);
      for (let round = 0; round < 50; round++) {
        const actor = await bench.launch('relay', { name: `relay${round}`, queue: { capacity: 16 } });
        const activating = actor.activate();
        const terminating = actor.terminate();
        await Promise.all([activating, terminating]);
        expect(actor.state).toBe('terminated');
      }
    });

    it('an actor that ends itself processes nothing more, and what waits for it is undelivered', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.launch('probe');
      await probe.sendBatch([
        { what: 2, argument: 5 },
        { what: 1 },
        { what: 2, argument: 9 },
        { what: 2, argument: 9 },
      ]);
      await probe.activate();
      await eventually(() => probe.state === 'terminated', 'the actor has ended');
      expect(probe.telemetry()[0]).toMatchObject({ processed: 2, errorCode: 5, depth: 2 });
      expect(bench.undelivered('probe#0')).toEqual({ count: 2, reason: 'actor ended' });
      expect(await codeOf(probe.send({ what: 2 }))).toBe('ActorTerminated');
    });

    it('what an ending handler sends still arrives', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await target.deactivate();
      await source.send({ producer: 0, count: 100 });
      await bench.runtime.quiet();
      await target.activate();
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 100, disordered: 0 });
    });

    it('refuses to remove what runs or is connected to', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink' });
      expect(await codeOf(bench.runtime.remove(target))).toBe('ActorRunning');
      await target.terminate();
      expect(await codeOf(bench.runtime.remove(target))).toBe('ActorConnected');
      await source.terminate();
      await bench.runtime.remove(source);
      await bench.runtime.remove(target);
      expect(bench.runtime.actors).toEqual([]);
    });

    it('gives all memory and the name back when an actor is removed', async () => {
      await using bench = await Bench.open(open, { actorLimit: 64 });
      const { arena } = bench.runtime.device;
      const before = arena.freeBytes;
      for (let round = 0; round < 200; round++) {
        const sink = await bench.launch('sink', { instances: 2, queue: { capacity: 16 } });
        const relay = await bench.launch('relay', { queue: { capacity: 16 } });
        bench.runtime.connect(relay, 'out', sink);
        await relay.activate();
        if (round % 2 === 0) await sink.activate();
        await relay.send(item(0));
        await bench.runtime.quiet();
        await relay.terminate();
        await sink.terminate();
        await bench.runtime.remove(relay);
        await bench.runtime.remove(sink);
        expect(arena.freeBytes).toBe(before);
      }
      expect(bench.runtime.undelivered()).toEqual([]);
    });

    it('refuses launches that cannot be', async () => {
      await using bench = await Bench.open(open, { arenaBytes: 64 * 2 ** 20 });
      await bench.launch('sink');
      const { arena } = bench.runtime.device;
      const before = arena.freeBytes;
      expect(await codeOf(bench.launch('sink'))).toBe('InvalidLaunch');
      expect(await codeOf(bench.launch('relay', { queue: { capacity: 100 } }))).toBe('InvalidLaunch');
      expect(await codeOf(bench.launch('relay', { queue: { capacity: 8 } }))).toBe('InvalidLaunch');
      expect(await codeOf(bench.launch('relay', { instances: 0 }))).toBe('InvalidLaunch');
      const error = await errorOf(() => bench.launch('relay', { queue: { capacity: 1_048_576 } }));
      expect(error.code).toBe('OutOfMemory');
      expect(error.message).toMatch(/1 actor need.*Largest parts: relay#0: host ring/);
      expect(arena.freeBytes).toBe(before);
      expect(bench.runtime.actors).toHaveLength(1);
      expect((await errorOf(() => bench.program.kernel('rely'))).toString()).toContain("Did you mean 'relay'?");
    });
  });
}
