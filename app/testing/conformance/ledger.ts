import { describe, expect, it } from 'vitest';

import type { EndedDelivery } from '../../runtime/ledger/delivery.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import { defineHostActor } from '../../runtime/host-actors/host-actor-definition.ts';
import type { DeliveryObserver } from '../../runtime/delivery-observer.ts';
import { Bench, eventually, item, items, pause, receive, whereFaultsStay, type OpenBench } from './bench.ts';

function ignore(): void {
  // Of no interest.
}

/** How many deliveries were alike: `host > relay#0 Item processed`. */
type Account = Readonly<Record<string, number>>;

function accountOf(deliveries: readonly (Omit<EndedDelivery, 'outcome'> & { readonly outcome: string })[]): Account {
  const counts: Record<string, number> = {};
  for (const { from, to, type, outcome, reason } of deliveries) {
    const words = [from, '>', to, type ?? '?', outcome, ...(reason === undefined ? [] : [reason])];
    const name = words.join(' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** A bench whose ledger is listened to from the first message on. */
class AccountedBench extends Bench {
  readonly ledger: Ledger;
  readonly ended: EndedDelivery[] = [];

  constructor(parts: Bench) {
    super(parts);
    this.ledger = this.runtime.ledger!;
    this.ledger.onDidEnd.on((delivery) => this.ended.push(delivery));
  }

  static async start(open: OpenBench): Promise<AccountedBench> {
    return new AccountedBench(await Bench.open(open, { ledger: true }));
  }

  /** What has ended and what is open, when all is quiet; the totals say the same. */
  account(): { readonly ended: Account; readonly open: Account } {
    const open = this.ledger.open();
    const { begun, processed, dropped, deadLettered, open: openCount } = this.ledger.totals;
    expect(this.ledger.audit()).toEqual([]);
    const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
    expect(openCount).toBe(open.filter(({ at }) => at === 'queue').length);
    expect(this.ended).toHaveLength(processed + sum(dropped) + sum(deadLettered));
    expect(begun).toBe(this.ended.length + openCount);
    return {
      ended: accountOf(this.ended),
      open: accountOf(open.map(({ at, ...delivery }) => ({ ...delivery, reason: at }))),
    };
  }
}

export function describeLedger(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('the ledger', () => {
    it('is not kept unless it is asked for', async () => {
      await using bench = await Bench.open(open, { ledger: false });
      expect(bench.runtime.ledger).toBeUndefined();
    });

    it('has every delivery, more than actors can write down at once, as telemetry counts them', async () => {
      await using bench = await AccountedBench.start(open);
      const { source, target } = await bench.pair('relay', 'out', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await source.sendBatch(items(5000));
      await bench.runtime.quiet();
      expect(bench.account()).toEqual({
        ended: { 'host > relay#0 Item processed': 5000, 'relay#0 > sink#0 Item processed': 5000 },
        open: {},
      });
      expect([source, target].map((actor) => actor.telemetry()[0]?.processed)).toEqual([5000, 5000]);
      expect(new Set(bench.ended.map(({ messageId }) => messageId)).size).toBe(10_000);
      expect(new Set(bench.ended.map(({ traceId }) => traceId)).size).toBe(5000);
    });

    it('goes on for an actor whose handler sends more than its ledger holds', async () => {
      await using bench = await AccountedBench.start(open);
      const { source } = await bench.pair('producer', 'items', { kernel: 'sink', options: {} });
      await source.sendBatch([0, 1, 2].map((index) => ({ producer: 0, first: index * 1000, count: 1000 })));
      await bench.runtime.quiet();
      expect(bench.account().ended).toEqual({
        'host > producer#0 Burst processed': 3,
        'producer#0 > sink#0 Item processed': 3000,
      });
    });

    it('knows what lies in queues, and what its sender holds back', async () => {
      await using bench = await AccountedBench.start(open);
      const relay = await bench.launch('relay', { queue: { capacity: 16 } });
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      bench.runtime.connect(relay, 'out', sink);
      await relay.activate();
      await relay.sendBatch(items(30));
      await bench.runtime.quiet();
      const { ended, open: queued } = bench.account();
      expect(ended).toEqual({ 'host > relay#0 Item processed': 17 });
      expect(queued).toEqual({
        'host > relay#0 Item queued queue': 13,
        'relay#0 > sink#0 Item queued queue': 16,
        'relay#0 > sink#0 Item queued outbox': 1,
      });
      await sink.activate();
      await bench.runtime.quiet();
      expect(bench.account().open).toEqual({});
    });

    it('has outputs, replies and late ones end with the host', async () => {
      await using bench = await AccountedBench.start(open);
      const relay = await bench.active('relay');
      await relay.sendBatch(items(3));
      await receive(relay, 3);
      const answerer = await bench.active('answerer');
      await answerer.request({ value: 1 });
      await bench.runtime.quiet();
      expect(bench.account()).toEqual({
        ended: {
          'host > relay#0 Item processed': 3,
          'relay#0 > host Item processed': 3,
          'host > answerer#0 Question processed': 1,
          'answerer#0 > host Answer processed': 1,
        },
        open: {},
      });
    });

    isolated('has dead letters with their reasons: no handler, too many hops, a receiver that failed', async () => {
      await using bench = await AccountedBench.start(open);
      const deaf = await bench.launch('deaf');
      const answerer = await bench.launch('answerer');
      bench.runtime.connect(deaf, 'questions', answerer);
      bench.runtime.connect(answerer, 'self', answerer);
      await deaf.activate();
      await answerer.activate();
      await deaf.send({ what: 0, argument: 1 });
      await answerer.send({ value: 0, route: 2 });
      await bench.runtime.quiet();
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: {} });
      await source.sendBatch([item(0), item(0, 666), item(1), item(2)]);
      await bench.runtime.quiet();
      await source.send(item(3));
      await bench.runtime.quiet();
      const { ended, open: queued } = bench.account();
      expect(ended).toMatchObject({
        'answerer#0 > deaf#0 Answer dead-lettered unhandled-type': 1,
        'answerer#0 > answerer#0 Question dead-lettered too-many-hops': 1,
        'relay#0 > sink#0 Item dead-lettered actor-failed': 1,
        'relay#0 > sink#0 Item processed': 1,
      });
      const refused = ended['relay#0 > sink#0 Item dead-lettered target-failed'] ?? 0;
      expect(refused).toBeGreaterThan(0);
      expect(refused + (queued['relay#0 > sink#0 Item queued queue'] ?? 0)).toBe(3);
      expect(bench.runtime.deadLetters.total).toBe(3 + refused);
      expect(target.state).toBe('failed');
    });

    it.each([
      ['dropOldest', 'dropped dropped-oldest'],
      ['dropNewest', 'dropped dropped-newest'],
      ['deadLetter', 'dead-lettered queue-full'],
    ] as const)("has what '%s' does to what finds no room, from the host and from actors", async (overflow, end) => {
      await using bench = await AccountedBench.start(open);
      const queue = { capacity: 16, overflow };
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'sink', options: { queue } });
      await target.deactivate();
      for (const one of items(40)) await target.send(one, { type: 'Item' });
      for (const one of items(20)) await target.send(one, { type: 'Item', priority: 255 });
      await source.send({ producer: 0, first: 0, count: 1000 });
      await bench.runtime.quiet();
      const { urgentCapacity } = target.instances[0]!.memory.plan;
      const lost = { host: 24 + Math.max(20 - urgentCapacity, 0), inbox: 1000 - 16 };
      const waiting = 60 - lost.host;
      expect(bench.account()).toEqual({
        ended: {
          'host > producer#0 Burst processed': 1,
          [`host > sink#0 Item ${end}`]: lost.host,
          [`producer#0 > sink#0 Item ${end}`]: lost.inbox,
        },
        open: { 'host > sink#0 Item queued queue': waiting, 'producer#0 > sink#0 Item queued queue': 16 },
      });
      await target.activate();
      await bench.runtime.quiet();
      const { ended, open: left } = bench.account();
      expect(left).toEqual({});
      expect(ended).toMatchObject({
        'host > sink#0 Item processed': waiting,
        'producer#0 > sink#0 Item processed': 16,
      });
    });

    isolated('counts once what a failed actor drops that begins again: not the message that it failed on', async () => {
      await using bench = await AccountedBench.start(open);
      const sink = await bench.active('sink', { queue: { capacity: 16, overflow: 'dropOldest' } });
      const backoff = { minMs: 100, maxMs: 100, jitter: 0 };
      bench.runtime.supervise({ id: 'top', strategy: 'one-for-one', children: ['sink'], backoff });
      await sink.send(item(0, 666), { type: 'Item' });
      await eventually(() => sink.state === 'failed', 'it has failed');
      for (const one of items(50)) {
        await sink.send(one, { type: 'Item' });
        await pause(1);
      }
      await bench.runtime.quiet();
      const [telemetry] = sink.telemetry();
      const dropped = telemetry!.droppedByReason['dropped-oldest'] ?? 0; // 34, where it did not begin again in between
      expect(dropped + telemetry!.processed).toBe(50);
      expect(telemetry).toMatchObject({ dropped: dropped + 1, droppedByReason: { 'actor-failed': 1 } });
      expect(bench.account()).toEqual({
        ended: {
          'host > sink#0 Item dead-lettered actor-failed': 1,
          ...(dropped > 0 && { 'host > sink#0 Item dropped dropped-oldest': dropped }),
          'host > sink#0 Item processed': telemetry!.processed,
        },
        open: {},
      });
    });

    it('has what is cleared, in rings and staged, what comes too late, and duplicates', async () => {
      await using bench = await AccountedBench.start(open);
      const queue = { capacity: 16, overflow: 'dropOldest', dedup: 4 } as const;
      const relay = await bench.launch('relay', { queue });
      const sink = await bench.launch('sink');
      bench.runtime.connect(relay, 'out', sink);
      for (const one of items(20)) await relay.send(one);
      await relay.send(item(0), { priority: 255 });
      await relay.clear();
      await bench.runtime.quiet();
      await relay.send(item(1), { deadlineMs: 1 });
      await relay.send(item(2), { dedupKey: 'a' });
      await relay.send(item(2), { dedupKey: 'a' });
      await new Promise((resolve) => void setTimeout(resolve, 20));
      await relay.activate();
      await bench.runtime.quiet();
      const { ended } = bench.account();
      const dropped = ended['host > relay#0 Item dropped dropped-oldest'] ?? 0;
      expect(dropped + (ended['host > relay#0 Item dropped cleared'] ?? 0)).toBe(21);
      expect(ended).toMatchObject({
        'host > relay#0 Item dead-lettered expired': 1,
        'host > relay#0 Item dropped duplicate': 1,
        'host > relay#0 Item processed': 1,
      });
    });

    it('has what actors on the host are given, each for itself, until they have handled it', async () => {
      await using bench = await AccountedBench.start(open);
      const { runtime } = bench;
      const relay = await bench.launch('relay');
      const failing = defineHostActor({
        name: 'failing',
        onMessages: () => {
          throw new Error('no more');
        },
      });
      const sinks = [
        runtime.host(failing),
        runtime.host(defineHostActor({ name: 'good', onMessage: () => undefined })),
        runtime.host(failing, { name: 'late' }),
      ];
      for (const sink of sinks) runtime.connect(relay, 'out', sink);
      await relay.activate();
      await sinks[1]!.start();
      await relay.sendBatch(items(3));
      await runtime.quiet();
      expect(bench.account().open).toEqual({
        'relay#0 > failing Item queued queue': 3,
        'relay#0 > late Item queued queue': 3,
      });
      await sinks[0]!.start();
      await eventually(() => sinks[0]!.state === 'failed', 'it has failed');
      await relay.sendBatch(items(2));
      await runtime.quiet();
      expect(bench.account()).toEqual({
        ended: {
          'host > relay#0 Item processed': 5,
          'relay#0 > good Item processed': 5,
          'relay#0 > failing Item dropped actor-failed': 3,
          'relay#0 > failing Item dead-lettered target-failed': 2,
        },
        open: { 'relay#0 > late Item queued queue': 5 },
      });
      expect(sinks[0]!.counters()).toMatchObject({ received: 3, processed: 0, failed: 3 });
      expect(bench.runtime.deadLetters.total).toBe(2);
      expect(bench.ended.filter(({ isToHost }) => isToHost)).toHaveLength(10);
    });

    it('has what listeners get of a topic', async () => {
      await using bench = await AccountedBench.start(open);
      const heard: unknown[] = [];
      bench.runtime.subscribe('news/#', ({ message }) => heard.push(message.json()));
      const messaging = await bench.load('conformance_messaging.cu');
      const publisher = await bench.runtime.launch(messaging.kernel('publisher'));
      await publisher.activate();
      await publisher.send({ topic: 'news/today', count: 3 }, { type: 'Post' });
      await bench.runtime.quiet();
      await eventually(() => heard.length === 3, 'all are heard');
      expect(bench.account()).toEqual({
        ended: { 'host > publisher#0 Post processed': 1, 'publisher#0 > host Item processed': 3 },
        open: {},
      });
    });

    it('names whom dead letters are for that nobody could find', async () => {
      await using bench = await AccountedBench.start(open);
      await bench.launch('sink', { instances: 3 }); // whose ids are as small as the numbers of names
      const messaging = await bench.load('conformance_messaging.cu');
      const actors = await bench.runtime.launchAll(
        ['caller', 'publisher'].map((kernel) => ({ kernel: messaging.kernel(kernel) })),
      );
      for (const actor of actors) await actor.activate();
      await actors[0]!.send({ what: 0, name: 'nobody' }, { type: 'Call' });
      await actors[1]!.send({ topic: 'a//b', count: 2 }, { type: 'Post' });
      await bench.runtime.quiet();
      expect(bench.account().ended).toMatchObject({
        'caller#0 > nobody Question dead-lettered no-such-actor': 1,
        "publisher#0 > topic 'a//b' Item dead-lettered invalid-topic": 2,
      });
      expect(bench.ended.map(({ to }) => to).filter((to) => to.startsWith('sink'))).toEqual([]);
    });

    it('has what a reset finds unsent, by the names that it was for', async () => {
      await using bench = await AccountedBench.start(open);
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      const messaging = await bench.load('conformance_messaging.cu');
      const caller = await bench.runtime.launch(messaging.kernel('caller'));
      await caller.activate();
      await caller.send({ what: 2, name: 'sink', value: 20 }, { type: 'Call' });
      await bench.runtime.quiet();
      expect(bench.account().open).toEqual({
        'caller#0 > sink#0 Item queued queue': 16,
        'caller#0 > sink Item queued outbox': 4,
      });
      await bench.runtime.reload(await bench.load('conformance_messaging.cu'), [caller], { reset: 'all' });
      await sink.activate();
      await bench.runtime.quiet();
      expect(bench.account()).toEqual({
        ended: {
          'host > caller#0 Call processed': 1,
          'caller#0 > sink#0 Item processed': 16,
          'caller#0 > sink Item dead-lettered actor-reset': 4,
        },
        open: {},
      });
    });

    it('has observers told before the memory of an instance is freed, also after a reset', async () => {
      const told: string[] = [];
      const observer: DeliveryObserver = {
        ...{ accepted: ignore, dropped: ignore, duplicated: ignore, taken: ignore, routed: ignore, handled: ignore },
        ...{ takenLate: ignore, corrupted: ignore, signalled: ignore, restored: ignore },
        buried: (_instance, { reason }) => told.push(reason),
        removed: (instance) => told.push(`removed ${String(instance === former)}`),
      };
      await using bench = new AccountedBench(await Bench.open(open, { ledger: true, observers: [observer] }));
      const relay = await bench.launch('relay');
      const [former] = relay.instances;
      await relay.sendBatch(items(2));
      await bench.runtime.reload(await bench.load('conformance.cu'), [relay], { reset: 'all' });
      expect(told).toEqual(['actor-reset', 'actor-reset', 'removed true']);
      await relay.sendBatch(items(1));
      expect(bench.account().open).toEqual({ 'host > relay#0 Item queued queue': 1 });
    });

    it('ends what waits for an actor that is removed, and what nobody took from it', async () => {
      await using bench = await AccountedBench.start(open);
      const relay = await bench.launch('relay');
      await relay.sendBatch(items(4));
      await relay.terminate();
      await bench.runtime.remove(relay);
      expect(bench.account()).toEqual({
        ended: { 'host > relay#0 Item dropped actor-removed': 4 },
        open: {},
      });
    });

    it('has what a reset finds in the queues among the dead letters', async () => {
      await using bench = await AccountedBench.start(open);
      const relay = await bench.launch('relay', { queue: { capacity: 16 } });
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      bench.runtime.connect(relay, 'out', sink);
      await relay.activate();
      await relay.sendBatch(items(30));
      await bench.runtime.quiet();
      await bench.runtime.reload(await bench.load('conformance.cu'), [relay, sink], { reset: 'all' });
      await bench.runtime.quiet();
      const { ended, open: queued } = bench.account();
      expect(ended).toEqual({
        'host > relay#0 Item processed': 17,
        'host > relay#0 Item dead-lettered actor-reset': 13,
        'relay#0 > sink#0 Item dead-lettered actor-reset': 17,
      });
      expect(queued).toEqual({});
      expect(bench.runtime.deadLetters.total).toBe(30);
    });
  });
}
