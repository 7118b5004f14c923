import { describe, expect, it } from 'vitest';

import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../../runtime/actor.ts';
import type { PublishedMessage } from '../../runtime/topics/subscriptions.ts';
import type { Program } from '../../runtime/runtime.ts';
import {
  Bench,
  codeOf,
  errorOf,
  eventually,
  item,
  receive,
  summaryOf,
  whereFaultsStay,
  type OpenBench,
} from './bench.ts';

interface Press {
  readonly bench: Bench;
  readonly program: Program;
  readonly publisher: Actor;
}

async function openPress(open: OpenBench): Promise<Press & AsyncDisposable> {
  const bench = await Bench.open(open);
  const program = await bench.load('conformance_messaging.cu');
  const publisher = await bench.runtime.launch(program.kernel('publisher'), { queue: { capacity: 64 } });
  await publisher.activate();
  return { bench, program, publisher, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const POST = { type: 'Post' };

/** Another program has a message of that name. */
function itemOf(bench: Bench): { readonly type: StructType } {
  return { type: bench.program.kernel('relay').info.outputs[0]!.message };
}

/** What listeners have heard: topics and sequence numbers. */
class Ears {
  readonly heard: string[] = [];
  readonly listen = ({ topic, message, isRetained }: PublishedMessage): void => {
    const { sequence } = message.json() as { sequence: number };
    this.heard.push(`${topic} ${sequence.toString()}${isRetained ? ' retained' : ''}`);
  };
}

export function describeTopics(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('topics', () => {
    it('reach every subscriber whose pattern matches, in order, once', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sinks = new Map<string, Actor>();
      for (const name of ['exact', 'star', 'rest', 'both', 'none'])
        sinks.set(name, await bench.active('sink', { name, queue: { capacity: 16 } }));
      const subscribe = (pattern: string, name: string): Disposable =>
        bench.runtime.subscribe(pattern, sinks.get(name)!);
      subscribe('a/b', 'exact');
      subscribe('*/b', 'star');
      subscribe('a/#', 'rest');
      subscribe('a/*', 'both');
      subscribe('#', 'both');
      subscribe('b', 'none');
      await publisher.send({ topic: 'a/b', count: 300 }, POST);
      await publisher.send({ topic: 'a', count: 5, first: 300 }, POST);
      await bench.runtime.quiet();
      const received = async (name: string): Promise<number> => {
        const { received: count, disordered } = await summaryOf(sinks.get(name)!);
        expect(disordered).toBe(0);
        return count;
      };
      expect(await Promise.all([...sinks.keys()].map(received))).toEqual([300, 300, 305, 305, 0]);
      expect(bench.runtime.topics).toMatchObject([
        { topic: 'a/b', published: 300, actors: ['exact', 'star', 'rest', 'both'], listeners: 0 },
        { topic: 'a', published: 5, actors: ['rest', 'both'] },
      ]);
      expect(bench.runtime.deadLetters.total).toBe(0);
    });

    it('a topic that the code names', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sink = await bench.active('sink');
      bench.runtime.subscribe('literal/*', sink);
      await publisher.send({ value: 7 }, { type: 'Question' });
      await bench.runtime.quiet();
      expect((await summaryOf(sink)).sum).toBe(7);
    });

    it('the instances of a subscriber take turns, whoever publishes', async () => {
      await using press = await openPress(open);
      const { bench, program, publisher } = press;
      const second = await bench.runtime.launch(program.kernel('publisher'), { name: 'second' });
      await second.activate();
      const sink = await bench.active('sink', { instances: 3, queue: { capacity: 16 } });
      bench.runtime.subscribe('t', sink);
      await Promise.all([publisher, second].map((actor) => actor.send({ topic: 't', count: 150 }, POST)));
      await bench.runtime.quiet();
      expect(sink.telemetry().map(({ processed }) => processed)).toEqual([100, 100, 100]);
    });

    it('listeners on the host hear actors and the host, each in order', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const ears = new Ears();
      using subscription = bench.runtime.subscribe('t/#', ears.listen);
      await publisher.send({ topic: 't/1', count: 3 }, POST);
      await bench.runtime.quiet();
      await bench.runtime.publish('t', item(9), itemOf(bench));
      await bench.runtime.quiet();
      subscription[Symbol.dispose]();
      await publisher.send({ topic: 't/1', count: 3 }, POST);
      await bench.runtime.publish('t', item(9), itemOf(bench));
      await bench.runtime.quiet();
      expect(ears.heard).toEqual(['t/1 0', 't/1 1', 't/1 2', 't 9']);
    });

    it('the host publishes to actors', async () => {
      await using press = await openPress(open);
      const { bench } = press;
      const sinks = [await bench.active('sink', { instances: 2 }), await bench.active('sink', { name: 'second' })];
      for (const sink of sinks) bench.runtime.subscribe('t', sink);
      for (let sequence = 0; sequence < 4; sequence++)
        expect(await bench.runtime.publish('t', item(sequence), itemOf(bench))).toEqual({ actors: 2, listeners: 0 });
      await bench.runtime.quiet();
      expect(sinks[0]!.telemetry().map(({ processed }) => processed)).toEqual([2, 2]);
      expect(await summaryOf(sinks[1]!)).toMatchObject({ received: 4, disordered: 0 });
      expect(await bench.runtime.publish('nobody/listens', item(0), itemOf(bench))).toEqual({
        actors: 0,
        listeners: 0,
      });
    });

    it('what the host publishes and a subscriber does not handle is its dead letter', async () => {
      await using press = await openPress(open);
      const { bench } = press;
      const answerer = await bench.active('answerer');
      bench.runtime.subscribe('t', answerer);
      await bench.runtime.publish('t', item(0), itemOf(bench));
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.kept[0]).toMatchObject({ reason: 'unhandled-type', to: 'answerer#0' });
      expect(await codeOf(bench.runtime.publish('t', {}, { type: 'Itm' }))).toBe('UnknownMessageType');
    });

    it('a subscriber that has ended does not keep the others from getting it', async () => {
      await using press = await openPress(open);
      const { bench } = press;
      const [first, second] = [await bench.active('sink'), await bench.active('sink', { name: 'second' })];
      for (const sink of [first, second]) bench.runtime.subscribe('t', sink);
      await first.terminate();
      const error = await errorOf(() => bench.runtime.publish('t', item(0), itemOf(bench)));
      expect(error.toString()).toMatch(
        /^PublishIncomplete: 1 of 2 subscribers of 't' got the message: .*sink#0.* ended/,
      );
      await bench.runtime.quiet();
      expect((await summaryOf(second)).received).toBe(1);
    });

    it('who subscribes later gets what is published from then on, who leaves nothing more', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const [first, second] = [await bench.active('sink'), await bench.active('sink', { name: 'second' })];
      const subscription = bench.runtime.subscribe('t', first);
      await publisher.send({ topic: 't', count: 3 }, POST);
      await bench.runtime.quiet();
      bench.runtime.subscribe('#', second);
      await publisher.send({ topic: 't', count: 3, first: 3 }, POST);
      await bench.runtime.quiet();
      subscription[Symbol.dispose]();
      await publisher.send({ topic: 't', count: 3, first: 6 }, POST);
      await bench.runtime.quiet();
      expect([(await summaryOf(first)).received, (await summaryOf(second)).received]).toEqual([6, 6]);
    });

    it('a subscription in the middle of a delivery neither repeats nor loses a message', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const names = ['a', 'b', 'c', 'd', 'e'];
      const sinks: Actor[] = [];
      for (const name of names) sinks.push(await bench.launch('sink', { name, queue: { capacity: 16 } }));
      const [a, b, c, d, e] = sinks as [Actor, Actor, Actor, Actor, Actor];
      const leaving = [a, b, c].map((sink) => bench.runtime.subscribe('t', sink));
      await publisher.send({ topic: 't', count: 20 }, POST);
      await eventually(() => publisher.instances[0]!.isBlocked, 'the publisher waits for room');
      await a.activate();
      await bench.runtime.quiet();
      // The 17th has gone to a, and waits for room at b.
      leaving[0]![Symbol.dispose]();
      bench.runtime.subscribe('t', d);
      bench.runtime.subscribe('t', e);
      for (const sink of [b, c, d, e]) await sink.activate();
      await bench.runtime.quiet();
      const received = await Promise.all(sinks.map(async (sink) => (await summaryOf(sink)).received));
      expect(received).toEqual([17, 20, 20, 3, 4]);
      for (const sink of [b, c]) expect(await summaryOf(sink)).toMatchObject({ disordered: 0 });
    });

    it('the latest retained message comes to later subscribers', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      await publisher.send({ topic: 'r/1', count: 3, retained: true }, POST);
      await publisher.send({ topic: 'r/1', first: 3 }, POST);
      await bench.runtime.quiet();
      await bench.runtime.publish('r/2', item(8), { ...itemOf(bench), retain: true });
      const ears = new Ears();
      bench.runtime.subscribe('r/#', ears.listen);
      const sink = await bench.active('sink', { instances: 2 });
      bench.runtime.subscribe('r/1', sink);
      await bench.runtime.quiet();
      expect(ears.heard).toEqual(['r/1 2 retained', 'r/2 8 retained']);
      expect((await summaryOf(sink, 0)).received + (await summaryOf(sink, 1)).received).toBe(1);
      await publisher.send({ topic: 'r/1', first: 5, retained: true }, POST);
      await bench.runtime.quiet();
      expect(ears.heard.at(-1)).toBe('r/1 5');
      expect(bench.runtime.topics.map(({ retained }) => (retained?.json() as { sequence: number }).sequence)).toEqual([
        5, 8,
      ]);
    });

    it('many new topics in one handler keep their order; too many fail it', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sink = await bench.active('sink');
      bench.runtime.subscribe('many/*', sink);
      await publisher.send({ what: 0, argument: 16 }, { type: 'Order' });
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 16, disordered: 0 });
      await publisher.send({ what: 0, argument: 20 }, { type: 'Order' });
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 36 });
      expect(publisher.state).toBe('active');
      const other = await bench.runtime.launch(press.program.kernel('publisher'), { name: 'other' });
      await other.activate();
      await other.send({ what: 0, argument: 50 }, { type: 'Order' });
      await eventually(() => other.state === 'failed', 'the other publisher has failed');
      expect(other.instances[0]!.fault?.cause).toBe('too-many-topics');
    });

    isolated('what a handler published before it failed is not published', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sink = await bench.active('sink');
      bench.runtime.subscribe('many/*', sink);
      await publisher.send({ what: 1, argument: 5 }, { type: 'Order' });
      await eventually(() => publisher.state === 'failed', 'the publisher has failed');
      await bench.runtime.quiet();
      expect((await summaryOf(sink)).received).toBe(0);
    });

    it('invalid topics become dead letters that name them, and patterns are checked', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const long = 'x'.repeat(245);
      for (const topic of ['a/*', '', 'a//b', long]) await publisher.send({ topic }, POST);
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.kept.map(({ reason, to }) => `${reason} ${to}`)).toEqual([
        "invalid-topic topic 'a/*'",
        "invalid-topic topic ''",
        "invalid-topic topic 'a//b'",
        `invalid-topic topic '${long.slice(0, 240)}…'`,
      ]);
      expect(await codeOf(bench.runtime.publish('a/*', item(0), itemOf(bench)))).toBe('InvalidTopic');
      const wrong = await errorOf(() => bench.runtime.subscribe('a/#/b', publisher));
      expect(wrong.code).toBe('InvalidTopicPattern');
    });

    it('more topics than fit become dead letters', async () => {
      await using bench = await Bench.open(open, { topicLimit: 3 });
      const program = await bench.load('conformance_messaging.cu');
      const publisher = await bench.runtime.launch(program.kernel('publisher'));
      await publisher.activate();
      const sink = await bench.active('sink');
      bench.runtime.subscribe('#', sink);
      await publisher.send({ what: 0, argument: 5 }, { type: 'Order' });
      await bench.runtime.quiet();
      expect((await summaryOf(sink)).received).toBe(3);
      expect(bench.runtime.deadLetters.kept.map(({ reason, to }) => `${reason} ${to}`)).toEqual([
        "too-many-topics topic 'many/d'",
        "too-many-topics topic 'many/e'",
      ]);
      const error = await errorOf(() => bench.runtime.publish('one/more', item(0), itemOf(bench)));
      expect(error.toString()).toMatch(/^TooManyTopics: topic 'one\/more' is one more than the 3 that fit\./);
    });

    it('a removed subscriber gets nothing more, and leaves nothing behind', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sink = await bench.active('sink');
      bench.runtime.subscribe('t', sink);
      await publisher.send({ topic: 't', count: 3 }, POST);
      await bench.runtime.quiet();
      await sink.terminate();
      await bench.runtime.remove(sink);
      await publisher.send({ topic: 't', count: 3 }, POST);
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.total).toBe(0);
      expect(bench.runtime.topics).toMatchObject([{ topic: 't', published: 6, actors: [] }]);
    });

    it('survive reloads of publisher and subscriber', async () => {
      await using press = await openPress(open);
      const { bench, publisher } = press;
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      bench.runtime.subscribe('t', sink);
      await publisher.send({ topic: 't', count: 40 }, POST);
      await eventually(() => publisher.instances[0]!.isBlocked, 'the publisher waits for room');
      await bench.runtime.reload(await bench.load('conformance_messaging.cu'), [publisher]);
      await bench.runtime.reload(await bench.load('conformance_next.cu'), [sink]);
      await sink.activate();
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 40, disordered: 0 });
      await bench.runtime.reload(await bench.load('conformance_messaging.cu'), [publisher], { reset: 'all' });
      await publisher.send({ topic: 'new', count: 2, first: 40 }, POST);
      bench.runtime.subscribe('new', sink);
      await publisher.send({ topic: 't', count: 2, first: 40 }, POST);
      await bench.runtime.quiet();
      expect((await summaryOf(sink)).received).toBeGreaterThanOrEqual(42);
    });

    it('the trace goes along, and times do not run backwards', async () => {
      await using press = await openPress(open);
      const { bench, program, publisher } = press;
      const witness = await bench.runtime.launch(program.kernel('witness'));
      await witness.activate();
      bench.runtime.subscribe('t', witness);
      const traceId = '00c0ffee00c0ffee';
      await publisher.send({ topic: 't' }, { ...POST, traceId });
      await bench.runtime.publish('t', item(1), { ...itemOf(bench), traceId });
      for (const message of await receive(witness, 2)) {
        expect(message.traceId).toBe(traceId);
        expect(message.hlc).toBeGreaterThan(BigInt((message.json() as { value: string }).value));
      }
    });
  });
}
