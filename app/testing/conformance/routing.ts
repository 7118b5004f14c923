import { describe, expect, it } from 'vitest';

import { hashKey } from '../../model/message-key.ts';
import { encodeMessage } from '../../runtime/json-message.ts';
import { keyOf } from '../../runtime/routing.ts';
import { Bench, codeOf, errorOf, items, receiveJson, summaryOf, type OpenBench } from './bench.ts';

interface Seen {
  readonly what: number;
  readonly actor: number;
}

const TAGS = ['', 'a', 'b', 'sensor', 'größe', 'twelve bytes'];

export function describeRouting(open: OpenBench): void {
  describe('routing', () => {
    it('broadcast: every instance gets every message, in order', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.active('sink', { instances: 3, queue: { capacity: 16 } });
      bench.runtime.connect(relay, 'out', sink, { routing: 'broadcast' });
      await relay.activate();
      await relay.sendBatch(items(500));
      await bench.runtime.quiet();
      for (const instance of [0, 1, 2])
        expect(await summaryOf(sink, instance)).toMatchObject({ received: 500, disordered: 0 });
      expect(bench.runtime.channels).toEqual([
        { from: 'relay', port: 'out', to: 'sink', routing: 'broadcast', sent: 1500, depth: 0 },
      ]);
    });

    it('broadcast: goes on with the instance that had no room', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.launch('sink', { instances: 3, queue: { capacity: 16 } });
      bench.runtime.connect(relay, 'out', sink, { routing: 'broadcast' });
      await sink.instances[0]!.activate();
      await sink.instances[2]!.activate();
      await relay.activate();
      const sending = relay.sendBatch(items(50));
      await bench.runtime.quiet();
      expect(sink.telemetry().map(({ processed }) => processed)).toEqual([17, 0, 16]);
      await sink.instances[1]!.activate();
      await sending;
      await bench.runtime.quiet();
      for (const instance of [0, 1, 2])
        expect(await summaryOf(sink, instance)).toMatchObject({ received: 50, disordered: 0 });
    });

    it('key: equal values go to one instance, which the host finds too', async () => {
      await using bench = await Bench.open(open);
      const program = await bench.load('conformance_messaging.cu');
      const tagger = await bench.runtime.launch(program.kernel('tagger'));
      const witness = await bench.runtime.launch(program.kernel('witness'), { instances: 3 });
      bench.runtime.connect(tagger, 'out', witness, { routing: { key: 'tag' } });
      await tagger.activate();
      await witness.activate();
      const type = tagger.messageType('Tagged');
      const messages = Array.from({ length: 60 }, (_, sequence) => ({ tag: TAGS[sequence % TAGS.length]!, sequence }));
      await tagger.sendBatch(messages);
      const seen = (await receiveJson(witness, messages.length)) as Seen[];
      const key = keyOf(type, 'tag');
      const expected = messages.map((message) => hashKey(encodeMessage(type, message), 0, key) % 3);
      for (const { what, actor } of seen) expect([what, actor]).toEqual([what, expected[what]]);
      expect(new Set(expected).size).toBeGreaterThan(1);
      const options = { type: 'Tagged', routing: { key: 'tag' } };
      for (const message of messages) await witness.send(message, options);
      const sent = (await receiveJson(witness, messages.length)) as Seen[];
      for (const { what, actor } of sent) expect([what, actor]).toEqual([what, expected[what]]);
    });

    it('key: a number', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.active('sink', { instances: 4 });
      bench.runtime.connect(relay, 'out', sink, { routing: { key: 'producer' } });
      await relay.activate();
      const messages = items(200).map((item) => ({
        ...item,
        producer: item.sequence % 8,
        sequence: item.sequence >> 3,
      }));
      await relay.sendBatch(messages);
      await bench.runtime.quiet();
      const summaries = await Promise.all([0, 1, 2, 3].map((instance) => summaryOf(sink, instance)));
      expect(summaries.reduce((sum, { received }) => sum + received, 0)).toBe(200);
      expect(summaries.map(({ disordered }) => disordered)).toEqual([0, 0, 0, 0]);
    });

    it('refuses a key that the message does not have, or that cannot be one', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.launch('sink');
      const refusal = await errorOf(() => bench.runtime.connect(relay, 'out', sink, { routing: { key: 'sequenze' } }));
      expect(refusal.toString()).toBe(
        "InvalidKey: Item has no field 'sequenze'. Fields: producer, sequence, value. Did you mean 'sequence'?",
      );
      expect(bench.runtime.channels).toEqual([]);
      const options = { type: 'Item', routing: { key: 'x' } };
      expect(await codeOf(sink.send(items(1)[0]!, options))).toBe('InvalidKey');
    });

    it('the host can send to every instance', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink', { instances: 3 });
      const ids = await sink.broadcast({ producer: 0, sequence: 0, value: 7 }, { type: 'Item' });
      expect(new Set(ids).size).toBe(3);
      await bench.runtime.quiet();
      for (const instance of [0, 1, 2]) expect((await summaryOf(sink, instance)).sum).toBe(7);
      await sink.instances[1]!.terminate();
      const error = await errorOf(() => sink.broadcast({ producer: 0, sequence: 1, value: 7 }, { type: 'Item' }));
      expect(error.toString()).toMatch(
        /^BroadcastIncomplete: 2 of 3 instances of 'sink' got the message: .*sink#1.* ended/,
      );
      await bench.runtime.quiet();
      for (const instance of [0, 2]) expect((await summaryOf(sink, instance)).sum).toBe(14);
    });

    it('connecting without memory for the routes changes nothing', async () => {
      await using bench = await Bench.open(open, { arenaBytes: 2 ** 25 });
      const relay = await bench.launch('relay', { instances: 4, queue: { capacity: 16 } });
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      const { arena } = bench.runtime.device;
      const room: unknown[] = [];
      for (let sizeBytes = 2 ** 24; sizeBytes >= 128; sizeBytes /= 2)
        while (arena.freeBytes >= sizeBytes + 128 * 3) {
          try {
            room.push(arena.allocate('filler', sizeBytes));
          } catch {
            break;
          }
        }
      const before = arena.freeBytes;
      expect((await errorOf(() => bench.runtime.connect(relay, 'out', sink))).code).toBe('OutOfMemory');
      expect(bench.runtime.channels).toEqual([]);
      expect(arena.freeBytes).toBe(before);
    });
  });
}
