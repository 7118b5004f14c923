import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { EscalationFact, RestartFact } from '../../runtime/supervision/supervision.ts';
import type { SupervisorOptions } from '../../runtime/supervision/supervisor-spec.ts';
import { Bench, codeOf, eventually, item, items, summaryOf, type OpenBench } from './bench.ts';

const AT_ONCE = { minMs: 0, maxMs: 0 };
const POISON = item(0, 666);
const ITEM = { type: 'Item' };

function watch({ runtime }: Bench): { readonly restarts: RestartFact[]; readonly escalations: EscalationFact[] } {
  const restarts: RestartFact[] = [];
  const escalations: EscalationFact[] = [];
  runtime.supervision.onDidRestart.on((fact) => restarts.push(fact));
  runtime.supervision.onDidEscalate.on((fact) => escalations.push(fact));
  return { restarts, escalations };
}

function supervise({ runtime }: Bench, children: readonly string[], more: Partial<SupervisorOptions> = {}): void {
  runtime.supervise({ id: 'top', strategy: 'one-for-one', children, backoff: AT_ONCE, ...more });
}

/** Messages between actors that found their receiver at its end. */
function targetLetters({ runtime }: Bench): number {
  const { counts } = runtime.deadLetters;
  return (counts.get('target-failed') ?? 0) + (counts.get('target-terminated') ?? 0);
}

/** Three sinks, `a` of two instances, each instance having counted one item. */
async function family(bench: Bench): Promise<Record<'a' | 'b' | 'c', Actor>> {
  const [a, b, c] = [
    await bench.active('sink', { name: 'a', instances: 2 }),
    await bench.active('sink', { name: 'b' }),
    await bench.active('sink', { name: 'c' }),
  ];
  for (const instance of [0, 1]) await a.send(item(0), { ...ITEM, instance });
  for (const actor of [b, c]) await actor.send(item(0), ITEM);
  await bench.runtime.quiet();
  return { a, b, c };
}

async function received({ a, b, c }: Record<'a' | 'b' | 'c', Actor>): Promise<number[]> {
  const summaries = [summaryOf(a, 0), summaryOf(a, 1), summaryOf(b), summaryOf(c)];
  return (await Promise.all(summaries)).map((summary) => summary.received);
}

export function describeRestart(open: OpenBench): void {
  describe('a supervised actor that fails', () => {
    describeQueues(open);
    describeStrategies(open);
    describeEnds(open);
  });
}

function describeQueues(open: OpenBench): void {
  it('starts afresh, and goes on with what waits behind the message that it failed on', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const sink = await bench.launch('sink', { queue: { capacity: 16 } });
    supervise(bench, ['sink']);
    await sink.sendBatch([...items(3), POISON, ...items(5, 1)], ITEM);
    const asking = summaryOf(sink);
    await sink.activate();
    await bench.runtime.quiet();
    expect(await asking).toEqual({ received: 5, disordered: 0, sum: 10 });
    expect(sink.state).toBe('active');
    expect(restarts).toMatchObject([
      { supervisor: 'top', failed: 'sink#0', instances: ['sink#0'], fault: { cause: 'trap' } },
    ]);
    expect(bench.runtime.deadLetters.counts).toEqual(new Map([['actor-failed', 1]]));
    expect(sink.telemetry()[0]).toMatchObject({ processed: 3 + 5 + 1, dropped: 1, depth: 0, sent: 1 });
    expect(sink.instances[0]).toMatchObject({ accepted: 10, fault: undefined });
    expect(sink.telemetry()[0]?.latencyNs?.count).toBe(9);
  });

  it('keeps its state on request, and its place in channels', async () => {
    await using bench = await Bench.open(open);
    const { source, target } = await bench.pair('relay', 'out', {
      kernel: 'sink',
      options: { queue: { capacity: 16 } },
    });
    supervise(bench, ['sink'], { state: 'keep', maxRestarts: 5 });
    await source.sendBatch(items(10));
    await bench.runtime.quiet();
    for (let round = 1; round <= 3; round++) {
      await source.send(POISON);
      await bench.runtime.quiet();
      await source.sendBatch(items(10, round));
      await bench.runtime.quiet();
      expect(await summaryOf(target)).toEqual({ received: 10 + round * 10, disordered: 0, sum: 45 * (round + 1) });
    }
    const { processed, dropped, depth } = target.telemetry()[0]!;
    expect({ processed, dropped, depth }).toEqual({ processed: 43, dropped: 3, depth: 0 });
    expect(bench.runtime.channels[0]?.sent).toBe(43);
  });

  it('takes messages while it waits, in order, and holds up quiescence', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const sink = await bench.active('sink', { queue: { capacity: 16 } });
    supervise(bench, ['sink'], { backoff: { minMs: 60, maxMs: 60, jitter: 0 } });
    await sink.send(POISON, ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    const [waiting] = bench.runtime.supervision.status().actors;
    expect(waiting).toMatchObject({ actor: 'sink#0', supervisor: 'top', restarts: 0, hasEnded: false });
    expect(waiting?.restartsAtMs).toBeGreaterThan(0);
    expect(await codeOf(bench.runtime.remove(sink))).toBe('ActorRunning');
    const sending = sink.sendBatch(items(100), ITEM);
    await bench.runtime.quiet();
    expect(restarts.length).toBe(1);
    expect(await sending).toBe(100);
    expect(await summaryOf(sink)).toEqual({ received: 100, disordered: 0, sum: 4950 });
    const status = bench.runtime.supervision.status();
    expect(status.actors).toMatchObject([{ actor: 'sink#0', restarts: 1, restartsAtMs: undefined }]);
    expect(status.supervisors).toMatchObject([{ id: 'top', restarts: 1, restartsInWindow: 1, maxRestarts: 3 }]);
  });

  it('loses nothing that other actors send it while it waits', async () => {
    await using bench = await Bench.open(open);
    const { source, target } = await bench.pair('relay', 'out', {
      kernel: 'sink',
      options: { queue: { capacity: 16 } },
    });
    supervise(bench, ['sink'], { backoff: { minMs: 40, maxMs: 40 } });
    await source.sendBatch([POISON, ...items(100)]);
    await bench.runtime.quiet();
    expect(await summaryOf(target)).toEqual({ received: 100, disordered: 0, sum: 4950 });
    expect(bench.runtime.deadLetters.counts).toEqual(new Map([['actor-failed', 1]]));
  });

  it('lets go of who waits for it when it is given up', async () => {
    await using bench = await Bench.open(open);
    const { source, target } = await bench.pair('relay', 'out', {
      kernel: 'sink',
      options: { queue: { capacity: 16 } },
    });
    supervise(bench, ['sink'], { maxRestarts: 0 });
    await source.sendBatch([POISON, ...items(100)]);
    await bench.runtime.quiet();
    expect(target.state).toBe('failed');
    const { counts } = bench.runtime.deadLetters;
    const waiting = bench.undelivered('sink#0')?.count ?? 0;
    expect((counts.get('target-failed') ?? 0) + waiting).toBe(100);
    expect(bench.undelivered('relay#0')).toBeUndefined();
  });

  it('keeps nothing that others send it when somebody ends it while it waits', async () => {
    await using bench = await Bench.open(open);
    const options = { queue: { capacity: 16 } };
    const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options });
    supervise(bench, ['sink'], { backoff: { minMs: 400, maxMs: 400 } });
    await source.send(POISON);
    await eventually(() => target.state === 'failed', 'it has failed');
    await target.terminate();
    await source.sendBatch(items(40));
    await bench.runtime.quiet();
    expect(bench.undelivered('sink#0')).toBeUndefined();
    expect(bench.undelivered('relay#0')).toBeUndefined();
    expect(targetLetters(bench)).toBe(40);
  });

  it('that is supervised only then keeps nothing that others send it', async () => {
    await using bench = await Bench.open(open);
    const options = { queue: { capacity: 16 } };
    const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink', options });
    await source.send(POISON);
    await eventually(() => target.state === 'failed', 'it has failed');
    supervise(bench, ['sink']);
    await source.sendBatch(items(40));
    await bench.runtime.quiet();
    expect(bench.undelivered('relay#0')).toBeUndefined();
    expect(targetLetters(bench)).toBe(40);
    await bench.runtime.reload(bench.program, [target], { reset: 'all' });
    await source.send(POISON);
    await bench.runtime.quiet();
    expect(bench.runtime.supervision.status().actors).toMatchObject([{ actor: 'sink#0', restarts: 1 }]);
  });

  it('fails the request that it failed on, and answers those behind it', async () => {
    await using bench = await Bench.open(open);
    const answerer = await bench.launch('answerer');
    supervise(bench, ['answerer']);
    const failing = codeOf(answerer.request({ value: 1, route: 4 }));
    const answered = answerer.request<{ value: number }>({ value: 41 });
    await answerer.activate();
    expect(await failing).toBe('ActorFailed');
    expect((await answered).value).toBe(42);
  });

  it('can be reloaded while it waits, and starts again with the new code', async () => {
    await using bench = await Bench.open(open);
    const sink = await bench.active('sink', { queue: { capacity: 16 } });
    supervise(bench, ['sink'], { backoff: { minMs: 300, maxMs: 300 } });
    const next = await bench.load('conformance_next.cu');
    await sink.sendBatch([POISON, ...items(3)], ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    expect((await bench.runtime.reload(next, [sink])).kept).toEqual([sink]);
    expect(sink.state).toBe('failed');
    await bench.runtime.quiet();
    expect(sink.state).toBe('active');
    expect(await summaryOf(sink)).toMatchObject({ received: 3 });
  });

  it('needs no restart when a reload starts it afresh', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const sink = await bench.active('sink');
    supervise(bench, ['sink'], { backoff: { minMs: 100, maxMs: 100 } });
    await sink.sendBatch([POISON, ...items(3)], ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    await bench.runtime.reload(bench.program, [sink], { reset: 'all' });
    await bench.runtime.quiet();
    expect(restarts).toEqual([]);
    expect(sink.state).toBe('active');
    await sink.send(POISON, ITEM);
    await bench.runtime.quiet();
    expect(restarts.length).toBe(1); // it is supervised still
  });
}

function describeStrategies(open: OpenBench): void {
  it('starts again alone, or with all, or with those after it', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const actors = await family(bench);
    supervise(bench, ['a', 'b'], { id: 'one', maxRestarts: 9 });
    await actors.a.send(POISON, { ...ITEM, instance: 1 });
    await bench.runtime.quiet();
    expect(await received(actors)).toEqual([1, 0, 1, 1]);
    expect(restarts.map(({ instances }) => instances)).toEqual([['a#1']]);
  });

  it.each([
    ['one-for-all', 'b', [0, 0, 0, 0]],
    ['rest-for-one', 'a', [1, 0, 0, 0]],
    ['rest-for-one', 'b', [1, 1, 0, 0]],
    ['rest-for-one', 'c', [1, 1, 1, 0]],
  ] as const)('%s: the others rest until they start again together (%s fails)', async (strategy, failing, left) => {
    await using bench = await Bench.open(open);
    const actors = await family(bench);
    supervise(bench, ['a', 'b', 'c'], { strategy, backoff: { minMs: 30, maxMs: 30 } });
    await actors[failing].send(POISON, failing === 'a' ? { ...ITEM, instance: 1 } : ITEM);
    await eventually(() => actors[failing].state === 'failed', 'it has failed');
    await bench.runtime.quiet();
    expect(await received(actors)).toEqual(left);
    expect(Object.values(actors).map(({ state }) => state)).toEqual(['active', 'active', 'active']);
  });

  it('has its supervisor started again by the one above when that gives up', async () => {
    await using bench = await Bench.open(open);
    const { restarts, escalations } = watch(bench);
    const actors = await family(bench);
    supervise(bench, ['b'], { id: 'inner', maxRestarts: 1 });
    supervise(bench, ['a', 'inner'], { strategy: 'rest-for-one', maxRestarts: 1 });
    for (let failure = 0; failure < 3; failure++) {
      await actors.b.send(POISON, ITEM);
      await bench.runtime.quiet();
    }
    expect(restarts.map(({ supervisor }) => supervisor)).toEqual(['inner', 'top', 'inner']);
    expect(escalations).toMatchObject([
      { supervisor: 'inner', parent: 'top', instance: 'b#0', reason: 'too-many-restarts' },
    ]);
    expect(await received(actors)).toEqual([1, 1, 0, 1]);
  });
}

function describeEnds(open: OpenBench): void {
  it('ends with its group when it fails too often, and what waits is undelivered', async () => {
    await using bench = await Bench.open(open);
    const { restarts, escalations } = watch(bench);
    const actors = await family(bench);
    supervise(bench, ['a', 'b'], { maxRestarts: 2 });
    await actors.b.sendBatch([POISON, POISON, POISON, ...items(4)], ITEM);
    await bench.runtime.quiet();
    expect(restarts.length).toBe(2);
    expect(escalations).toMatchObject([{ supervisor: 'top', parent: undefined, instance: 'b#0' }]);
    expect([actors.a.state, actors.b.state, actors.c.state]).toEqual(['terminated', 'failed', 'active']);
    expect(bench.undelivered('b#0')).toEqual({ count: 4, reason: 'actor failed' });
    expect(await codeOf(actors.b.send(item(0), ITEM))).toBe('ActorFailed');
    expect(bench.runtime.supervision.status().actors.map(({ hasEnded }) => hasEnded)).toEqual([true, true, true]);
    const { processed, dropped, depth } = actors.b.telemetry()[0]!;
    const letters = bench.runtime.deadLetters.total;
    expect({ processed, dropped, depth, letters }).toEqual({ processed: 1, dropped: 3, depth: 4, letters: 3 });
  });

  it('is not started again when somebody ends it, and its siblings go on', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const actors = await family(bench);
    supervise(bench, ['b', 'c'], { strategy: 'one-for-all', backoff: { minMs: 50, maxMs: 50 } });
    await actors.b.sendBatch([POISON, item(0)], ITEM);
    await eventually(() => actors.b.state === 'failed', 'it has failed');
    const waiting = codeOf(summaryOf(actors.b));
    await actors.b.terminate();
    expect(await waiting).toBe('ActorFailed');
    await bench.runtime.quiet();
    expect(restarts).toEqual([]);
    expect([actors.b.state, actors.c.state]).toEqual(['terminated', 'active']);
    expect((await summaryOf(actors.c)).received).toBe(1);
    await bench.runtime.remove(actors.b);
    const { a, c } = actors;
    expect(bench.runtime.supervision.status().actors.map(({ actor }) => actor)).toEqual(['c#0']);
    expect([a.state, c.state]).toEqual(['active', 'active']);
  });

  it('is nobody any more when it is removed: another one may come by its name', async () => {
    await using bench = await Bench.open(open);
    const { restarts } = watch(bench);
    const actors = await family(bench);
    supervise(bench, ['b', 'c'], { strategy: 'one-for-all', backoff: { minMs: 50, maxMs: 50 } });
    await actors.c.send(POISON, ITEM);
    await eventually(() => actors.c.state === 'failed', 'it has failed');
    await actors.b.terminate();
    await bench.runtime.remove(actors.b);
    const other = await bench.active('sink', { name: 'b' });
    await other.send(item(0), ITEM);
    await bench.runtime.quiet();
    expect(restarts.map(({ instances }) => instances)).toEqual([['c#0']]);
    expect((await summaryOf(other)).received).toBe(1);
    const status = bench.runtime.supervision.status();
    expect(status.supervisors.map(({ children }) => children)).toEqual([['c']]);
    expect(status.actors.map(({ actor }) => actor)).toEqual(['c#0']);
    supervise(bench, ['b'], { id: 'another' });
    await actors.c.send(POISON, ITEM);
    await bench.runtime.quiet();
    expect(restarts.map(({ supervisor, instances }) => [supervisor, instances])).toEqual([
      ['top', ['c#0']],
      ['top', ['c#0']],
    ]);
    expect((await summaryOf(other)).received).toBe(1);
  });

  it('does not hold up the end of the runtime', async () => {
    const bench = await Bench.open(open);
    const sink = await bench.active('sink');
    supervise(bench, ['sink'], { backoff: { minMs: 5000, maxMs: 5000 } });
    await sink.sendBatch([POISON, ...items(3)], ITEM);
    await eventually(() => sink.state === 'failed', 'it has failed');
    const quiet = codeOf(bench.runtime.quiet());
    await bench[Symbol.asyncDispose]();
    expect(await quiet).toBe('RuntimeDisposed');
  });

  it('is refused a second supervisor, and an unknown child is named', async () => {
    await using bench = await Bench.open(open);
    await bench.active('sink');
    supervise(bench, ['sink']);
    const refused = (options: Partial<SupervisorOptions>): string => {
      try {
        supervise(bench, ['sink'], { id: 'other', ...options });
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'nothing';
    };
    expect(refused({})).toBe('AlreadySupervised');
    expect(refused({ id: 'top' })).toBe('DuplicateSupervisor');
    expect(refused({ id: 'sink' })).toBe('DuplicateSupervisor');
    expect(refused({ children: ['sunk'] })).toBe('UnknownChild');
    expect(refused({ children: ['top', 'top'] })).toBe('AlreadySupervised');
    expect(refused({ children: ['top'], maxRestarts: -1 })).toBe('InvalidSupervisor');
    expect(refused({ children: ['top'], backoff: { minMs: 20, maxMs: 10 } })).toBe('InvalidSupervisor');
    expect(refused({ children: ['top'] })).toBe('nothing');
  });
}
