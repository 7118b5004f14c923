import { describe, expect, it } from 'vitest';

import {
  Bench,
  codeOf,
  errorOf,
  eventually,
  item,
  items,
  receive,
  receiveJson,
  summaryOf,
  whereFaultsStay,
  type OpenBench,
} from './bench.ts';

interface Answer {
  readonly value: number;
  readonly actor: number;
}

export function describeRequests(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('requests', () => {
    it('get the answer to their own message', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.active('answerer', { instances: 3, queue: { capacity: 16 } });
      const replies = await Promise.all(Array.from({ length: 500 }, (_, value) => answerer.request<Answer>({ value })));
      expect(replies.map(({ value }) => value)).toEqual(Array.from({ length: 500 }, (_, value) => value + 1));
      expect(new Set(replies.map(({ actor }) => actor)).size).toBe(3);
    });

    it('are answered out of order, also by another actor', async () => {
      await using bench = await Bench.open(open);
      const [first, second] = await bench.runtime.launchAll([
        { kernel: bench.program.kernel('answerer') },
        { kernel: bench.program.kernel('answerer'), name: 'second' },
      ]);
      bench.runtime.connect(first!, 'other', second!);
      await first!.activate();
      const forwarded = first!.request<Answer>({ value: 10, route: 1 });
      expect(await first!.request<Answer>({ value: 1 })).toEqual({ value: 2, actor: 1 });
      await second!.activate();
      expect(await forwarded).toEqual({ value: 21, actor: 2 });
    });

    it('time out, and a late reply is counted and not delivered', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.launch('answerer');
      const error = await errorOf(() => answerer.request({ value: 1 }, { timeoutMs: 20 }));
      expect(error.toString()).toMatch(/^RequestTimeout: no reply from 'answerer#0' in time. It is launched; 1 /);
      await answerer.activate();
      await bench.runtime.quiet();
      expect(bench.runtime.lateReplies).toBe(1);
      expect(await answerer.receive({ signal: AbortSignal.abort() })).toBeUndefined();
    });

    it('can be aborted', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.launch('answerer');
      const controller = new AbortController();
      const request = answerer.request({ value: 1 }, { signal: controller.signal });
      controller.abort();
      expect(await codeOf(request)).toBe('Aborted');
      await answerer.activate();
      await bench.runtime.quiet();
      expect(bench.runtime.lateReplies).toBe(1);
    });

    it('fail when the actor fails before it answers, and only then', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.launch('probe');
      const requests = [2, 6, 2].map((what) => codeOf(probe.request({ what }, { timeoutMs: 300 })));
      await probe.activate();
      expect(await Promise.all(requests)).toEqual(['RequestTimeout', 'ActorFailed', 'ActorFailed']);
    });

    isolated('that were passed on survive the failure of who passed them on', async () => {
      await using bench = await Bench.open(open);
      const kernel = bench.program.kernel('answerer');
      const names = ['first', 'second', 'third'];
      const [first, second, third] = await bench.runtime.launchAll(names.map((name) => ({ kernel, name })));
      bench.runtime.connect(first!, 'other', third!);
      bench.runtime.connect(second!, 'other', first!);
      await first!.activate();
      await second!.activate();
      const request = first!.request<Answer>({ value: 10, route: 1 });
      await bench.runtime.quiet();
      await second!.send({ value: 4, route: 3 });
      await eventually(() => first!.state === 'failed', 'the first actor has failed');
      await third!.activate();
      expect(await request).toEqual({ value: 21, actor: 3 });
    });

    isolated('fail when who they were passed on to fails', async () => {
      await using bench = await Bench.open(open);
      const kernel = bench.program.kernel('answerer');
      const names = ['first', 'second'];
      const [first, second] = await bench.runtime.launchAll(names.map((name) => ({ kernel, name })));
      bench.runtime.connect(first!, 'other', second!);
      await first!.activate();
      await second!.activate();
      expect(await codeOf(first!.request({ value: 666, route: 1 }))).toBe('DeadLettered');
      expect(second!.state).toBe('failed');
      expect(await first!.request({ value: 1 })).toEqual({ value: 2, actor: 1 });
    });

    it('fail when they become dead letters', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.launch('answerer');
      bench.runtime.connect(answerer, 'self', answerer);
      await answerer.activate();
      const error = await errorOf(() => answerer.request({ value: 1, route: 2 }));
      expect(error.toString()).toBe("DeadLettered: the request became a dead letter at 'answerer#0': too-many-hops.");
      expect(bench.runtime.deadLetters.counts).toEqual(new Map([['too-many-hops', 1]]));
    });

    it('an answer that nobody requested is an output of port reply', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.active('answerer');
      const messageId = await answerer.send({ value: 41 });
      const reply = await answerer.receive();
      expect(reply?.from).toEqual({ actor: 'answerer', instance: 0, port: 'reply' });
      expect(reply?.correlationId).toBe(messageId);
      expect(reply?.traceId).toBe(messageId);
      expect(reply?.json()).toEqual({ value: 42, actor: 1 });
    });
  });
}

export function describeChannels(open: OpenBench): void {
  describe('channels', () => {
    it('an output goes to every channel of its port', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sinks = [await bench.launch('sink'), await bench.launch('sink', { name: 'second' })];
      for (const sink of sinks) bench.runtime.connect(relay, 'out', sink);
      for (const actor of [relay, ...sinks]) await actor.activate();
      await relay.sendBatch(items(1000));
      await bench.runtime.quiet();
      for (const sink of sinks) expect(await summaryOf(sink)).toMatchObject({ received: 1000, disordered: 0 });
      expect(await relay.receive({ signal: AbortSignal.abort() })).toBeUndefined();
    });

    it('goes on with the other channels after one was full', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sinks = [];
      for (const name of ['a', 'b', 'c']) sinks.push(await bench.launch('sink', { name, queue: { capacity: 16 } }));
      for (const sink of sinks) bench.runtime.connect(relay, 'out', sink);
      await relay.activate();
      await sinks[0]!.activate();
      await sinks[2]!.activate();
      const sending = relay.sendBatch(items(100));
      await bench.runtime.quiet();
      expect(sinks.map((sink) => sink.telemetry()[0]?.processed)).toEqual([17, 0, 16]);
      await sinks[1]!.activate();
      await sending;
      await bench.runtime.quiet();
      for (const sink of sinks) expect(await summaryOf(sink)).toMatchObject({ received: 100, disordered: 0 });
    });

    it('the instances of a receiver take turns', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: { instances: 4 } });
      await source.sendBatch(items(100));
      await bench.runtime.quiet();
      expect(target.telemetry().map(({ processed }) => processed)).toEqual([25, 25, 25, 25]);
    });

    it('host messages go to the instances in turn, or to the one that is named', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe', { instances: 3 });
      for (let i = 0; i < 6; i++) await probe.send({ what: 5 });
      await bench.runtime.quiet();
      const facts = (await receiveJson(probe, 6)) as { value: number }[];
      expect(facts.map(({ value }) => value).sort()).toEqual([0, 0, 1, 1, 2, 2]);
      await probe.send({ what: 5 }, { instance: 2 });
      expect((await receive(probe, 1))[0]?.label).toBe('probe#2');
      expect(await codeOf(probe.send({ what: 5 }, { instance: 3 }))).toBe('UnknownInstance');
    });

    it('refuses what does not fit together', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay');
      const sink = await bench.launch('sink');
      const probe = await bench.launch('probe');
      const weigher = await bench.runtime.launch(bench.namesake.kernel('weigher'));
      const refusal = (to: typeof sink, port = 'out') => errorOf(() => bench.runtime.connect(relay, port, to));
      expect((await refusal(sink, 'ot')).toString()).toMatch(/PortNotFound.*It has: out/);
      expect((await refusal(probe)).toString()).toMatch(
        /TypeMismatch.*sends Item, which 'probe' does not handle.*Order/,
      );
      const namesake = await refusal(weigher);
      expect(namesake.code).toBe('TypeMismatch');
      expect(namesake.message).toMatch(/sequence[^]*handled:[^]*weight/);
      bench.runtime.connect(relay, 'out', sink);
      expect((await refusal(sink)).code).toBe('DuplicateChannel');
      await relay.activate();
      expect((await refusal(sink)).code).toBe('ActorActive');
    });

    it('can change while the sender is deactivated', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink' });
      await source.sendBatch(items(5));
      await bench.runtime.quiet();
      await source.deactivate();
      const second = await bench.active('sink', { name: 'second' });
      bench.runtime.connect(source, 'out', second);
      await source.activate();
      await source.sendBatch(items(10).slice(5));
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 10, disordered: 0 });
      expect((await summaryOf(second)).received).toBe(5);
    });

    it('an actor that asks another one gets its answer', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('asker', 'questions', { kernel: 'answerer' });
      await source.sendBatch(
        [1, 2, 3].map((argument) => ({ what: 0, argument })),
        { type: 'Order' },
      );
      const answers = (await receiveJson(source, 3)) as Answer[];
      expect(answers.map(({ value }) => value)).toEqual([2, 3, 4]);
      await bench.runtime.quiet();
      expect(source.telemetry()[0]).toMatchObject({ processed: 6, sent: 6, dropped: 0 });
      expect(target.telemetry()[0]).toMatchObject({ processed: 3, sent: 3 });
    });

    it('answers keep the trace of the message that began it', async () => {
      await using bench = await Bench.open(open);
      const { source } = await bench.pair('asker', 'questions', { kernel: 'answerer' });
      const messageId = await source.send({ what: 0, argument: 1 }, { type: 'Order' });
      expect((await source.receive())?.traceId).toBe(messageId);
    });
  });
}

export function describeDeadLetters(open: OpenBench): void {
  describe('dead letters', () => {
    it('hold a message that the actor does not handle, byte for byte', async () => {
      await using bench = await Bench.open(open);
      const { source } = await bench.pair('deaf', 'questions', { kernel: 'answerer' });
      await source.send({ what: 0, argument: 6 });
      await bench.runtime.quiet();
      const [letter] = bench.runtime.deadLetters.kept;
      expect(letter).toMatchObject({
        reason: 'unhandled-type',
        from: 'answerer#0',
        to: 'deaf#0',
        type: { name: 'Answer' },
      });
      const view = new DataView(letter!.bytes.buffer);
      expect([letter!.bytes.length, view.getBigUint64(0, true), view.getUint32(8, true)]).toEqual([16, 7n, 2]);
      expect(source.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1 });
      expect(source.telemetry()[0]?.latencyNs?.count).toBe(1);
    });

    it('hold a reply that is too large for its receiver', async () => {
      await using bench = await Bench.open(open);
      const { source } = await bench.pair('deaf', 'questions', { kernel: 'essayist' });
      await source.send({ what: 0 });
      await bench.runtime.quiet();
      const [letter] = bench.runtime.deadLetters.kept;
      expect(letter).toMatchObject({ reason: 'unhandled-type', to: 'deaf#0', type: { name: 'Essay' } });
      expect(new TextDecoder().decode(letter!.bytes.slice(4, 17))).toBe('a long answer');
    });

    const ends: readonly (readonly [string, string])[] = [
      ...(open.faultsSpread === true ? [] : [['failed', 'target-failed'] as const]),
      ['terminated', 'target-terminated'],
    ];
    it.each(ends)('hold what actors send to one that has %s', async (state, reason) => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', { kernel: 'sink' });
      if (state === 'terminated') await target.terminate();
      else await target.send(item(0, 666), { type: 'Item' });
      await eventually(() => target.state === state, `the sink has ${state}`);
      await source.send({ producer: 0, count: 3 });
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.counts.get(reason as 'target-failed')).toBe(3);
      expect(source.telemetry()[0]).toMatchObject({ sent: 3, processed: 1 });
    });

    it('hold the reply to an actor that is gone', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('asker', 'questions', { kernel: 'answerer' });
      await target.deactivate();
      await source.send({ what: 0, argument: 1 }, { type: 'Order' });
      await bench.runtime.quiet();
      await source.terminate();
      await bench.runtime.remove(source);
      await target.activate();
      await bench.runtime.quiet();
      expect(bench.deadLetterReasons()).toEqual(['target-terminated']);
    });

    it('end the blocking of actors that wait for one that ends', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await target.deactivate();
      await source.send({ producer: 0, count: 40 });
      await bench.runtime.quiet();
      await target.terminate();
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.counts).toEqual(new Map([['target-terminated', 24]]));
      expect(bench.runtime.undelivered()).toEqual([{ actor: 'sink#0', count: 16, reason: 'actor ended' }]);
    });
  });
}
