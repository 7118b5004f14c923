import { describe, expect, it } from 'vitest';

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

const SMALL = { queue: { capacity: 16 } };

export function describeSending(open: OpenBench): void {
  describe('sending', () => {
    it.each([
      [
        'send',
        async (bench: Bench) => {
          const sink = await bench.active('sink');
          for (const one of items(100)) await sink.send(one, { type: 'Item' });
          return sink;
        },
      ],
      [
        'sendBatch',
        async (bench: Bench) => {
          const sink = await bench.active('sink', SMALL);
          expect(await sink.sendBatch(items(100), { type: 'Item' })).toBe(100);
          return sink;
        },
      ],
      [
        'sendEach',
        async (bench: Bench) => {
          const sink = await bench.active('sink');
          const fill = (message: { sequence: number; value: number }, index: number): void => {
            message.sequence = index;
            message.value = index;
          };
          expect(sink.sendEach(100, fill, { type: 'Item' })).toBe(100);
          return sink;
        },
      ],
      [
        'sendJson',
        async (bench: Bench) => {
          const sink = await bench.active('sink');
          for (const { sequence } of items(100))
            await sink.sendJson({ producer: 0, sequence, value: sequence.toString() }, { type: 'Item' });
          return sink;
        },
      ],
      [
        'trySend',
        async (bench: Bench) => {
          const sink = await bench.active('sink');
          for (const one of items(100)) expect(sink.trySend(one, { type: 'Item' })).toMatch(/^[0-9a-f]{16}$/);
          return sink;
        },
      ],
    ])('%s delivers every message once and in order', async (_, send) => {
      await using bench = await Bench.open(open);
      const sink = await send(bench);
      expect(await summaryOf(sink)).toEqual({ received: 100, disordered: 0, sum: 4950 });
    });

    it('takes 100,000 messages through a ring of 16 in order', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', SMALL);
      expect(await sink.sendBatch(items(100_000), { type: 'Item' })).toBe(100_000);
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toEqual({ received: 100_000, disordered: 0, sum: (99_999 * 100_000) / 2 });
      await bench.runtime.quiet(); // counters are written at the end of the batch, after the reply
      expect(sink.telemetry()[0]).toMatchObject({ processed: 100_001, dropped: 0, depth: 0 });
    });

    it('trySend and sendEach say when there is no room', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const fill = (message: { sequence: number }, index: number): void => void (message.sequence = index);
      expect(sink.sendEach(20, fill, { type: 'Item' })).toBe(16);
      expect(sink.trySend(item(16), { type: 'Item' })).toBeUndefined();
      expect(sink.sendEach(1, fill, { type: 'Item' })).toBe(0);
      await sink.activate();
      expect(await summaryOf(sink)).toMatchObject({ received: 16, disordered: 0 });
    });

    it('leaves nothing behind of a message that is not valid', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', SMALL);
      const bad = { producer: -1, sequence: 0 };
      expect(await codeOf(sink.send(bad, { type: 'Item' }))).toBe('InvalidMessage');
      expect(await codeOf(sink.sendJson({ sequence: 1, more: 2 }, { type: 'Item' }))).toBe('InvalidMessage');
      expect(await codeOf(sink.sendBatch([item(0), bad, item(1)], { type: 'Item' }))).toBe('InvalidMessage');
      const fill = (message: { sequence: number }, index: number): void => {
        if (index === 1) throw new RangeError('no more');
        message.sequence = 1;
      };
      expect(() => sink.sendEach(3, fill, { type: 'Item' })).toThrow('no more');
      expect(await summaryOf(sink)).toMatchObject({ received: 2, disordered: 0 });
    });

    it('names the types that an actor handles when it is sent another', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      expect((await errorOf(() => sink.send({ value: 1 }))).toString()).toMatch(/UnknownMessageType.*Item, Question/);
      const misspelt = await errorOf(() => sink.send({ value: 1 }, { type: 'Qestion' }));
      expect(misspelt.tip).toContain("Did you mean 'Question'?");
    });

    it('refuses bytes that are not a message of their type', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      const type = sink.messageType('Item');
      expect(await codeOf(sink.sendBytes(type, new Uint8Array(type.sizeBytes + 1)))).toBe('InvalidMessage');
      expect(await summaryOf(sink)).toMatchObject({ received: 0 });
    });
  });

  describe("overflow policy 'block'", () => {
    it('has senders wait for room and serves them in order', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const order: number[] = [];
      const sends = items(40).map(async (one) => {
        await sink.send(one, { type: 'Item' });
        order.push(one.sequence);
      });
      await pause(5);
      expect(order).toHaveLength(16);
      expect(sink.trySend(item(40), { type: 'Item' })).toBeUndefined();
      await sink.activate();
      await Promise.all(sends);
      expect(order).toEqual(items(40).map(({ sequence }) => sequence));
      expect(await summaryOf(sink)).toMatchObject({ received: 40, disordered: 0 });
    });

    it('does not let a later sender overtake one that waits', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', SMALL);
      for (let round = 0; round < 20; round++) {
        const first = round * 101;
        const batch = sink.sendBatch(
          Array.from({ length: 100 }, (_, index) => item(first + index)),
          { type: 'Item' },
        );
        const after = sink.send(item(first + 100), { type: 'Item' });
        await Promise.all([batch, after]);
      }
      expect(await summaryOf(sink)).toMatchObject({ received: 2020, disordered: 0 });
    });

    it('gives up after the time limit and leaves nothing in the way', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      await sink.sendBatch(items(16), { type: 'Item' });
      const error = await errorOf(() => sink.send(item(99), { type: 'Item', timeoutMs: 10 }));
      expect(error.toString()).toMatch(/^SendTimeout: no room in the queue of 'sink#0' within 10 ms. It is launched/);
      await bench.runtime.quiet({ signal: AbortSignal.timeout(2000) });
      await sink.activate();
      await sink.send(item(16), { type: 'Item' });
      expect(await summaryOf(sink)).toMatchObject({ received: 17, disordered: 0 });
    });

    it('gives up when it is aborted, before or while it waits', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      await sink.sendBatch(items(16), { type: 'Item' });
      expect(await codeOf(sink.send(item(98), { type: 'Item', signal: AbortSignal.abort() }))).toBe('Aborted');
      const controller = new AbortController();
      const waiting = sink.send(item(99), { type: 'Item', signal: controller.signal });
      controller.abort();
      expect(await codeOf(waiting)).toBe('Aborted');
      await bench.runtime.quiet({ signal: AbortSignal.timeout(2000) });
      await sink.activate();
      expect(await summaryOf(sink)).toMatchObject({ received: 16, disordered: 0 });
    });

    it('tells senders that wait when the actor ends', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      await sink.sendBatch(items(16), { type: 'Item' });
      const waiting = [
        codeOf(sink.send(item(16), { type: 'Item' })),
        codeOf(sink.sendBatch(items(3), { type: 'Item' })),
      ];
      await sink.terminate();
      expect(await Promise.all(waiting)).toEqual(['ActorTerminated', 'ActorTerminated']);
    });

    it('blocks an actor whose receiver is full, and loses nothing', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'sink', options: SMALL });
      await target.deactivate();
      for (let burst = 0; burst < 5; burst++) await source.send({ producer: 0, first: burst * 100, count: 100 });
      await bench.runtime.quiet();
      expect(source.telemetry()[0]).toMatchObject({ sent: 16, depth: 4 });
      await target.activate();
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 500, disordered: 0 });
      expect(source.telemetry()[0]).toMatchObject({ processed: 5, sent: 500, depth: 0 });
    });

    it('keeps the order of each of 8 producers that share an inbox of 16', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const producers = await bench.runtime.launchAll(
        Array.from({ length: 8 }, (_, index) => ({
          kernel: bench.program.kernel('producer'),
          name: `producer${index.toString()}`,
          queue: { capacity: 16 },
        })),
      );
      for (const producer of producers) bench.runtime.connect(producer, 'items', sink);
      for (const actor of [sink, ...producers]) await actor.activate();
      await Promise.all(
        producers.map(async (actor, producer) => {
          for (let burst = 0; burst < 20; burst++) await actor.send({ producer, first: burst * 100, count: 100 });
        }),
      );
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 16_000, disordered: 0 });
      expect(producers.map((actor) => actor.telemetry()[0]?.sent)).toEqual(producers.map(() => 2000));
    });

    it('blocks an actor whose outputs nobody receives, and goes on without loss', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 4 });
      const relay = await bench.active('relay', SMALL);
      const sending = relay.sendBatch(items(300));
      await eventually(() => relay.instances[0]?.isBlocked === true, 'the actor is blocked');
      await pause(5);
      const [telemetry] = relay.telemetry();
      expect(telemetry?.sent).toBeLessThanOrEqual(4 + 16);
      expect(telemetry?.depth).toBeGreaterThan(0);
      expect(await receiveJson(relay, 300)).toEqual(items(300));
      await sending;
      await bench.runtime.quiet();
      expect(relay.telemetry()[0]).toMatchObject({ processed: 300, sent: 300 });
    });

    it('receiveEach visits every output once, in order', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.active('relay', SMALL);
      const sending = relay.sendBatch(items(500));
      const seen: number[] = [];
      const isDone = (): boolean => {
        relay.receiveEach<{ sequence: number }>(({ sequence }) => seen.push(sequence) % 7 !== 0);
        return seen.length >= 500;
      };
      await eventually(isDone, 'all are received');
      await sending;
      expect(seen).toEqual(items(500).map(({ sequence }) => sequence));
    });
  });

  describe("overflow policy 'reject'", () => {
    it('refuses what the host sends beyond the capacity', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16, overflow: 'reject' } });
      for (const one of items(16)) await sink.send(one, { type: 'Item' });
      const error = await errorOf(() => sink.send(item(16), { type: 'Item' }));
      expect(error.toString()).toMatch(/^QueueFull: the queue of 'sink#0' is full \(capacity 16\)/);
      expect(sink.instances[0]).toMatchObject({ accepted: 16, rejected: 1 });
      await sink.activate();
      await bench.runtime.quiet(); // until then the queue may still be full
      expect(await summaryOf(sink)).toMatchObject({ received: 16, disordered: 0 });
    });

    it('makes dead letters of what actors send beyond the capacity', async () => {
      await using bench = await Bench.open(open);
      const options = { queue: { capacity: 16, overflow: 'reject' } } as const;
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'sink', options });
      await target.deactivate();
      await source.send({ producer: 3, count: 40 });
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.counts).toEqual(new Map([['queue-full', 24]]));
      const letters = bench.runtime.deadLetters.kept;
      expect(letters[0]).toMatchObject({ from: 'producer#0', to: 'sink#0', type: { name: 'Item' } });
      expect(letters.map(({ bytes }) => new DataView(bytes.buffer).getUint32(4, true))).toEqual(
        Array.from({ length: 24 }, (_, index) => 16 + index),
      );
      await target.activate();
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 16 });
      expect(source.telemetry()[0]).toMatchObject({ processed: 1, dropped: 0, depth: 0 });
    });
  });
}
