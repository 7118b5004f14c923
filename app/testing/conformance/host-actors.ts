import { describe, expect, it } from 'vitest';

import { generator } from '../../runtime/host-actors/built-ins/generator.ts';
import { defineHostActor, type HostActorDefinition } from '../../runtime/host-actors/host-actor-definition.ts';
import { Bench, errorOf, eventually, items, pause, summaryOf, type OpenBench } from './bench.ts';

/** Keeps what it gets; each message takes a while. */
class Collector {
  readonly values: unknown[] = [];
  readonly definition: HostActorDefinition;

  constructor({ delayMs = 0, capacity = 1024 } = {}) {
    this.definition = defineHostActor({
      name: 'collector',
      capacity,
      onMessage: async (message) => {
        if (delayMs > 0) await pause(delayMs);
        this.values.push(message.json());
      },
    });
  }
}

const COUNT = 2000;

export function describeHostActors(open: OpenBench): void {
  describe('host actors', () => {
    it('generate, and collect what comes of it: every message once, in order', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const source = runtime.host(
        generator({ message: { producer: 3 }, fields: { sequence: { kind: 'sequence' } }, count: COUNT }),
      );
      const collector = new Collector();
      const sink = runtime.host(collector.definition);
      runtime.connect(source, 'out', relay);
      runtime.connect(relay, 'out', sink);
      await sink.start();
      await relay.activate();
      await source.start();
      await runtime.quiet();
      expect(collector.values).toEqual(items(COUNT).map(({ sequence }) => ({ producer: 3, sequence, value: 0 })));
      expect(source.counters()).toMatchObject({ sent: COUNT, refused: {} });
      expect(sink.counters()).toMatchObject({ received: COUNT, processed: COUNT, depth: 0 });
      expect(runtime.channels.map(({ from, to, sent }) => [from, to, sent])).toEqual([
        ['generator', 'relay', COUNT],
        ['relay', 'collector', COUNT],
      ]);
    });

    it('a slow one holds its senders up, and loses nothing', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay', { queue: { capacity: 16 } });
      const collector = new Collector({ delayMs: 1, capacity: 4 });
      const sink = runtime.host(collector.definition);
      runtime.connect(relay, 'out', sink);
      await relay.activate();
      await sink.start();
      const sent = relay.sendBatch(items(100));
      await eventually(() => sink.counters().received > 4, 'some have arrived');
      expect(sink.inbox.length).toBeLessThanOrEqual(4);
      await sent;
      await runtime.quiet();
      expect(collector.values).toEqual(items(100));
    });

    it('an output leads to actors of both kinds at once, and each gets every message', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const counting = await bench.launch('sink', { queue: { capacity: 16 } });
      const collectors = [new Collector(), new Collector({ capacity: 2 })];
      const sinks = collectors.map(({ definition }, index) => runtime.host(definition, { name: `collector${index}` }));
      runtime.connect(relay, 'out', sinks[0]!);
      runtime.connect(relay, 'out', counting);
      runtime.connect(relay, 'out', sinks[1]!);
      await counting.activate();
      await relay.activate();
      for (const sink of sinks) await sink.start();
      await relay.sendBatch(items(500));
      await runtime.quiet();
      for (const { values } of collectors) expect(values).toEqual(items(500));
      expect(await summaryOf(counting)).toMatchObject({ received: 500, disordered: 0 });
      expect(runtime.channels.map(({ sent }) => sent)).toEqual([500, 500, 500]);
    });

    it('nobody who visits outputs in their slots takes what is theirs', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const collector = new Collector();
      const sink = runtime.host(collector.definition);
      runtime.connect(relay, 'out', sink);
      await relay.activate();
      await sink.start();
      let visited = 0;
      relay.receiveEach(() => visited++);
      await relay.sendBatch(items(50));
      await eventually(() => {
        relay.receiveEach(() => visited++);
        return collector.values.length === 50;
      }, 'all have arrived');
      expect(visited).toBe(0);
    });

    it('what arrives at one that has ended or failed is a dead letter; what waits there is undelivered', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const failing = runtime.host(
        defineHostActor({
          name: 'failing',
          onMessage: () => {
            throw new Error('no more');
          },
        }),
      );
      runtime.connect(relay, 'out', failing);
      await relay.activate();
      await relay.sendBatch(items(3));
      await eventually(() => failing.counters().received === 3, 'all have arrived');
      await failing.start();
      await eventually(() => failing.state === 'failed', 'it has failed');
      expect(failing.error).toMatchObject({ code: 'HostActorFailed', message: expect.stringContaining('no more') });
      expect(failing.counters()).toMatchObject({ received: 3, processed: 0, failed: 1, depth: 2 });
      expect(bench.undelivered('failing')).toEqual({ count: 2, reason: 'actor failed' });
      await relay.send(items(1)[0]!);
      await runtime.quiet();
      expect(runtime.deadLetters.kept.map(({ reason, from, to }) => [reason, from, to])).toEqual([
        ['target-failed', 'relay#0', 'failing'],
      ]);
    });

    it('choose instances by a field, as devices do, or send to all of them', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const byDevice = await bench.active('sink', { name: 'byDevice', instances: 3 });
      const relay = await bench.launch('relay');
      runtime.connect(relay, 'out', byDevice, { routing: { key: 'sequence' } });
      await relay.activate();
      const chosen = await bench.active('sink', { name: 'chosen', instances: 3, queue: { capacity: 16 } });
      const all = await bench.active('sink', { name: 'all', instances: 3, queue: { capacity: 16 } });
      const fields = { sequence: { kind: 'sequence' }, value: { kind: 'sequence' } } as const;
      const source = runtime.host(generator({ message: { producer: 0 }, fields, count: 300 }));
      runtime.connect(source, 'out', relay);
      runtime.connect(source, 'out', chosen, { type: 'Item', routing: { key: 'sequence' } });
      runtime.connect(source, 'out', all, { type: 'Item', routing: 'broadcast' });
      await source.start();
      await runtime.quiet();
      for (const instance of [0, 1, 2]) {
        expect(await summaryOf(chosen, instance)).toEqual(await summaryOf(byDevice, instance));
        expect(await summaryOf(all, instance)).toEqual({ received: 300, disordered: 0, sum: (299 * 300) / 2 });
      }
      expect((await summaryOf(chosen, 0)).sum).not.toBe((99 * 100 * 3) / 2); // of every third, had they taken turns
      expect(source.counters()).toMatchObject({ sent: 300 * 5, refused: {} });
      expect(runtime.channels.map(({ from, to, routing, sent }) => [from, to, routing, sent])).toEqual([
        ['relay', 'byDevice', { key: 'sequence' }, 300],
        ['generator', 'relay', 'roundRobin', 300],
        ['generator', 'chosen', { key: 'sequence' }, 300],
        ['generator', 'all', 'broadcast', 900],
      ]);
    });

    it('refuse to be routed by a field that the message does not have', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      const source = bench.runtime.host(generator({ count: 1 }));
      const options = { type: 'Item', routing: { key: 'sequenze' } };
      const refusal = await errorOf(() => bench.runtime.connect(source, 'out', sink, options));
      expect(refusal.code).toBe('InvalidKey');
      expect(bench.runtime.channels).toEqual([]);
    });

    it('count what receivers refuse, and send on to the others', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const full = await bench.launch('relay', { queue: { capacity: 16, overflow: 'reject' } });
      const taking = await bench.active('sink');
      const source = runtime.host(
        generator({ message: { producer: 0 }, fields: { sequence: { kind: 'sequence' } }, count: 100 }),
      );
      runtime.connect(source, 'out', full);
      runtime.connect(source, 'out', taking, { type: 'Item' });
      await source.start();
      await runtime.quiet();
      expect(source.refusals).toEqual([{ to: 'relay', code: 'QueueFull', count: 84 }]);
      expect(source.counters()).toMatchObject({ sent: 116, refused: { QueueFull: 84 } });
      expect(await summaryOf(taking)).toMatchObject({ received: 100, disordered: 0 });
    });

    it('do nothing while they are paused, and go on after that', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.active('relay');
      const source = runtime.host(
        defineHostActor({
          name: 'source',
          outputs: ['out'],
          run: async ({ emit, sleepUntil }) => {
            for (let sequence = 0; sequence < 20; sequence++) {
              await sleepUntil(sequence);
              await emit('out', { producer: 0, sequence });
            }
          },
        }),
      );
      runtime.connect(source, 'out', relay);
      await source.start();
      source.pause();
      await runtime.quiet();
      const { sent } = source.counters();
      await pause(40);
      expect(source.counters().sent).toBe(sent);
      expect(sent).toBeLessThan(20);
      source.resume();
      await runtime.quiet();
      expect(source.counters().sent).toBe(20);
      expect(source.isSourceDone).toBe(true);
    });

    it('end with their runtime: a sink handles what has reached it, one that waits for room gives up', async () => {
      const bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay', { queue: { capacity: 16 } });
      const collector = new Collector({ delayMs: 1 });
      const sink = runtime.host(collector.definition);
      const source = runtime.host(generator({ message: { producer: 0, sequence: 0 } }));
      runtime.connect(relay, 'out', sink);
      runtime.connect(source, 'out', relay);
      await source.start();
      await sink.start();
      await relay.activate();
      await eventually(() => collector.values.length > 2, 'some have arrived');
      await bench[Symbol.asyncDispose]();
      expect([source.state, sink.state]).toEqual(['stopped', 'stopped']);
      const { received, processed } = sink.counters();
      expect(processed).toBe(received);
      expect(collector.values).toHaveLength(received);
    });

    it('hold nobody back when they have ended, and leave their names to others', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const source = runtime.host(generator({ message: { producer: 0, sequence: 0 }, count: 3 }));
      const sink = runtime.host(new Collector().definition);
      runtime.connect(source, 'out', relay);
      runtime.connect(relay, 'out', sink);
      await relay.activate();
      for (const host of [sink, source]) await host.start();
      await runtime.quiet();
      await relay.terminate();
      expect((await errorOf(() => runtime.remove(relay))).code).toBe('ActorConnected');
      expect((await errorOf(() => runtime.remove(source))).code).toBe('ActorRunning');
      await runtime.stopHostActors();
      expect((await errorOf(() => runtime.remove(sink))).code).toBe('ActorConnected');
      await runtime.remove(relay);
      expect(runtime.channels).toEqual([]);
      for (const host of [sink, source, source]) await runtime.remove(host);
      expect(runtime.hostActors).toEqual([]);
      expect((await errorOf(() => runtime.connect(source, 'out', relay))).code).toBe('ActorRemoved');
      const again = await bench.active('relay');
      const next = runtime.host(new Collector().definition);
      await again.deactivate();
      runtime.connect(again, 'out', next);
      await again.activate();
      await next.start();
      await again.send(items(1)[0]!);
      await runtime.quiet();
      expect(next.counters()).toMatchObject({ received: 1, processed: 1 });
    });

    it('that are removed with messages waiting have the ledger end these', async () => {
      await using bench = await Bench.open(open, { ledger: true });
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const late = runtime.host(new Collector().definition);
      runtime.connect(relay, 'out', late);
      await relay.activate();
      await relay.sendBatch(items(3));
      await runtime.quiet();
      expect(runtime.ledger?.totals).toMatchObject({ processed: 3, open: 3 });
      await relay.terminate();
      await runtime.remove(relay);
      await late.stop();
      await runtime.remove(late);
      expect(runtime.ledger?.totals).toMatchObject({ processed: 3, dropped: new Map([['actor-removed', 3]]), open: 0 });
    });

    it('refuse names and ends that do not fit', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const sink = await bench.launch('sink');
      const source = runtime.host(generator({ count: 1 }));
      const codes: string[] = [];
      const attempt = async (run: () => unknown): Promise<void> => void codes.push((await errorOf(run)).code);
      await attempt(() => runtime.host(generator({ count: 1 }), { name: 'relay' }));
      await attempt(() => runtime.host(generator({ count: 1 })));
      await attempt(() => bench.launch('relay', { name: 'generator' }));
      await attempt(() => runtime.connect(source, 'outt', relay));
      await attempt(() => runtime.connect(source, 'out', sink));
      await attempt(() => runtime.connect(source, 'out', sink, { type: 'Fact' }));
      await attempt(() => runtime.connect(relay, 'out', source));
      runtime.connect(source, 'out', relay);
      await attempt(() => runtime.connect(source, 'out', relay));
      expect(codes).toEqual([
        'InvalidLaunch',
        'InvalidLaunch',
        'InvalidLaunch',
        'UnknownOutput',
        'UnknownMessageType',
        'UnknownMessageType',
        'TakesNoMessages',
        'DuplicateChannel',
      ]);
    });
  });
}
