import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { OverflowPolicy } from '../../runtime/overflow.ts';
import type { Fate } from '../../runtime/receipts.ts';
import { TelemetryReader } from '../../runtime/telemetry-reader.ts';
import {
  Bench,
  codeOf,
  errorOf,
  eventually,
  item,
  items,
  pause,
  receiveJson,
  summaryOf,
  type OpenBench,
} from './bench.ts';

const ITEM = { type: 'Item' } as const;

/** How often each fate came. */
function tallyOf(fates: readonly Fate[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates) {
    const name = 'reason' in fate ? `${fate.outcome}: ${fate.reason}` : fate.outcome;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function dropsOf(actor: Actor): unknown {
  return actor.telemetry()[0]!.droppedByReason;
}

/** Of 40 messages to a queue of 16. */
const FULL = { 'queue-full': 24 } as const;

const policies = [
  { overflow: 'dropOldest', first: 24, drops: { 'dropped-oldest': 24 }, letters: [], fate: 'dropped: dropped-oldest' },
  { overflow: 'dropNewest', first: 0, drops: { 'dropped-newest': 24 }, letters: [], fate: 'dropped: dropped-newest' },
  { overflow: 'deadLetter', first: 0, drops: FULL, letters: [['queue-full', 24]], fate: 'dead-lettered: queue-full' },
] as const;

export function describeOverflow(open: OpenBench): void {
  describe.each(policies)("overflow policy '$overflow'", ({ overflow, first, drops, letters, fate }) => {
    const queue = { capacity: 16, overflow };

    it('keeps a full queue of what the host sends, and says what became of the rest', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay', { queue });
      const receipts = items(40).map((one) => relay.sendWithReceipt(one));
      await eventually(() => relay.telemetry()[0]!.depth === 16, 'the queue is full');
      await relay.activate();
      const kept = items(40).slice(first, first + 16);
      expect(await receiveJson(relay, 16)).toEqual(kept);
      expect(tallyOf(await Promise.all(receipts))).toEqual({ processed: 16, [fate]: 24 });
      await bench.runtime.quiet();
      expect(dropsOf(relay)).toEqual(drops);
      expect([...bench.runtime.deadLetters.counts]).toEqual(letters);
      expect(relay.telemetry()[0]).toMatchObject({ processed: 16, depth: 0 });
      expect(relay.telemetry()[0]!.latencyNs?.count).toBe(16);
    });

    it('keeps a full inbox of what actors send', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'relay', options: { queue } });
      await target.deactivate();
      await source.send({ producer: 3, count: 40 });
      await bench.runtime.quiet();
      expect(target.telemetry()[0]).toMatchObject({ depth: 16 });
      expect(dropsOf(target)).toEqual(drops);
      expect([...bench.runtime.deadLetters.counts]).toEqual(letters);
      await target.activate();
      const kept = Array.from({ length: 16 }, (_, index) => first + index);
      expect(await receiveJson(target, 16)).toEqual(kept.map((n) => ({ producer: 3, sequence: n, value: n })));
      await bench.runtime.quiet();
      expect(target.telemetry()[0]).toMatchObject({ processed: 16, depth: 0 });
      expect(target.telemetry()[0]!.latencyNs?.count).toBe(16);
      expect(source.telemetry()[0]).toMatchObject({ processed: 1, sent: 40 });
    });
  });

  it.each<OverflowPolicy>(['block', 'reject', 'dropOldest', 'dropNewest', 'deadLetter'])(
    "overflow policy '%s' accounts for what 8 actors and the host send as fast as they can",
    async (overflow) => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16, overflow } });
      const producers = await bench.runtime.launchAll(
        Array.from({ length: 8 }, (_, index) => ({ kernel: bench.program.kernel('producer'), name: `p${index}` })),
      );
      for (const producer of producers) bench.runtime.connect(producer, 'items', sink);
      await Promise.all([...producers, sink].map((actor) => actor.activate()));
      let rejected = 0;
      for (let round = 0; round < 20; round++) {
        for (const producer of producers) await producer.send({ producer: 1, count: 100 });
        for (const one of items(20, 9)) await sink.send(one, ITEM).catch(() => rejected++);
      }
      await bench.runtime.quiet();
      const [telemetry] = sink.telemetry();
      const dropped = Object.values(telemetry!.droppedByReason).reduce((sum, count) => sum + count, 0);
      expect(telemetry!.dropped).toBe(dropped);
      expect(new TelemetryReader(bench.runtime).counters(sink).dropped).toBe(dropped);
      expect(telemetry!.droppedByReason['queue-full'] ?? 0).toBe(bench.runtime.deadLetters.total);
      expect(telemetry!.processed + dropped + rejected).toBe(20 * (8 * 100 + 20));
      expect(telemetry).toMatchObject({ depth: 0, latencyNs: { count: telemetry!.processed } });
      if (overflow === 'block') expect(dropped).toBe(0);
      else expect(dropped + rejected).toBeGreaterThan(0);
    },
  );

  it.each<OverflowPolicy>(['reject', 'dropOldest', 'dropNewest', 'deadLetter'])(
    "overflow policy '%s' has room for what an actor with nothing else to do sends itself",
    async (overflow) => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay', { queue: { capacity: 16, overflow } });
      bench.runtime.connect(relay, 'out', relay);
      await relay.activate();
      for (const one of items(3)) await relay.send(one);
      await eventually(() => relay.telemetry()[0]!.processed > 1000, 'they go round');
      expect(relay.telemetry()[0]).toMatchObject({ dropped: 0 });
      expect(bench.runtime.deadLetters.total).toBe(0);
    },
  );

  it('a loop of dropOldest keeps the newest, and never stands still', async () => {
    await using bench = await Bench.open(open);
    const relay = await bench.launch('relay', { queue: { capacity: 16, overflow: 'dropOldest' } });
    bench.runtime.connect(relay, 'out', relay);
    await relay.activate();
    for (const one of items(100)) await relay.send(one);
    await eventually(() => relay.telemetry()[0]!.processed > 1000, 'they go round');
    await relay.deactivate();
    await bench.runtime.quiet();
    const [{ processed, sent, depth, droppedByReason } = expect.fail()] = relay.telemetry();
    expect(100 + sent).toBe(processed + depth + (droppedByReason['dropped-oldest'] ?? 0));
  });
}

export function describeLanes(open: OpenBench): void {
  describe('the urgent lane', () => {
    it('comes first, but at most 64 times in a row when others wait', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      for (const one of items(10, 1)) await relay.send(one, { priority: 191 });
      for (const one of items(100, 2)) await relay.send(one, { priority: 192 });
      await relay.activate();
      const order = (await receiveJson(relay, 110)).map((one) => (one as { producer: number }).producer);
      expect(order).toEqual([
        ...Array<number>(64).fill(2),
        1,
        ...Array<number>(36).fill(2),
        ...Array<number>(9).fill(1),
      ]);
    });

    it('keeps its order, and passes on to what handlers send', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'relay' });
      await target.deactivate();
      await source.send({ producer: 1, count: 20 });
      await source.send({ producer: 2, count: 20 }, { priority: 255 });
      await bench.runtime.quiet();
      await target.activate();
      const expected = [2, 1].flatMap((producer) => items(20, producer));
      expect(await receiveJson(target, 40)).toEqual(expected);
    });

    it('has a capacity of its own', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 32, urgent: 16, overflow: 'reject' } });
      for (const one of items(32)) await sink.send(one, ITEM);
      for (const one of items(16)) await sink.send(one, { ...ITEM, priority: 200 });
      for (const options of [ITEM, { ...ITEM, priority: 200 }])
        expect(await codeOf(sink.send(item(0), options))).toBe('QueueFull');
    });

    it('answers requests past a full queue', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', { queue: { capacity: 16 } });
      await sink.deactivate();
      for (const one of items(16)) await sink.send(one, ITEM);
      const summary = sink.request({ value: 0 }, { type: 'Question', priority: 255 });
      await sink.activate();
      expect(await summary).toMatchObject({ received: 0 });
    });

    it('refuses what is no priority and no deadline', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      for (const options of [{ priority: 256 }, { priority: -1 }, { priority: 1.5 }, { deadlineMs: -1 }])
        expect((await errorOf(() => relay.send(item(0), options))).code).toBe('InvalidSend');
    });
  });
}

export function describeDeadlines(open: OpenBench): void {
  describe('a deadline', () => {
    it('makes a dead letter of what the actor comes to too late', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const late = sink.sendWithReceipt(item(0), { ...ITEM, deadlineMs: 5 });
      const inTime = sink.sendWithReceipt(item(0), { ...ITEM, deadlineMs: 60_000 });
      await pause(50);
      await sink.activate();
      expect(await late).toMatchObject({ outcome: 'dead-lettered', reason: 'expired' });
      expect(await inTime).toMatchObject({ outcome: 'processed' });
      await bench.runtime.quiet(); // a receipt may be faster than the letter itself
      expect(bench.deadLetterReasons()).toEqual(['expired']);
      expect(sink.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1, droppedByReason: { expired: 1 } });
    });

    it('stays with what is forwarded, and not with what is sent', async () => {
      await using bench = await Bench.open(open);
      const first = await bench.active('answerer', { name: 'first' });
      const second = await bench.launch('answerer', { name: 'second' });
      await first.deactivate();
      bench.runtime.connect(first, 'other', second);
      await first.activate();
      await first.send({ value: 1, route: 1 }, { deadlineMs: 20 }); // forwards
      await first.send({ value: 5, route: 3 }, { deadlineMs: 20 }); // sends
      await bench.runtime.quiet();
      await pause(60);
      await second.activate();
      await bench.runtime.quiet();
      expect(bench.deadLetterReasons()).toEqual(['expired']);
      expect(second.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1 });
    });
  });
}

export function describeClearing(open: OpenBench): void {
  describe('clear', () => {
    it.each(['block', 'dropOldest'] as const)("empties all queues of an inactive actor ('%s')", async (overflow) => {
      await using bench = await Bench.open(open);
      const queue = { capacity: 16, overflow };
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'relay', options: { queue } });
      await target.deactivate();
      await source.send({ producer: 1, count: 10 });
      await source.send({ producer: 1, count: 5 }, { priority: 200 });
      for (const one of items(7)) await target.send(one);
      const receipt = target.sendWithReceipt(item(7), { priority: 200 });
      await bench.runtime.quiet();
      expect(target.telemetry()[0]).toMatchObject({ depth: 23 });
      await target.clear();
      expect(await receipt).toMatchObject({ outcome: 'dropped', reason: 'cleared' });
      expect(target.telemetry()[0]).toMatchObject({ depth: 0, processed: 0, droppedByReason: { cleared: 23 } });
      await source.send({ producer: 2, count: 16 });
      for (const one of items(16, 3)) await target.send(one);
      await target.activate();
      expect(await receiveJson(target, 32)).toHaveLength(32);
      await bench.runtime.quiet();
      expect(dropsOf(target)).toEqual({ cleared: 23 });
    });

    it('counts once what dropOldest drops and what it drops itself', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay', { queue: { capacity: 16, overflow: 'dropOldest' } });
      for (const one of items(50)) await relay.send(one);
      await relay.clear();
      for (const one of items(20)) await relay.send(one);
      await relay.activate();
      expect(await receiveJson(relay, 16)).toEqual(items(20).slice(4));
      await bench.runtime.quiet();
      expect(dropsOf(relay)).toEqual({ 'dropped-oldest': 38, cleared: 16 });
    });

    it('fails the requests that it drops', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const request = codeOf(summaryOf(sink));
      await pause(1);
      await sink.clear();
      expect(await request).toBe('MessageDropped');
    });

    it('is refused by an actor that has ended', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.terminate();
      expect(await codeOf(sink.clear())).toBe('ActorTerminated');
    });
  });
}

export function describeDeduplication(open: OpenBench): void {
  describe('deduplication', () => {
    it('drops what has a key of the last accepted messages, and gives the id of the first', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', { queue: { dedup: 2 } });
      const send = (key: string | number | bigint) => sink.send(item(0), { ...ITEM, dedupKey: key });
      const [first, second] = [await send('a'), await send(1)];
      expect(await send('a')).toBe(first);
      expect(sink.trySend(item(0), { ...ITEM, dedupKey: 1 })).toBe(second);
      expect(await send(1n)).not.toBe(second); // another key, and the window is full: 'a' leaves it
      expect(await send('a')).not.toBe(first);
      const receipt = await sink.sendWithReceipt(item(0), { ...ITEM, dedupKey: 'a' });
      expect(receipt).toMatchObject({ outcome: 'dropped', reason: 'duplicate' });
      await bench.runtime.quiet();
      expect(sink.telemetry()[0]).toMatchObject({ processed: 4, droppedByReason: { duplicate: 3 } });
    });

    it('is for one message to one instance: a key of several is refused, and nothing is sent', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', { instances: 2, queue: { dedup: 2 } });
      const options = { ...ITEM, dedupKey: 'a' };
      const ways = [
        // @ts-expect-error -- a key of several messages
        () => sink.broadcast(item(0), options),
        // @ts-expect-error -- a key of several messages
        () => sink.sendBatch(items(3), options),
        // @ts-expect-error -- a key of several messages
        () => sink.sendEach(3, () => undefined, options),
      ];
      for (const way of ways) {
        const error = await errorOf(way);
        expect([error.code, error.message]).toEqual(['InvalidSend', "dedupKey 'a' for several messages."]);
      }
      await bench.runtime.quiet();
      expect(sink.telemetry().map(({ processed }) => processed)).toEqual([0, 0]);
    });
  });
}

export function describeReceipts(open: OpenBench): void {
  describe('a receipt', () => {
    it('says that nobody handles the message, that its handler failed, or that it lies there', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const receipts = [item(0), item(0, 666), item(1)].map((one) => sink.sendWithReceipt(one, ITEM));
      await sink.activate();
      expect((await Promise.all(receipts)).map(({ messageId: _, ...fate }) => fate)).toEqual([
        { outcome: 'processed' },
        { outcome: 'dead-lettered', reason: 'actor-failed' },
        { outcome: 'undelivered' },
      ]);
    });

    it('comes in order through a ring that is used again and again', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', { queue: { capacity: 16 } });
      const receipts = items(500).map((one) => sink.sendWithReceipt(one, ITEM));
      expect(tallyOf(await Promise.all(receipts))).toEqual({ processed: 500 });
    });

    it('is unknown when the runtime is disposed', async () => {
      const bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const receipt = sink.sendWithReceipt(item(0), ITEM);
      await pause(1);
      await bench[Symbol.asyncDispose]();
      expect(await receipt).toMatchObject({ outcome: 'unknown' });
    });

    it('of a request that dropOldest drops is its end', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16, overflow: 'dropOldest' } });
      const request = codeOf(summaryOf(sink));
      for (const one of items(16)) await sink.send(one, ITEM);
      await eventually(() => sink.telemetry()[0]!.droppedByReason['dropped-oldest'] === 1, 'it has been dropped');
      expect(await request).toBe('MessageDropped');
    });
  });
}
