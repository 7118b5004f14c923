import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
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

const SMALL = { queue: { capacity: 16 } };

export function describeReload(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('reload', () => {
    it('keeps state, queues and counters, and runs the new code from then on', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.active('sink');
      await sink.sendBatch(items(10), { type: 'Item' });
      await bench.runtime.quiet();
      await sink.deactivate();
      await sink.sendBatch(items(20).slice(10), { type: 'Item' });
      const next = await bench.load('conformance_next.cu');
      const report = await bench.runtime.reload(next, [sink]);
      expect(report).toEqual({ kept: [sink], reset: [], migrations: [], unused: [bench.program] });
      expect(sink.state).toBe('deactivated');
      expect(sink.telemetry()[0]).toMatchObject({ processed: 10, depth: 10 });
      expect(sink.kernel).toBe(next.kernel('sink').info);
      await sink.activate();
      const sum = 45 + 2 * (190 - 45);
      expect(await summaryOf(sink)).toEqual({ received: 20, disordered: 0, sum });
      await bench.runtime.quiet(); // counters are written at the end of the batch, after the reply
      expect(sink.telemetry()[0]).toMatchObject({ processed: 21, depth: 0 });
    });

    it('of a launched actor changes what it will run', async () => {
      await using bench = await Bench.open(open);
      const answerer = await bench.launch('answerer');
      const answer = answerer.request({ value: 1 });
      await bench.runtime.reload(await bench.load('conformance_next.cu'), [answerer]);
      expect(answerer.state).toBe('launched');
      await answerer.activate();
      expect(await answer).toMatchObject({ value: 1001 });
    });

    it('keeps what lies in a blocked outbox, though its port has another index now', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      await target.deactivate();
      await source.sendBatch(items(33));
      await bench.runtime.quiet();
      expect(bench.undelivered('relay#0')).toEqual({ count: 33 - 16, reason: 'actor blocked' });
      const next = await bench.load('conformance_next.cu');
      await bench.runtime.reload(next, [source]);
      await target.activate();
      await bench.runtime.quiet();
      const handledByOld = 17; // in the inbox and in the outbox
      const sum = (32 * 33) / 2 + (33 - handledByOld) * 1000;
      expect(await summaryOf(target)).toEqual({ received: 33, disordered: 0, sum });
      const over = { from: 'relay', port: 'out', to: 'sink', routing: 'roundRobin', sent: 33 };
      expect(bench.runtime.channels).toMatchObject([over]);
    });

    it('keeps outputs that nobody has received, and names their port as before', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 4 });
      const relay = await bench.active('relay', SMALL);
      await relay.sendBatch(items(16));
      await bench.runtime.reload(await bench.load('conformance_next.cu'), [relay]);
      await relay.send(item(16));
      const messages = await receive(relay, 17);
      expect(messages.map(({ from }) => from.port)).toEqual(Array.from({ length: 17 }, () => 'out'));
      expect(messages.map((message) => (message.json() as { sequence: number }).sequence)).toEqual(
        Array.from({ length: 17 }, (_, sequence) => sequence),
      );
      expect(messages.at(-1)?.json()).toMatchObject({ value: 1016 });
    });

    it('keeps senders that wait for room', async () => {
      await using bench = await Bench.open(open);
      const sink = await bench.launch('sink', SMALL);
      const sending = sink.sendBatch(items(200), { type: 'Item' });
      const asking = summaryOf(sink);
      await bench.runtime.reload(await bench.load('conformance_next.cu'), [sink]);
      await sink.activate();
      expect(await sending).toBe(200);
      expect(await asking).toEqual({ received: 200, disordered: 0, sum: 199 * 200 });
    });

    it('back and forth under load loses nothing, repeats nothing and keeps the order', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      const next = await bench.load('conformance_next.cu');
      const sending = source.sendBatch(items(3000));
      for (let round = 0; round < 10; round++) {
        await bench.runtime.reload(round % 2 === 0 ? next : bench.program, [source, target]);
      }
      await sending;
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toMatchObject({ received: 3000, disordered: 0 });
      const over = { from: 'relay', port: 'out', to: 'sink', routing: 'roundRobin', sent: 3000 };
      expect(bench.runtime.channels).toMatchObject([over]);
      expect(bench.runtime.deadLetters.total).toBe(0);
    });

    it('lets old programs be unloaded, and what they sent be read', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 1 });
      const essayist = await bench.active('essayist', SMALL);
      for (let question = 0; question < 4; question++) await essayist.send({ value: question });
      await eventually(() => essayist.telemetry()[0]?.processed === 4, 'the essays are written');
      const { unused } = await bench.runtime.reload(await bench.load('conformance_next.cu'), [essayist]);
      expect(unused).toEqual([bench.program]);
      for (const program of unused) await bench.runtime.unload(program);
      const essays = await receiveJson(essayist, 4);
      expect(essays).toEqual(Array.from({ length: 4 }, () => ({ text: 'a long answer' })));
      expect(essayist.state).toBe('active');
      await expect(essayist.request({ what: 0, argument: 7 })).resolves.toMatchObject({ value: 7 });
    });

    it('takes the arena no further, however often', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options: SMALL });
      const { arena } = bench.runtime.device;
      let before = 0;
      for (let round = 0; round < 100; round++) {
        const program = await bench.load(round % 2 === 0 ? 'conformance_next.cu' : 'conformance.cu');
        const { unused } = await bench.runtime.reload(program, [source, target]);
        for (const old of unused) await bench.runtime.unload(old);
        if (round === 1) before = arena.freeBytes;
      }
      expect(arena.freeBytes).toBe(before);
    });

    it('tells a failure of the new version as its own', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      await bench.runtime.reload(await bench.load('conformance_next.cu'), [probe]);
      const printed: string[] = [];
      bench.runtime.onDidPrint.on(({ text }) => printed.push(text));
      await probe.send({ what: 8, argument: 3 });
      await probe.send({ what: 11 });
      await eventually(() => probe.state === 'failed', 'the new version has failed');
      await bench.runtime.quiet();
      expect(printed).toEqual(['new order 3 of probe\n']);
      expect(bench.deadLetterReasons()).toEqual(['actor-failed']);
    });
  });

  describe('a reload that cannot be', () => {
    async function refused(bench: Bench, file: string, actors: readonly Actor[]): Promise<readonly string[]> {
      const error = await errorOf(async () => bench.runtime.reload(await bench.load(file), actors));
      expect(error.code).toBe('IncompatibleReload');
      return error.problems.map(({ message }) => message);
    }

    it('changes nothing and names each difference', async () => {
      await using bench = await Bench.open(open);
      const [sink, relay, producer] = [
        await bench.active('sink'),
        await bench.active('relay'),
        await bench.active('producer'),
      ];
      expect(await refused(bench, 'conformance_reset.cu', [sink, relay])).toEqual([
        "state of 'sink' has another layout: 'received' is uint64_t in the running version, uint32_t in the new one. " +
          "Only the running version has the field 'next'.",
        "'relay' has a state in the new version only, not the running.",
      ]);
      expect(await refused(bench, 'conformance_next.cu', [sink, producer])).toEqual([
        "the new version has no kernel 'producer', which 'producer' runs.",
      ]);
      await sink.sendBatch(items(3), { type: 'Item' });
      expect(await summaryOf(sink)).toEqual({ received: 3, disordered: 0, sum: 3 });
      await relay.send(item(0));
      expect(await receiveJson(relay, 1)).toEqual([item(0)]);
    });

    it('because of a channel names both ends', async () => {
      await using bench = await Bench.open(open);
      const { source } = await bench.pair('deaf', 'questions', { kernel: 'answerer' });
      expect(await refused(bench, 'conformance_next.cu', [source])).toEqual([
        "channel 'deaf.questions' → 'answerer': with the new version its receiver does not handle Item.",
      ]);
      const second = await bench.launch('answerer', { name: 'second' });
      bench.runtime.connect(second, 'self', second);
      expect(await refused(bench, 'conformance_next.cu', [second])).toEqual([
        "channel 'second.self' → 'second': the new version has no output 'self'.",
      ]);
    });

    it('because of what lies in its queues says how much', async () => {
      await using bench = await Bench.open(open);
      const essayist = await bench.launch('essayist');
      for (let value = 0; value < 3; value++) await essayist.send({ value });
      expect(await refused(bench, 'conformance_next.cu', [essayist])).toEqual([
        "'essayist#0' does not handle Question any more; 3 messages wait of it in the queues.",
      ]);
      await essayist.activate();
      await bench.runtime.quiet();
      expect(await bench.runtime.reload(await bench.load('conformance_next.cu'), [essayist])).toMatchObject({
        kept: [essayist],
      });
    });

    isolated('of a failed or ended actor says so', async () => {
      await using bench = await Bench.open(open);
      const [failed, ended] = [await bench.active('probe'), await bench.active('probe', { name: 'ended' })];
      await failed.send({ what: 6 });
      await eventually(() => failed.state === 'failed', 'it has failed');
      await ended.terminate();
      expect(await refused(bench, 'conformance_next.cu', [failed, ended])).toEqual([
        "'probe#0' has failed (trap): it cannot go on.",
        "'ended#0' has ended.",
      ]);
      await bench.runtime.remove(ended);
      const next = await bench.load('conformance_next.cu');
      expect(await codeOf(bench.runtime.reload(next, [ended]))).toBe('ActorRemoved');
      await bench.runtime.unload(next);
      expect(await codeOf(bench.runtime.reload(next, [failed]))).toBe('ProgramNotLoaded');
    });
  });
}
