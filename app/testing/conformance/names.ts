import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { Program } from '../../runtime/runtime.ts';
import {
  Bench,
  codeOf,
  errorOf,
  eventually,
  items,
  pause,
  receive,
  receiveJson,
  summaryOf,
  type OpenBench,
} from './bench.ts';

interface Caller {
  readonly bench: Bench;
  readonly program: Program;
  readonly caller: Actor;
}

async function openCaller(open: OpenBench): Promise<Caller & AsyncDisposable> {
  const bench = await Bench.open(open);
  const program = await bench.load('conformance_messaging.cu');
  const caller = await bench.runtime.launch(program.kernel('caller'));
  await caller.activate();
  return { bench, program, caller, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

const CALL = { type: 'Call' };

export function describeNames(open: OpenBench): void {
  describe('sending by name', () => {
    it('reaches an actor that no channel leads to, and gets its answer', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await bench.active('answerer');
      const messageId = await caller.send({ name: 'answerer', value: 41 }, CALL);
      const answer = await caller.receive();
      expect(answer?.json()).toMatchObject({ value: 42 });
      expect(answer?.traceId).toBe(messageId);
    });

    it('in the order of sending, also when the queue is full', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const sink = await bench.active('sink', { name: 'small', queue: { capacity: 16 } });
      await caller.send({ name: 'small', what: 2, value: 500 }, CALL);
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 500, disordered: 0 });
    });

    it('the instances take turns, whoever sends', async () => {
      await using stage = await openCaller(open);
      const { bench, program, caller } = stage;
      const second = await bench.runtime.launch(program.kernel('caller'), { name: 'second' });
      await second.activate();
      const sink = await bench.active('sink', { instances: 4, queue: { capacity: 16 } });
      await Promise.all([caller, second].map((actor) => actor.send({ name: 'sink', what: 2, value: 200 }, CALL)));
      await bench.runtime.quiet();
      expect(sink.telemetry().map(({ processed }) => processed)).toEqual([100, 100, 100, 100]);
    });

    it('the name can stand in the code', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const sink = await bench.active('sink');
      await caller.send({ name: '', what: 4, value: 0 }, CALL);
      await bench.runtime.quiet();
      expect((await summaryOf(sink)).received).toBe(1);
    });

    it('a name that nobody has: a dead letter, and the actor can ask before', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await caller.send({ name: 'nobody', what: 3 }, CALL);
      expect((await receiveJson(caller, 1))[0]).toMatchObject({ value: 0 });
      await caller.send({ name: '', what: 4, value: 5 }, CALL);
      await bench.runtime.quiet();
      const [letter] = bench.runtime.deadLetters.kept;
      expect(letter).toMatchObject({ reason: 'no-such-actor', from: 'caller#0', to: 'sink', type: { name: 'Item' } });
      await bench.active('sink');
      await caller.send({ name: 'sink', what: 3 }, CALL);
      expect((await receiveJson(caller, 1))[0]).toMatchObject({ value: 1 });
    });

    it('a removed actor is not found, one launched under its name is', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const first = await bench.active('sink');
      await first.terminate();
      await bench.runtime.remove(first);
      await caller.send({ name: 'sink', what: 2, value: 3 }, CALL);
      await bench.runtime.quiet();
      expect(bench.deadLetterReasons()).toEqual(['no-such-actor', 'no-such-actor', 'no-such-actor']);
      const second = await bench.active('sink');
      await caller.send({ name: 'sink', what: 2, value: 3 }, CALL);
      await bench.runtime.quiet();
      expect((await summaryOf(second)).received).toBe(3);
    });

    it('what waits for room when its receiver is removed becomes a dead letter that names it', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      await caller.send({ name: 'sink', what: 2, value: 20 }, CALL);
      await bench.runtime.quiet();
      await caller.deactivate();
      await sink.terminate();
      await bench.runtime.remove(sink);
      await bench.launch('sink', { name: 'other' });
      await caller.activate();
      await bench.runtime.quiet();
      const letters = bench.runtime.deadLetters.kept;
      expect(letters.map(({ reason, to }) => `${reason} ${to}`)).toEqual(Array(4).fill('no-such-actor sink'));
    });

    it('a type that the receiver does not handle is its dead letter', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await bench.active('answerer');
      await caller.send({ name: 'answerer', what: 2, value: 1 }, CALL);
      await bench.runtime.quiet();
      expect(bench.runtime.deadLetters.kept[0]).toMatchObject({ reason: 'unhandled-type', to: 'answerer#0' });
    });

    it('requests are passed on by name, and answered to who asked', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await bench.active('answerer');
      expect(await caller.request({ name: 'answerer', what: 1, value: 41 }, CALL)).toMatchObject({ value: 42 });
      const lost = caller.request({ name: 'nobody', what: 1 }, CALL);
      expect((await errorOf(() => lost)).toString()).toBe(
        "DeadLettered: the request became a dead letter at 'nobody': no-such-actor.",
      );
    });

    it('what is passed on by name keeps its deadline, what is sent has none', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const answerer = await bench.launch('answerer');
      for (const what of [1, 0]) await caller.send({ name: 'answerer', what, value: 1 }, { ...CALL, deadlineMs: 250 });
      await bench.runtime.quiet();
      await pause(300);
      await answerer.activate();
      await bench.runtime.quiet();
      expect(bench.deadLetterReasons()).toEqual(['expired']);
      expect(answerer.telemetry()[0]).toMatchObject({ processed: 1, dropped: 1 });
    });

    it('a request that lies in the outbox of an actor that ends fails at once', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await bench.launch('answerer', { queue: { capacity: 16 } });
      const requests = Array.from({ length: 18 }, (_, value) =>
        codeOf(caller.request({ name: 'answerer', what: 1, value }, { ...CALL, timeoutMs: 20_000 })),
      );
      await eventually(() => caller.instances[0]!.isBlocked, 'the caller waits for room');
      await caller.terminate();
      const codes = requests.slice(16);
      expect(await Promise.all(codes)).toEqual(['ActorTerminated', 'ActorTerminated']);
    });

    it('survives reloads', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      const sink = await bench.launch('sink', { queue: { capacity: 16 } });
      await caller.send({ name: 'sink', what: 2, value: 40 }, CALL);
      await bench.runtime.quiet();
      await bench.runtime.reload(await bench.load('conformance_messaging.cu'), [caller]);
      await sink.activate();
      await bench.runtime.quiet();
      expect(await summaryOf(sink)).toMatchObject({ received: 40, disordered: 0 });
    });

    it('what a reset finds in an outbox says whom it was for', async () => {
      await using stage = await openCaller(open);
      const { bench, caller } = stage;
      await bench.launch('sink', { queue: { capacity: 16 } });
      await caller.send({ name: 'sink', what: 2, value: 18 }, CALL);
      await bench.runtime.quiet();
      const program = await bench.load('conformance_messaging.cu');
      await bench.runtime.reload(program, [caller], { reset: 'all' });
      const letters = bench.runtime.deadLetters.kept.map(({ reason, to }) => `${reason} ${to}`);
      expect(letters).toEqual(['actor-reset sink', 'actor-reset sink']);
    });

    it('the trace and the times go along', async () => {
      await using stage = await openCaller(open);
      const { bench, program, caller } = stage;
      const witness = await bench.runtime.launch(program.kernel('witness'));
      await witness.activate();
      const traceId = '00c0ffee00c0ffee';
      await caller.sendBatch(
        items(5).map(() => ({ name: 'witness', what: 2, value: 1 })),
        { ...CALL, traceId },
      );
      const seen = await receive(witness, 5);
      expect(seen.map((message) => message.traceId)).toEqual(Array(5).fill(traceId));
      let last = 0n;
      for (const message of seen) {
        const handled = BigInt((message.json() as { value: string }).value);
        expect(handled).toBeGreaterThan(last);
        expect(message.hlc).toBeGreaterThan(handled);
        last = handled;
      }
    });
  });
}
