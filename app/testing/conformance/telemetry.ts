import { describe, expect, it } from 'vitest';

import { TelemetryReader } from '../../runtime/telemetry-reader.ts';
import { philox } from '../philox.ts';
import { Bench, eventually, item, items, pause, receive, receiveJson, summaryOf, type OpenBench } from './bench.ts';

interface Fact {
  readonly what: number;
  readonly actor: number;
  readonly value: number;
}

export function describeTelemetry(open: OpenBench): void {
  describe('telemetry', () => {
    it('counts what really happened', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      expect(source.telemetry()[0]).toEqual({
        ...{ processed: 0, dropped: 0, sent: 0, depth: 0 },
        ...{ latencyNs: undefined, errorCode: 0, droppedByReason: {} },
      });
      await source.sendBatch(items(12_345));
      await bench.runtime.quiet();
      for (const actor of [source, target]) {
        const [telemetry] = actor.telemetry();
        expect(telemetry).toMatchObject({ processed: 12_345, dropped: 0, depth: 0 });
        expect(telemetry?.latencyNs?.count).toBe(12_345);
      }
      expect([source, target].map((actor) => actor.telemetry()[0]?.sent)).toEqual([12_345, 0]);
    });

    it('is the same through a reader, whose latencies are those since its last look', async () => {
      await using bench = await Bench.open(open);
      const reader = new TelemetryReader(bench.runtime);
      const sink = await bench.active('sink', { instances: 2 });
      for (const count of [500, 300, 0]) {
        await sink.sendBatch(items(count), { type: 'Item', instance: 0 });
        await sink.sendBatch(items(count), { type: 'Item', instance: 1 });
        await bench.runtime.quiet();
        const latency = reader.latency(sink);
        expect(latency?.count).toBe(count === 0 ? undefined : 2 * count);
        if (count === 500) expect(latency?.max).toBe(Math.max(...sink.telemetry().map((own) => own.latencyNs!.max)));
      }
      await sink.deactivate();
      await sink.sendBatch(items(7), { type: 'Item', instance: 1 });
      const own = sink.telemetry();
      const sum = (name: 'processed' | 'dropped' | 'sent' | 'depth'): number => own[0]![name] + own[1]![name];
      expect(reader.counters(sink)).toEqual({
        ...{ processed: sum('processed'), dropped: sum('dropped'), sent: sum('sent'), depth: sum('depth') },
        ...{ urgentDepth: 0, outboxDepth: 0, errorCode: 0 },
      });
      expect(reader.counters(sink)).toMatchObject({ processed: 1600, depth: 7 });
    });

    it('counts the message that an actor fails on for good as dropped', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.send(item(0, 666), { type: 'Item' });
      await eventually(() => sink.state === 'failed', 'it has failed');
      const counts = { processed: 0, dropped: 1, depth: 0 };
      expect(sink.telemetry()[0]).toMatchObject({ ...counts, droppedByReason: { 'actor-failed': 1 } });
      expect(new TelemetryReader(bench.runtime).counters(sink)).toMatchObject(counts);
    });

    it('orders its latencies', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.send(item(0), { type: 'Item' });
      await bench.runtime.quiet();
      await sink.deactivate();
      await sink.send(item(1), { type: 'Item' });
      await pause(30);
      await sink.activate();
      await bench.runtime.quiet();
      const { count, min, p50, mean, p99, max } = sink.telemetry()[0]!.latencyNs!;
      expect(count).toBe(2);
      expect(min).toBeLessThanOrEqual(p50);
      expect(min).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThan(max);
      expect(p50).toBeLessThanOrEqual(p99);
      expect(p99).toBeLessThanOrEqual(max);
      expect(max).toBeGreaterThan(29e6);
      expect(max).toBeLessThan(5e9);
    });
  });
}

export function describeContext(open: OpenBench): void {
  describe('the context of a handler', () => {
    it('gives random numbers that depend on the seed alone', async () => {
      const draw = async (seed: number): Promise<Fact[]> => {
        await using bench = await Bench.open(open, { seed });
        const probe = await bench.active('probe', { instances: 2 });
        for (const instance of [0, 1]) {
          await probe.send({ what: 3, argument: 3 }, { instance });
          await bench.runtime.quiet();
        }
        return (await receiveJson(probe, 6)) as Fact[];
      };
      const facts = await draw(7);
      const expected = (actor: number) => [0, 1, 2].map((counter) => philox(counter, 7, actor));
      expect(facts.map(({ value }) => value)).toEqual([...expected(1), ...expected(2)]);
      expect(await draw(7)).toEqual(facts);
      expect(await draw(8)).not.toEqual(facts);
    });

    it('tells how many messages wait', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.launch('probe');
      await probe.sendBatch(Array.from({ length: 5 }, () => ({ what: 4 })));
      await probe.activate();
      const facts = (await receiveJson(probe, 5)) as Fact[];
      expect(facts.map(({ value }) => value)).toEqual([4, 3, 2, 1, 0]);
    });

    it('tells the instance, the actor and the message', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe', { instances: 2 });
      await probe.send({ what: 5 }, { instance: 1 });
      expect(await receiveJson(probe, 1)).toEqual([{ what: 5, actor: 2, value: 1 }]);
      const messageId = await probe.send({ what: 9 }, { instance: 0 });
      const [fact] = (await receiveJson(probe, 1)) as Fact[];
      expect(fact?.value.toString(16).padStart(16, '0')).toBe(messageId);
    });

    it('tells the time', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      const before = performance.timeOrigin + performance.now();
      await probe.send({ what: 7 });
      const [fact] = (await receiveJson(probe, 1)) as [{ value: string }];
      const ms = Number(BigInt(fact.value) / 1_000_000n);
      expect(ms).toBeGreaterThanOrEqual(before - 5);
      expect(ms).toBeLessThanOrEqual(performance.timeOrigin + performance.now() + 5);
    });

    it('prints to the host', async () => {
      await using bench = await Bench.open(open);
      const printed: unknown[] = [];
      bench.runtime.onDidPrint.on((fact) => printed.push(fact));
      const probe = await bench.active('probe');
      await probe.send({ what: 8, argument: 42 });
      await eventually(() => printed.length > 0, 'something is printed');
      expect(printed).toEqual([{ actor: 'probe#0', text: 'order 42 of probe\n' }]);
    });

    it('reports errors and goes on', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      await probe.sendBatch([{ what: 2, argument: 77 }, { what: 5 }]);
      await receive(probe, 1);
      await bench.runtime.quiet();
      expect(probe.state).toBe('active');
      expect(probe.telemetry()[0]).toMatchObject({ errorCode: 77, processed: 2 });
      expect(new TelemetryReader(bench.runtime).counters(probe)).toMatchObject({ errorCode: 77, processed: 2 });
    });
  });
}

export function describeQuiescence(open: OpenBench): void {
  describe('quiescence', () => {
    it('comes when everything has been processed', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      for (let round = 0; round < 20; round++) {
        await source.send({ producer: 0, first: round * 500, count: 500 });
        await bench.runtime.quiet();
        expect(target.telemetry()[0]?.processed).toBe((round + 1) * 500);
      }
      expect(bench.runtime.undelivered()).toEqual([]);
    });

    it('comes when what is left is stuck, and tells where', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay', { queue: { capacity: 16 } });
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      bench.runtime.connect(relay, 'out', sink);
      await relay.activate();
      await relay.sendBatch(items(30));
      await bench.runtime.quiet();
      const { undelivered } = { undelivered: bench.runtime.undelivered() };
      expect(undelivered).toContainEqual({ actor: 'sink#0', count: 16, reason: 'actor not active' });
      expect(undelivered.reduce((sum, { count }) => sum + count, 0)).toBe(30);
      await sink.activate();
      await bench.runtime.quiet();
      expect(bench.runtime.undelivered()).toEqual([]);
    });

    it('waits for outputs to be received, and can be aborted', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 2 });
      const relay = await bench.active('relay');
      await relay.sendBatch(items(5));
      await expect(bench.runtime.quiet({ signal: AbortSignal.timeout(50) })).rejects.toThrow();
      await receive(relay, 5);
      await bench.runtime.quiet();
    });

    it('waits for senders that wait for room', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      const sending = sink.sendBatch(items(100), { type: 'Item' });
      await expect(bench.runtime.quiet({ signal: AbortSignal.timeout(30) })).rejects.toThrow();
      await sink.activate();
      await bench.runtime.quiet();
      await sending;
      expect(await summaryOf(sink)).toMatchObject({ received: 100 });
    });
  });
}
