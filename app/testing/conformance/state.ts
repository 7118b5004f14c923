import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { LaunchOptions } from '../../runtime/launch.ts';
import { Bench, codeOf, errorOf, eventually, whereFaultsStay, type OpenBench } from './bench.ts';

interface Balance {
  readonly left: number;
  readonly right: number;
  readonly total: number;
  readonly moves: number;
  readonly broken: number;
}

const FRESH_MIXED = {
  open: true,
  mood: 'calm',
  inner: { low: -7, high: 0 },
  pair: [
    { low: -7, high: 0 },
    { low: -7, high: 0 },
  ],
  note: '',
  recent: [],
  wide: '18446744073709551615',
};

async function launch(bench: Bench, kernel: string, options: LaunchOptions = {}): Promise<Actor> {
  const program = await bench.load('conformance_state.cu');
  return bench.runtime.launch(program.kernel(kernel), options);
}

async function active(bench: Bench, kernel: string, options: LaunchOptions = {}): Promise<Actor> {
  const actor = await launch(bench, kernel, options);
  await actor.activate();
  return actor;
}

/** Keeps the actor busy until it is told to stop; gives how many messages it sent. */
async function keepBusy(actor: Actor, signal: AbortSignal, instance = 0): Promise<number> {
  let sent = 0;
  while (!signal.aborted) {
    sent += actor.sendEach(64, (move: { amount: number }) => (move.amount = 3), { type: 'Move', instance });
    await new Promise(setImmediate);
  }
  return sent;
}

export function describeState(open: OpenBench): void {
  describe('state', () => {
    describeReading(open);
    describeWriting(open);
  });
}

function describeReading(open: OpenBench): void {
  it('can be read before the actor runs, while it does and afterwards, as an object and as JSON', async () => {
    await using bench = await Bench.open(open);
    const mixed = await launch(bench, 'mixed');
    const fresh = await mixed.readState();
    expect(fresh.json()).toEqual(FRESH_MIXED);
    expect(fresh).toMatchObject({ label: 'mixed#0', actorState: 'launched', moment: 'between-batches' });
    expect(fresh.value).toMatchObject({ wide: 18_446_744_073_709_551_615n, inner: { low: -7 } });
    await mixed.activate();
    await mixed.sendBatch([{ amount: 4 }, { amount: 5 }]);
    await bench.runtime.quiet();
    expect((await mixed.readState()).value).toMatchObject({ recent: [4, 5] });
    await mixed.deactivate();
    expect((await mixed.readState()).actorState).toBe('deactivated');
    await mixed.terminate();
    expect((await mixed.readState()).json()).toMatchObject({ recent: [4, 5] });
  });

  it('of an actor under load is never seen in the middle of a change', async () => {
    await using bench = await Bench.open(open);
    const actor = await active(bench, 'balance', { instances: 2 });
    const stop = new AbortController();
    const loads = [0, 1].map((instance) => keepBusy(actor, stop.signal, instance));
    let moves = 0;
    for (let round = 0; round < 200; round++) {
      await new Promise(setImmediate);
      const { value } = await actor.readState<Balance>({ instance: round % 2 });
      expect(value.left + value.right).toBe(value.total);
      if (round % 2 === 0) expect(value.moves).toBeGreaterThanOrEqual(moves);
      if (round % 2 === 0) moves = value.moves;
    }
    stop.abort();
    const sent = await Promise.all(loads);
    await bench.runtime.quiet();
    for (const [instance, count] of sent.entries())
      expect((await actor.readState<Balance>({ instance })).value).toMatchObject({ moves: count, broken: 0 });
    expect(moves).toBeGreaterThan(0);
  });

  it('of a failed actor is what the trap left, and says so', async () => {
    await using bench = await Bench.open(open);
    const stumbler = await active(bench, 'stumbler');
    await stumbler.send({ amount: 5 });
    await eventually(() => stumbler.state === 'failed', 'it has failed');
    const state = await stumbler.readState<Balance>();
    expect(state).toMatchObject({ actorState: 'failed', moment: 'left-by-trap' });
    expect(state.value).toMatchObject({ left: 999_995, right: 0 });
  });

  it('that is not there is an error that says why', async () => {
    await using bench = await Bench.open(open);
    const relay = await bench.launch('relay');
    expect((await errorOf(() => relay.readState())).code).toBe('NoState');
    const pair = await launch(bench, 'balance', { instances: 2 });
    expect((await errorOf(() => pair.readState())).message).toBe("actor 'balance' has 2 instances.");
    expect((await errorOf(() => pair.readState({ instance: 2 }))).code).toBe('UnknownInstance');
    await pair.terminate();
    await bench.runtime.remove(pair);
    expect((await errorOf(() => pair.readState({ instance: 0 }))).code).toBe('ActorRemoved');
  });
}

function describeWriting(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  it('is patched field by field, inside structs too, or replaced', async () => {
    await using bench = await Bench.open(open);
    const mixed = await active(bench, 'mixed');
    await mixed.send({ amount: 4 });
    await bench.runtime.quiet();
    const patched = await mixed.writeState({
      mood: 'busy',
      inner: { high: 2.5 },
      note: 'hello',
      wide: '9007199254740993',
    });
    const expected = { ...FRESH_MIXED, mood: 'busy', inner: { low: -7, high: 2.5 }, note: 'hello', recent: [4] };
    expect(patched.json()).toEqual({ ...expected, wide: '9007199254740993' });
    expect((await mixed.readState()).bytes).toEqual(patched.bytes);
    const { pair, wide } = FRESH_MIXED;
    await mixed.writeState({ inner: { high: 1 }, pair, note: '', recent: [1, 2, 3, 4] }, { mode: 'replace' });
    await mixed.send({ amount: 5 }); // does not fit any more
    await bench.runtime.quiet();
    const { inner, recent } = { inner: { low: -7, high: 1 }, recent: [1, 2, 3, 4] };
    expect((await mixed.readState()).json()).toEqual({ ...FRESH_MIXED, inner, recent, wide });
  });

  it('is not changed at all by what does not fit, and every problem is told', async () => {
    await using bench = await Bench.open(open);
    const mixed = await active(bench, 'mixed');
    const wrong = { open: false, mood: 'angry', inner: { low: 40_000, deep: 1 }, recent: [1, 2, 3, 4, 5], pair: [{}] };
    const error = await errorOf(() => mixed.writeState(wrong));
    expect(error.code).toBe('InvalidState');
    expect(error.problems.map(({ code, path }) => `${path}: ${code}`)).toEqual([
      'mood: unknown-enumerator',
      'inner.low: out-of-range',
      'inner.deep: unknown-field',
      'pair: wrong-length',
      'recent: too-long',
    ]);
    expect((await mixed.readState()).json()).toEqual(FRESH_MIXED);
    expect((await errorOf(() => mixed.writeState({ note: 'x' }, { mode: 'replace' }))).code).toBe('InvalidState');
  });

  it('of an actor under load changes between two batches', async () => {
    await using bench = await Bench.open(open);
    const actor = await active(bench, 'balance');
    const stop = new AbortController();
    const load = keepBusy(actor, stop.signal);
    for (let round = 1; round <= 100; round++) {
      await new Promise(setImmediate);
      const total = 1000 * round;
      const written = await actor.writeState<Balance>({ left: total - round, right: round, total });
      expect(written.value).toMatchObject({ left: total - round, right: round, total });
    }
    stop.abort();
    const sent = await load;
    await bench.runtime.quiet();
    expect(await actor.request({}, { type: 'Ask' })).toMatchObject({ moves: sent, broken: 0 });
  });

  isolated('of an actor that has failed or ended cannot be written', async () => {
    await using bench = await Bench.open(open);
    const stumbler = await active(bench, 'stumbler');
    await stumbler.send({ amount: 5 });
    await eventually(() => stumbler.state === 'failed', 'it has failed');
    expect(await codeOf(stumbler.writeState({ left: 1 }))).toBe('ActorFailed');
    const ended = await active(bench, 'mixed');
    await ended.terminate();
    expect(await codeOf(ended.writeState({ open: false }))).toBe('ActorTerminated');
  });
}
