import { describe, expect, it } from 'vitest';

import type { LaunchOptions } from '../../runtime/launch.ts';
import type { Actor } from '../../runtime/actor.ts';
import { Bench, eventually, item, items, receiveJson, summaryOf, whereFaultsStay, type OpenBench } from './bench.ts';

const CAPACITY = 16;

const policies = [
  { overflow: 'dropOldest', reason: 'dropped-oldest', first: 24 },
  { overflow: 'dropNewest', reason: 'dropped-newest', first: 0 },
] as const;

/** `producer` → `relay`, launched and not active. */
async function launchPair(bench: Bench, queue: LaunchOptions['queue'] = {}): Promise<readonly [Actor, Actor]> {
  const [producer, relay] = await bench.runtime.launchAll([
    { kernel: bench.program.kernel('producer'), queue: { capacity: CAPACITY } },
    { kernel: bench.program.kernel('relay'), queue: { capacity: CAPACITY, ...queue } },
  ]);
  bench.runtime.connect(producer!, 'items', relay!);
  return [producer!, relay!];
}

export function describeCheckpointOverflow(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe.each(policies)("a checkpoint of queues under '$overflow'", ({ overflow, reason, first }) => {
    it('holds what has overflowed them and stays, and counts the rest as dropped', async () => {
      await using bench = await Bench.open(open);
      const [producer, relay] = await launchPair(bench, { overflow });
      await producer.activate();
      await producer.send({ producer: 3, count: 40 });
      await bench.runtime.quiet();
      const sends = items(40).map((one) => relay.send(one));
      const urgent = items(20, 1).map((one) => relay.send(one, { priority: 200 }));
      const file = await bench.runtime.checkpoint();
      await Promise.all([...sends, ...urgent]);
      await using other = await Bench.open(open);
      const [, restored] = await launchPair(other, { overflow });
      await other.runtime.restore(file);
      expect(restored.telemetry()[0]).toMatchObject({
        dropped: 24 + 24 + 4,
        droppedByReason: { [reason]: 24 + 24 + 4 },
        depth: 3 * CAPACITY,
      });
      await restored.activate();
      const received = await receiveJson(restored, 3 * CAPACITY);
      const of = (producerId: number) =>
        received.filter((one) => (one as { producer: number }).producer === producerId);
      const kept = (from: number, producerId: number) => items(from + CAPACITY, producerId).slice(from);
      expect([of(0), of(3)]).toEqual([kept(first, 0), kept(first, 3)]);
      expect(of(1)).toEqual(kept(overflow === 'dropOldest' ? 4 : 0, 1));
      await other.runtime.quiet();
      expect(restored.telemetry()[0]).toMatchObject({ processed: 3 * CAPACITY, dropped: 52, depth: 0 });
    });
  });

  isolated('a checkpoint of an overflowing actor that waits for its restart holds what waits for it', async () => {
    await using bench = await Bench.open(open);
    const queue = { capacity: CAPACITY, overflow: 'dropOldest' } as const;
    const sink = await bench.active('sink', { queue });
    const backoff = { minMs: 600_000, maxMs: 600_000 };
    bench.runtime.supervise({ id: 'top', strategy: 'one-for-one', children: ['sink'], backoff });
    await sink.send(item(0, 666), { type: 'Item' });
    await eventually(() => sink.state === 'failed', 'it has failed');
    for (const one of items(40)) await sink.send(one, { type: 'Item' });
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const restored = await other.launch('sink', { queue });
    await other.runtime.restore(file);
    expect(restored.telemetry()[0]).toMatchObject({ depth: CAPACITY, droppedByReason: { 'dropped-oldest': 24 } });
    await restored.activate();
    await other.runtime.quiet();
    expect(await summaryOf(restored)).toMatchObject({ received: CAPACITY, sum: (24 + 39) * 8 });
  });

  isolated('a checkpoint of an overflowing actor that has failed for good holds the newest messages', async () => {
    await using bench = await Bench.open(open);
    const queue = { capacity: CAPACITY, overflow: 'dropOldest' } as const;
    const sink = await bench.active('sink', { queue });
    bench.runtime.supervise({
      ...{ id: 'top', strategy: 'one-for-one', children: ['sink'] },
      backoff: { minMs: 600_000, maxMs: 600_000 },
    });
    await sink.send(item(0, 666), { type: 'Item' });
    await eventually(() => sink.state === 'failed', 'it has failed');
    for (const one of items(40)) await sink.send(one, { type: 'Item' });
    await sink.terminate();
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const restored = await other.launch('sink', { queue });
    await other.runtime.restore(file);
    expect(restored.telemetry()[0]).toMatchObject({ depth: CAPACITY, droppedByReason: { 'dropped-oldest': 24 } });
  });

  it('a checkpoint while queues are being emptied holds nothing of them', async () => {
    await using bench = await Bench.open(open);
    const [producer, relay] = await launchPair(bench);
    await producer.activate();
    await producer.send({ producer: 3, count: 5 });
    await bench.runtime.quiet();
    await relay.sendBatch(items(7));
    const clearing = relay.clear();
    const file = await bench.runtime.checkpoint();
    await clearing;
    await using other = await Bench.open(open);
    const [, restored] = await launchPair(other);
    await other.runtime.restore(file);
    expect(restored.telemetry()[0]).toMatchObject({ depth: 0, droppedByReason: { cleared: 12 } });
    await restored.activate();
    await restored.send(item(0));
    expect(await receiveJson(restored, 1)).toEqual([item(0)]);
  });

  it('a checkpoint goes on into actors that have dropped before', async () => {
    await using bench = await Bench.open(open);
    const [, relay] = await launchPair(bench, { overflow: 'dropOldest' });
    await relay.sendBatch(items(3));
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const [producer, restored] = await launchPair(other, { overflow: 'dropOldest' });
    await producer.activate();
    await producer.send({ producer: 3, count: 40 });
    await other.runtime.quiet();
    await restored.activate();
    await receiveJson(restored, CAPACITY);
    await Promise.all([producer.deactivate(), restored.deactivate()]);
    await other.runtime.restore(file);
    expect(restored.telemetry()[0]).toMatchObject({ dropped: 0, droppedByReason: {}, depth: 3 });
    await Promise.all([producer.activate(), restored.activate()]);
    expect(await receiveJson(restored, 3)).toEqual(items(3));
    await producer.send({ producer: 4, count: 5 });
    expect(await receiveJson(restored, 5)).toEqual(items(5, 4));
  });
}
