import { describe, expect, it } from 'vitest';

import type { StudioError } from '../../base/studio-error.ts';
import type { Actor } from '../../runtime/actor.ts';
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
  whereFaultsStay,
  type OpenBench,
} from './bench.ts';

const SMALL = { queue: { capacity: 16 } };
const ITEM = { type: 'Item' };

/** `relay.out` → `relay`'s copy → `sink`, launched and not active. */
async function chain(bench: Bench, capacity = 16): Promise<readonly [Actor, Actor, Actor]> {
  const queue = { capacity };
  const [first, second, sink] = await bench.runtime.launchAll([
    { kernel: bench.program.kernel('relay'), name: 'first', queue },
    { kernel: bench.program.kernel('relay'), name: 'second', queue },
    { kernel: bench.program.kernel('sink'), queue },
  ]);
  bench.runtime.connect(first!, 'out', second!);
  bench.runtime.connect(second!, 'out', sink!);
  return [first!, second!, sink!];
}

async function activate(actors: readonly Actor[]): Promise<void> {
  await Promise.all(actors.map((actor) => actor.activate()));
}

async function refused(bench: Bench, file: Uint8Array): Promise<readonly string[]> {
  const error: StudioError = await errorOf(() => bench.runtime.restore(file));
  expect(error.code).toBe('CheckpointMismatch');
  return error.problems.map(({ message }) => message);
}

export function describeCheckpoints(open: OpenBench): void {
  describe('a checkpoint', () => {
    describeContinuing(open);
    describeRefusals(open);
  });
}

function describeContinuing(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  it('under load holds every message that was accepted, each once and in order, wherever it was', async () => {
    await using bench = await Bench.open(open);
    const actors = await chain(bench);
    await activate(actors);
    const sending = actors[0].sendBatch(items(3000), { type: 'Item' });
    for (let round = 0; round < 5; round++) {
      await new Promise(setImmediate);
      const file = await bench.runtime.checkpoint();
      await using other = await Bench.open(open);
      const restored = await chain(other);
      await other.runtime.restore(file);
      const accepted = restored[0].instances[0]!.accepted;
      await activate(restored);
      await other.runtime.quiet();
      const sum = (accepted * (accepted - 1)) / 2;
      expect(await summaryOf(restored[2])).toEqual({ received: accepted, disordered: 0, sum });
      expect(other.runtime.channels.map(({ sent }) => sent)).toEqual([accepted, accepted]);
      await other.runtime.quiet();
      expect(restored[0].telemetry()[0]).toMatchObject({ processed: accepted, depth: 0 });
      expect(other.runtime.deadLetters.total).toBe(0);
    }
    await sending;
    await bench.runtime.quiet();
    expect(await summaryOf(actors[2])).toMatchObject({ received: 3000, disordered: 0 });
  });

  it('holds what nobody has received, blocked outboxes included, and message ids do not repeat afterwards', async () => {
    await using bench = await Bench.open(open, { receiveCapacity: 4 });
    const relay = await bench.active('relay', SMALL);
    await relay.sendBatch(items(30));
    await eventually(() => relay.instances[0]!.isBlocked, 'the relay is blocked');
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open, { receiveCapacity: 4 });
    const restored = await other.launch('relay', SMALL);
    const { states } = await other.runtime.restore(file);
    expect([...states]).toEqual([['relay#0', 'active']]);
    await restored.activate();
    await restored.send(item(30));
    expect(await receiveJson(restored, 31)).toEqual(items(31));
  });

  it('goes on in another process as it would have: states, random numbers, turns, counters', async () => {
    await using bench = await Bench.open(open, { seed: 7 });
    await using other = await Bench.open(open, { seed: 9 });
    const program = await bench.load('conformance_state.cu');
    const balance = await bench.runtime.launch(program.kernel('balance'), SMALL);
    const probe = await bench.active('probe', { instances: 3 });
    await balance.activate();
    await balance.sendBatch(
      Array.from({ length: 10 }, () => ({ amount: 3 })),
      { type: 'Move' },
    );
    await probe.send({ what: 3, argument: 2 });
    await bench.runtime.quiet();
    const file = await bench.runtime.checkpoint();
    const second = await other.launch('probe', { instances: 3 });
    const again = (await other.load('conformance_state.cu')).kernel('balance');
    const restored = await other.runtime.launch(again, SMALL);
    await other.runtime.restore(file);
    await activate([second, restored]);
    for (const actor of [probe, second])
      for (let turn = 0; turn < 3; turn++) await actor.send({ what: 3, argument: 2 });
    const [here, there] = [await receiveJson(probe, 8), await receiveJson(second, 8)];
    const valuesOf = (facts: readonly unknown[]) => facts.map((fact) => (fact as { value: number }).value);
    expect(valuesOf(there).sort()).toEqual(valuesOf(here).sort());
    expect((await restored.readState()).bytes).toEqual((await balance.readState()).bytes);
    expect(restored.telemetry()).toEqual(balance.telemetry());
  });

  it('remembers keys of messages, and the latest values of topics', async () => {
    await using bench = await Bench.open(open);
    const options = { queue: { capacity: 16, dedup: 3 } };
    const sink = await bench.launch('sink', options);
    const publisher = await bench.load('conformance_messaging.cu').then((program) => {
      return bench.runtime.launch(program.kernel('publisher'), SMALL);
    });
    const ids = [];
    for (const dedupKey of ['gone', 1, '1', 1n]) ids.push(await sink.send(item(0), { type: 'Item', dedupKey }));
    const type = bench.program.kernel('relay').info.outputs[0]!.message;
    await bench.runtime.publish('a/b', item(7), { type, retain: true });
    await bench.runtime.publish('a/b', item(8), { type });
    await publisher.activate();
    await publisher.send({ topic: 'a/c', retained: true }, { type: 'Post' });
    await bench.runtime.quiet();
    const before = bench.runtime.topics.map(({ topic, retained }) => ({ topic, retained }));
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const restored = await other.launch('sink', options);
    await other.runtime.launch((await other.load('conformance_messaging.cu')).kernel('publisher'), SMALL);
    await other.runtime.restore(file);
    for (const [index, dedupKey] of [1, '1', 1n].entries())
      expect(await restored.send(item(0), { type: 'Item', dedupKey })).toBe(ids[index + 1]);
    expect(restored.telemetry()[0]).toMatchObject({ depth: 4, droppedByReason: { duplicate: 3 } });
    expect(await restored.send(item(0), { type: 'Item', dedupKey: 'gone' })).not.toBe(ids[0]);
    expect(other.runtime.topics.map(({ topic, retained }) => ({ topic, retained }))).toEqual(before);
    const heard: unknown[] = [];
    other.runtime.subscribe('a/*', ({ message, isRetained }) => heard.push([message.from.actor, isRetained]));
    await other.runtime.quiet();
    expect(heard).toEqual([
      ['host', true],
      ['publisher', true],
    ]);
  });

  it('that has a topic for which there is no room changes no other one', async () => {
    await using bench = await Bench.open(open);
    await using other = await Bench.open(open, { topicLimit: 1 });
    const type = bench.program.kernel('relay').info.outputs[0]!.message;
    for (const topic of ['a/b', 'a/c']) await bench.runtime.publish(topic, item(7), { type, retain: true });
    await other.runtime.publish('a/b', item(1), { type, retain: true });
    const file = await bench.runtime.checkpoint();
    expect(await codeOf(other.runtime.restore(file))).toBe('TooManyTopics');
    expect(other.runtime.topics.map(({ topic, retained }) => [topic, retained?.json()])).toEqual([['a/b', item(1)]]);
  });

  it('carries states and messages over by names, where they are laid out differently now', async () => {
    await using bench = await Bench.open(open);
    await using other = await Bench.open(open);
    const balance = await bench.runtime.launch((await bench.load('conformance_state.cu')).kernel('balance'), SMALL);
    await balance.send({ amount: 30 }, { type: 'Move' });
    await balance.send({ amount: 12 }, { type: 'Move' });
    const file = await bench.runtime.checkpoint();
    const next = await other.load('conformance_migrated.cu');
    const restored = await other.runtime.launch(next.kernel('balance'), SMALL);
    const problems = await refused(other, file);
    expect(problems[0]).toMatch(
      /^state of 'balance#0' has another layout: .*Only the checkpoint has the field 'scratch'/,
    );
    const { tip, problems: tipped } = await errorOf(() => other.runtime.restore(file));
    expect(tip).toBe("Restore with migrate: 'by-name', or into the kernels that it was taken of.");
    expect(tipped.map((problem) => problem.tip)).toEqual([tip, tip]);
    expect(problems[1]).toBe("'balance#0' does not handle Move any more; 2 messages wait of it in the queues.");
    const { migrations } = await other.runtime.restore(file, { migrate: 'by-name' });
    expect(migrations).toMatchObject([
      { instance: 'balance#0', messages: [{ type: 'Move', carried: 2, deadLettered: 0 }] },
    ]);
    await restored.activate();
    await other.runtime.quiet();
    expect((await restored.readState()).json()).toMatchObject({ left: 999_958, right: 42, moves: 2, extras: 118 });
  });

  for (const [state, received] of [
    ['reset', [3, 0]],
    ['keep', [5, 1]],
  ] as const) {
    isolated(`holds actors whose restart is to come as it would leave them (state: ${state})`, async () => {
      await using bench = await Bench.open(open);
      const [sink, sibling] = [await bench.active('sink', SMALL), await bench.active('sink', { name: 'sibling' })];
      const backoff = { minMs: 60_000, maxMs: 60_000 };
      const children = ['sink', 'sibling'];
      bench.runtime.supervise({ id: 'top', strategy: 'one-for-all', children, backoff, state });
      await sink.sendBatch(items(2), ITEM);
      await sibling.send(item(0), ITEM);
      await bench.runtime.quiet();
      await sink.sendBatch([item(0, 666), ...items(3, 1)], ITEM);
      await eventually(() => sibling.state === 'deactivated', 'they wait');
      const file = await bench.runtime.checkpoint();
      await using other = await Bench.open(open);
      const restored = [await other.launch('sink', SMALL), await other.launch('sink', { name: 'sibling' })];
      const { states } = await other.runtime.restore(file);
      expect([...states.values()]).toEqual(['active', 'active']);
      await activate(restored);
      await other.runtime.quiet();
      const [telemetry] = restored[0]!.telemetry();
      expect(telemetry).toMatchObject({ processed: 5, dropped: 1, droppedByReason: { 'actor-failed': 1 }, depth: 0 });
      const summaries = await Promise.all(restored.map((actor) => summaryOf(actor)));
      expect(summaries.map((summary) => summary.received)).toEqual(received);
      expect(other.runtime.deadLetters.total).toBe(0);
    });
  }

  isolated('of an actor that failed for good counts the message that it failed on, alike in both places', async () => {
    await using bench = await Bench.open(open);
    const sink = await bench.active('sink');
    await sink.sendBatch([item(0), item(0, 666), item(1)], ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const restored = await other.launch('sink');
    await other.runtime.restore(file);
    const { processed, dropped, droppedByReason, depth } = restored.telemetry()[0]!;
    expect({ processed, dropped, depth }).toEqual({ processed: 1, dropped: 1, depth: 1 });
    expect(droppedByReason).toEqual({ 'actor-failed': 1 });
  });

  isolated('that is the last one holds all that is ever processed', async () => {
    await using bench = await Bench.open(open);
    const actors = await chain(bench);
    const sink = await bench.active('sink', { name: 'other', ...SMALL });
    const backoff = { minMs: 50, maxMs: 50 };
    bench.runtime.supervise({ id: 'top', strategy: 'one-for-one', children: ['other'], backoff });
    await activate(actors);
    await sink.sendBatch([item(0, 666), ...items(3)], ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    const controller = new AbortController();
    const sending = codeOf(actors[0].sendBatch(items(100_000), { ...ITEM, signal: controller.signal }));
    await new Promise(setImmediate);
    const file = await bench.runtime.checkpoint({ isLast: true });
    const counted = bench.runtime.actors.map((actor) => actor.telemetry()[0]!.processed);
    await pause(100);
    controller.abort();
    await sending;
    expect(bench.runtime.actors.map((actor) => actor.telemetry()[0]!.processed)).toEqual(counted);
    expect(bench.runtime.actors.map(({ state }) => state)).toEqual([
      'deactivated',
      'deactivated',
      'deactivated',
      'failed',
    ]);
    await using other = await Bench.open(open);
    await chain(other);
    await other.launch('sink', { name: 'other', ...SMALL });
    const { states } = await other.runtime.restore(file);
    expect([...states.values()]).toEqual(['active', 'active', 'active', 'active']);
    expect(other.runtime.actors.map((actor) => actor.telemetry()[0]!.processed)).toEqual(counted);
  });

  isolated('of actors that have failed or rest says so', async () => {
    await using bench = await Bench.open(open);
    const [probe, sink] = [await bench.active('probe'), await bench.active('sink')];
    await probe.send({ what: 6 });
    await eventually(() => probe.state === 'failed', 'it has failed');
    await probe.terminate();
    await sink.deactivate();
    await bench.launch('relay');
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    for (const kernel of ['probe', 'sink', 'relay']) await other.launch(kernel);
    const { states, takenAtMs } = await other.runtime.restore(file);
    expect([...states.values()]).toEqual(['terminated', 'deactivated', 'launched']);
    expect(Math.abs(other.runtime.startedAtMs - takenAtMs)).toBeLessThan(60_000);
  });
}

function describeRefusals(open: OpenBench): void {
  it('that does not fit is refused with every difference, and nothing is changed', async () => {
    await using bench = await Bench.open(open);
    const actors = await chain(bench, 64);
    await actors[0].sendBatch(items(40));
    await bench.launch('probe');
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const { runtime } = other;
    const first = await other.launch('relay', { name: 'first', ...SMALL });
    const second = await other.launch('relay', { name: 'second', instances: 2 });
    const sink = await runtime.launch((await other.load('conformance_reset.cu')).kernel('sink'), { name: 'sink' });
    runtime.connect(first, 'out', second);
    expect(await refused(other, file)).toEqual([
      "actor 'second' has 2 instances; in the checkpoint it has 1.",
      "channel 'second.out' → 'sink' of the checkpoint is not there.",
      "actor 'probe' of the checkpoint is not launched.",
      "40 messages of 'first#0' wait in the host queue; it has 16 slots.",
      "state of 'sink#0' has another layout: 'received' is uint64_t in the checkpoint, uint32_t in the kernel. " +
        "Only the checkpoint has the field 'next'.",
    ]);
    await activate([first, second, sink]);
    await first.send(item(0));
    expect(await receiveJson(second, 1)).toEqual([item(0)]);
  });

  it('is restored only into actors that rest and have nothing to do', async () => {
    await using bench = await Bench.open(open);
    await chain(bench);
    const file = await bench.runtime.checkpoint();
    await using other = await Bench.open(open);
    const [first, second] = await chain(other);
    await first.send(item(0));
    await second.activate();
    expect(await refused(other, file)).toEqual([
      "1 message lies in the queues of 'first#0'.",
      "'second#0' is 'active'.",
    ]);
  });
}
