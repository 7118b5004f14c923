import { describe, expect, it } from 'vitest';

import type { ActorFailure } from '../../runtime/runtime.ts';
import { Bench, codeOf, eventually, item, items, summaryOf, whereFaultsStay, type OpenBench } from './bench.ts';

export function describeFailures(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('a failed actor', () => {
    isolated('leaves its message as a dead letter, its queue undelivered, and the others alone', async () => {
      await using bench = await Bench.open(open);
      const failures: ActorFailure[] = [];
      bench.runtime.onDidFailActor.on((failure) => failures.push(failure));
      const probe = await bench.launch('probe', { instances: 2 });
      const healthy = await bench.active('sink', { queue: { capacity: 16 } });
      const sending = healthy.sendBatch(items(5000), { type: 'Item' });
      const ids = [];
      for (const what of [2, 6, 2, 2]) ids.push(await probe.send({ what, argument: 3 }, { instance: 0 }));
      await probe.activate();
      await eventually(() => failures.length > 0, 'the actor has failed');
      expect(failures.map(({ instance, fault }) => [instance.label, fault.cause])).toEqual([['probe#0', 'trap']]);
      expect(probe.instances.map(({ state }) => state)).toEqual(['failed', 'active']);
      expect(probe.state).toBe('failed');
      expect(probe.instances[0]).toMatchObject({ failedMessageId: ids[1], fault: { cause: 'trap' } });
      const [letter] = bench.runtime.deadLetters.kept;
      expect(letter).toMatchObject({ reason: 'actor-failed', messageId: ids[1], from: 'host', to: 'probe#0' });
      expect([...letter!.bytes]).toEqual([6, 0, 0, 0, 3, 0, 0, 0]);
      await sending;
      await bench.runtime.quiet();
      expect(bench.undelivered('probe#0')).toEqual({ count: 2, reason: 'actor failed' });
      expect(probe.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1, depth: 2 });
      expect(probe.telemetry()[0]?.latencyNs?.count).toBe(1);
      expect(await summaryOf(healthy)).toMatchObject({ received: 5000, disordered: 0 });
      expect(bench.runtime.deadLetters.total).toBe(1);
    });

    it('has counted its message when the dead letter is told', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      const counted: unknown[] = [];
      bench.runtime.deadLetters.onDidArrive.on(() => {
        const { processed, dropped, droppedByReason } = sink.telemetry()[0]!;
        counted.push({ processed, dropped, droppedByReason });
      });
      await sink.sendBatch([item(0), item(0, 666)], { type: 'Item' });
      await eventually(() => counted.length > 0, 'the letter is told');
      expect(counted).toEqual([{ processed: 1, dropped: 1, droppedByReason: { 'actor-failed': 1 } }]);
    });

    it('sends nothing of what the failed handler had sent', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      await probe.send({ what: 10 });
      await eventually(() => probe.state === 'failed', 'the actor has failed');
      await bench.runtime.quiet();
      expect(await probe.receive({ signal: AbortSignal.abort() })).toBeUndefined();
      expect(probe.telemetry()[0]).toMatchObject({ processed: 0, sent: 0 });
    });

    it('takes no more messages', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      await sink.send(item(0, 666), { type: 'Item' });
      await sink.sendBatch(items(15), { type: 'Item' });
      const waiting = codeOf(sink.send(item(15), { type: 'Item' }));
      await sink.activate();
      expect(await waiting).toBe('ActorFailed');
      expect(await codeOf(sink.send(item(0), { type: 'Item' }))).toBe('ActorFailed');
      expect(() => sink.trySend(item(0), { type: 'Item' })).toThrow("actor 'sink#0' has failed: trap.");
      expect(bench.undelivered('sink#0')).toEqual({ count: 15, reason: 'actor failed' });
    });

    isolated('frees the actors that wait for room in its inbox, and every message is accounted for', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await target.deactivate();
      await source.send({ producer: 0, count: 100 });
      await target.send(item(0, 666), { type: 'Item' });
      await bench.runtime.quiet();
      await target.activate();
      await eventually(() => target.state === 'failed', 'the actor has failed');
      await bench.runtime.quiet();
      const { counts } = bench.runtime.deadLetters;
      const { processed } = target.telemetry()[0]!;
      expect(counts.get('actor-failed')).toBe(1);
      expect(processed + bench.undelivered('sink#0')!.count + counts.get('target-failed')!).toBe(100);
      expect(source.telemetry()[0]).toMatchObject({ sent: 100, depth: 0 });
      expect(bench.undelivered('producer#0')).toBeUndefined();
    });

    isolated('can be removed and launched again', async () => {
      await using bench = await Bench.open(open);
      const { arena } = bench.runtime.device;
      const before = arena.freeBytes;
      for (let round = 0; round < 10; round++) {
        const sink = await bench.active('sink');
        await sink.sendBatch([item(0), item(1), item(0, 666)], { type: 'Item' });
        await eventually(() => sink.state === 'failed', 'the actor has failed');
        await bench.runtime.remove(sink);
        expect(arena.freeBytes).toBe(before);
      }
    });
  });
}
