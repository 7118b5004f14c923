import { describe, expect, it } from 'vitest';

import { Bench, codeOf, errorOf, eventually, items, summaryOf, whereFaultsStay, type OpenBench } from './bench.ts';

const SMALL = { queue: { capacity: 16 } };
const FRESH = 5000;

export function describeReset(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('a reload with a reset', () => {
    it('starts actors afresh that cannot be kept, and keeps their channels', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      const second = await bench.active('sink', { name: 'second' });
      await source.sendBatch(items(10));
      await bench.runtime.quiet();
      const next = await bench.load('conformance_reset.cu');
      const report = await bench.runtime.reload(next, [target, source], { reset: 'incompatible' });
      expect(report).toEqual({ kept: [], reset: [target, source], migrations: [], unused: [] });
      expect([source.state, target.state, second.state]).toEqual(['active', 'active', 'active']);
      expect(target.telemetry()[0]).toMatchObject({ processed: 0, depth: 0 });
      await source.sendBatch(items(5));
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toEqual({ received: 5, disordered: 0, sum: FRESH + 10 });
      const over = { from: 'relay', port: 'out', to: 'sink', routing: 'roundRobin', sent: 15 };
      expect(bench.runtime.channels).toMatchObject([over]);
      expect(bench.runtime.deadLetters.total).toBe(0);
    });

    it('counts what lay in the queues, each as a dead letter', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      await target.deactivate();
      await source.sendBatch(items(33));
      await bench.runtime.quiet();
      await target.sendBatch(items(4, 1), { type: 'Item' });
      const asking = summaryOf(target).catch((error: unknown) => (error as { code: string }).code);
      const next = await bench.load('conformance_reset.cu');
      await bench.runtime.reload(next, [target], { reset: 'incompatible' });
      expect(target.state).toBe('deactivated');
      expect(await asking).toBe('DeadLettered');
      expect(bench.runtime.deadLetters.counts).toEqual(new Map([['actor-reset', 16 + 4 + 1]]));
      await target.activate();
      await bench.runtime.quiet();
      // What the relay could not deliver before comes into the new queues.
      expect(await summaryOf(target)).toMatchObject({ received: 33 - 16 });
    });

    it('counts what it had sent and not delivered', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'sink', options: SMALL });
      await target.deactivate();
      await source.sendBatch([
        { producer: 0, count: 20 },
        { producer: 1, count: 1 },
      ]);
      await bench.runtime.quiet();
      await bench.runtime.reload(bench.program, [source], { reset: 'all' });
      const ways = bench.runtime.deadLetters.kept.map(({ reason, from, to }) => `${reason}: ${from} → ${to}`);
      const undelivered = Array.from({ length: 20 - 16 }, () => 'actor-reset: producer#0 → sink#0');
      expect(ways).toEqual(['actor-reset: host → producer#0', ...undelivered]);
      await target.activate();
      await source.send({ producer: 2, count: 1 });
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 17, disordered: 0 });
    });

    isolated('revives an actor that has failed', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.sendBatch([{ producer: 666, sequence: 0 }, ...items(3)], { type: 'Item' });
      await eventually(() => sink.state === 'failed', 'it has failed');
      const next = await bench.load('conformance_next.cu');
      const { reset } = await bench.runtime.reload(next, [sink], { reset: 'incompatible' });
      expect(reset).toEqual([sink]);
      expect(sink.state).toBe('active');
      expect(bench.runtime.deadLetters.counts).toEqual(
        new Map([
          ['actor-failed', 1],
          ['actor-reset', 3],
        ]),
      );
      await sink.sendBatch(items(3), { type: 'Item' });
      expect(await summaryOf(sink)).toEqual({ received: 3, disordered: 0, sum: 6 });
      await sink.send({ producer: 666, sequence: 0 }, { type: 'Item' });
      await eventually(() => sink.state === 'failed', 'it has failed again');
    });

    it('tells senders that wait', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const sending = codeOf(sink.sendBatch(items(100), { type: 'Item' }));
      await bench.runtime.reload(await bench.load('conformance_reset.cu'), [sink], { reset: 'incompatible' });
      expect(await sending).toBe('ActorReset');
      expect(sink.state).toBe('launched');
      await sink.activate();
      expect(await summaryOf(sink)).toEqual({ received: 0, disordered: 0, sum: FRESH });
    });

    it('keeps those that can be, or resets all', async () => {
      await using bench = await Bench.open(open);
      const [sink, relay] = [await bench.active('sink'), await bench.active('relay')];
      await sink.sendBatch(items(3), { type: 'Item' });
      const next = await bench.load('conformance_next.cu');
      const kept = await bench.runtime.reload(next, [sink, relay], { reset: 'incompatible' });
      expect(kept.reset).toEqual([]);
      expect(await summaryOf(sink)).toMatchObject({ received: 3 });
      const { reset } = await bench.runtime.reload(next, [sink], { reset: 'all' });
      expect(reset).toEqual([sink]);
      expect(await summaryOf(sink)).toMatchObject({ received: 0 });
    });

    it('cannot mend a channel, and does not revive what has ended', async () => {
      await using bench = await Bench.open(open);
      const { source } = await bench.pair('deaf', 'questions', { kernel: 'answerer' });
      const ended = await bench.active('sink');
      await ended.terminate();
      const next = await bench.load('conformance_next.cu');
      const reload = () => bench.runtime.reload(next, [source, ended], { reset: 'all' });
      const { problems } = await errorOf(reload);
      expect(problems.map(({ code }) => code)).toEqual(['broken-channel', 'actor-ended']);
      expect(source.state).toBe('active');
    });

    it('gives the memory back, however often, and message ids do not repeat', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      const probe = await bench.active('probe');
      const { arena } = bench.runtime.device;
      const before = arena.freeBytes;
      for (let round = 0; round < 20; round++) {
        await source.sendBatch(items(16));
        await bench.runtime.reload(bench.program, [source, target, probe], { reset: 'all' });
        expect(arena.freeBytes).toBe(before);
      }
      await bench.runtime.quiet();
      const { kept } = bench.runtime.deadLetters;
      expect(new Set(kept.map(({ messageId }) => messageId)).size).toBe(kept.length);
    });
  });
}
