import { describe, expect, it } from 'vitest';

import {
  Bench,
  codeOf,
  eventually,
  item,
  items,
  receiveJson,
  summaryOf,
  whereFaultsStay,
  type OpenBench,
} from './bench.ts';

const SMALL = { queue: { capacity: 16 } };

export function describeConcurrentUse(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('commands in flight', () => {
    it('may be given twice', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink');
      await Promise.all([sink.activate(), sink.activate(), sink.activate()]);
      expect(sink.state).toBe('active');
      await Promise.all([sink.deactivate(), sink.deactivate()]);
      expect(sink.state).toBe('deactivated');
      const again = sink.activate();
      await new Promise(setImmediate); // the device may have seen the first one by now
      await Promise.all([again, sink.state === 'deactivated' ? sink.activate() : undefined]);
      await sink.send(item(0), { type: 'Item' });
      expect(await summaryOf(sink)).toMatchObject({ received: 1 });
    });

    it('terminate resolves at the end for everybody who asked for it', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      const states = await Promise.all([1, 2].map(() => sink.terminate().then(() => sink.state)));
      expect(states).toEqual(['terminated', 'terminated']);
    });

    it('keep the channels of what they make run', async () => {
      await using bench = await Bench.open(open);
      const relay = await bench.launch('relay', { instances: 2 });
      const probe = await bench.launch('sink');
      const connecting = (): Promise<string> => codeOf(Promise.resolve().then(() => connect()));
      const connect = (): void => bench.runtime.connect(relay, 'out', probe);
      const activating = relay.activate();
      expect(await connecting()).toBe('ActorActive');
      await activating;
      await relay.instances[0]!.terminate();
      expect(relay.state).toBe('terminated');
      expect(await connecting()).toBe('ActorActive');
      await relay.instances[1]!.deactivate();
      expect(await connecting()).toBe('no error');
    });
  });

  describe('a send from within a send', () => {
    it('is refused while `fill` runs, and publishes nothing half written', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const codes: Promise<string>[] = [];
      const fill = (message: { sequence: number }, index: number): void => {
        codes.push(codeOf(sink.send(item(9), { type: 'Item' })));
        message.sequence = index;
      };
      expect(sink.sendEach(3, fill, { type: 'Item' })).toBe(3);
      expect(await Promise.all(codes)).toEqual(['ReentrantSend', 'ReentrantSend', 'ReentrantSend']);
      await sink.activate();
      expect(await summaryOf(sink)).toMatchObject({ received: 3, disordered: 0 });
    });

    it('of a getter is refused, also while senders wait for room', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      await sink.sendBatch(items(15), { type: 'Item' });
      const inner: Promise<string>[] = [];
      const sly = (sequence: number) => ({
        producer: 0,
        get sequence() {
          inner.push(codeOf(sink.send(item(99, 1), { type: 'Item', timeoutMs: 5 })));
          return sequence;
        },
        value: 0,
      });
      const outer = [15, 16].map((sequence) => sink.send(sly(sequence), { type: 'Item' }));
      await sink.activate();
      await Promise.all(outer);
      const codes = new Set(await Promise.all(inner));
      codes.delete('ReentrantSend');
      codes.delete('no error'); // the one that came to wait behind
      expect([...codes]).toEqual([]);
      const { received } = await summaryOf(sink);
      expect(received).toBeGreaterThanOrEqual(17);
    });

    it('goes to another actor', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      const other = await bench.active('sink', { name: 'other' });
      const fill = (message: { sequence: number }, index: number): void => {
        other.trySend(item(index), { type: 'Item' });
        message.sequence = index;
      };
      sink.sendEach(3, fill, { type: 'Item' });
      for (const actor of [sink, other]) expect(await summaryOf(actor)).toMatchObject({ received: 3, disordered: 0 });
    });
  });

  describe('sending to who may not answer', () => {
    it('sends nothing for a signal that is aborted already', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      const options = { type: 'Item', signal: AbortSignal.abort() };
      expect(await codeOf(sink.send(item(0), options))).toBe('Aborted');
      expect(await codeOf(sink.sendBatch([item(0)], options))).toBe('Aborted');
      expect(await codeOf(sink.request({ value: 0 }, { ...options, type: 'Question' }))).toBe('Aborted');
      await bench.runtime.quiet();
      expect(sink.telemetry()[0]?.processed).toBe(0);
    });

    isolated('passes over instances that have failed or ended', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe', { instances: 4 });
      await probe.send({ what: 6 }, { instance: 1 });
      await probe.instances[2]!.terminate();
      await eventually(() => probe.state === 'failed', 'one has failed');
      for (let i = 0; i < 6; i++) await probe.send({ what: 5 });
      const facts = (await receiveJson(probe, 6)) as { value: number }[];
      expect(facts.map(({ value }) => value).sort()).toEqual([0, 0, 0, 3, 3, 3]);
      await probe.terminate();
      expect(['ActorFailed', 'ActorTerminated']).toContain(await codeOf(probe.send({ what: 5 })));
    });

    it('fails the requests of an actor that ends, at once', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.launch('answerer');
      const requests = [1, 2].map((value) => codeOf(answerer.request({ value }, { timeoutMs: 60_000 })));
      await answerer.terminate();
      expect(await Promise.all(requests)).toEqual(['ActorTerminated', 'ActorTerminated']);
    });

    it('fails the requests behind the one with which an actor ends itself', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.launch('probe');
      await probe.send({ what: 1 });
      const request = codeOf(probe.request({ what: 2 }, { timeoutMs: 60_000 }));
      await probe.activate();
      expect(await request).toBe('ActorTerminated');
    });

    it.each([
      ['fails', 'ActorFailed'],
      ['ends', 'ActorTerminated'],
    ])('fails the requests that were passed on to who %s', async (how, code) => {
      await using bench = await Bench.open(open);
      const kernel = bench.program.kernel('answerer');
      const [first, second] = await bench.runtime.launchAll(['first', 'second'].map((name) => ({ kernel, name })));
      bench.runtime.connect(first!, 'other', second!);
      await first!.activate();
      if (how === 'fails') await second!.send({ value: 0, route: 4 });
      const requests = [1, 2, 3].map((value) => codeOf(first!.request({ value, route: 1 }, { timeoutMs: 60_000 })));
      await bench.runtime.quiet();
      if (how === 'fails') await second!.activate();
      else await second!.terminate();
      const [, ...rest] = await Promise.all(requests); // the first one may be answered before the fatal message
      expect(rest).toEqual([code, code]);
    });
  });
}
