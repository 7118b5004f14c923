import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BurstState, RunState, TelemetryFrame } from '../../../app/contract/run.ts';
import { HostFixture } from './studio-host.fixture.ts';
import type { OpenProject } from './project-host.ts';

const COUNTER = `#include <ring_kernel.cuh>
struct Add { uint32_t n = 1; };
struct Query {};
struct Sum { uint64_t sum; uint64_t count; };
struct SumState { uint64_t sum; uint64_t count; };
RING_KERNEL(counter, SumState);
RING_OUTPUT(counter, sums, Sum);
RING_ON(counter, Add) {
  state.count += 1;
  state.sum += 100 / msg.n;
  ctx.emit(sums, Sum{state.sum, state.count});
}
RING_ON(counter, Query) { ctx.reply(Sum{state.sum, state.count}); }
`;

const SINK = `#include <ring_kernel.cuh>
struct Sum { uint64_t sum; uint64_t count; };
struct SinkState { uint64_t seen; };
RING_KERNEL(sink, SinkState);
RING_ON(sink, Sum) {
  state.seen += 1;
  if (msg.count % 1000 == 0) printf("%d sums\\n", static_cast<int>(msg.count));
}
`;

const ONE = JSON.stringify({
  version: 1,
  name: 'One',
  actors: [{ id: 'one', kernel: 'counter', source: 'counter.cu' }],
});
const PAIR = JSON.stringify({
  version: 1,
  name: 'Pair',
  actors: [
    { id: 'one', kernel: 'counter', source: 'counter.cu', queue: { capacity: 64 } },
    { id: 'sink', kernel: 'sink', source: 'sink.cu', instances: 2 },
  ],
  channels: [{ from: 'one.sums', to: 'sink' }],
  inject: [{ to: 'one', type: 'Add', message: { n: 4 } }],
});

/** Opens a project that came from outside, and agrees to run it. */
async function start(fixture: HostFixture, topology: string): Promise<OpenProject> {
  const files = { 'topology.ring.json': topology, 'counter.cu': COUNTER, 'sink.cu': SINK };
  const project = await fixture.open(fixture.folderWith('project', files));
  const asked = await project.start({});
  if (asked.kind !== 'consent') throw new Error(`expected a question, not ${asked.kind}`);
  expect(await project.start({ agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
  return project;
}

const add = { to: 'one', type: 'Add', message: { n: 1 } };
const query = { to: 'one', type: 'Query', message: {}, timeoutMs: 5000 };

async function runOf(fixture: HostFixture, project: OpenProject): Promise<RunState> {
  return (await fixture.snapshot(project)).run;
}

async function burstEnd(fixture: HostFixture, project: OpenProject, id: string): Promise<BurstState> {
  const isOver = (burst: BurstState): boolean => burst.id === id && burst.status !== 'running';
  const { bursts } = await fixture.until(project, (view) => view.bursts.some(isOver), 'the burst is over');
  return bursts.find(isOver)!;
}

async function frame(
  project: OpenProject,
  isWanted: (frame: TelemetryFrame) => boolean,
  hz = 10,
): Promise<TelemetryFrame> {
  for await (const next of project.telemetry(hz, AbortSignal.timeout(10_000))) if (isWanted(next)) return next;
  throw new Error('no such frame within 10 s');
}

describe('a run', () => {
  test('sends what the topology brings along, and says so', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, PAIR);
    const seen = await frame(project, ({ processed }) => processed[0] === 1 && processed[1] === 1);
    expect(seen).toMatchObject({ ids: ['one', 'sink'], channelSent: [1], runId: 1 });
    const view = await fixture.until(project, ({ console }) => console.length >= 2, 'the lines are there');
    expect(view.console.map(({ kind, text }) => [kind, text.replace(/on CPU.*/, 'on CPU')])).toEqual([
      ['info', 'Run 1 started on CPU'],
      ['info', 'Sent the message that the topology brings along (inject).'],
    ]);
  });

  test('gives up a fault with its line, goes on around it, and a reset revives the actor', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, PAIR);
    await project.send({ ...add, message: { n: 0 } });
    const { run } = await fixture.until(
      project,
      (view) => view.run.actors[0]?.fault?.location !== undefined,
      'it has failed',
    );
    expect(run.phase).toBe('running');
    expect(run.actors[0]).toMatchObject({
      state: 'failed',
      fault: { instance: 0, cause: 'divide-by-zero', location: { file: 'counter.cu', line: 10 } },
    });
    expect(run.actors[1]?.state).toBe('active');
    await expect(project.send(add)).rejects.toMatchObject({ code: 'ActorFailed' });
    const letters = await project.listDeadLetters({ limit: 10 });
    expect(letters).toMatchObject([{ seq: 1, reason: 'actor-failed', to: 'one#0', type: 'Add', message: { n: 0 } }]);
    await project.reset(['one']);
    const after = (await runOf(fixture, project)).actors[0];
    expect(after).toMatchObject({ state: 'active' });
    expect(after?.fault).toBeUndefined();
    expect((await project.request(query)).message).toEqual({ sum: 0, count: 0 });
  });

  test('pauses, queues meanwhile, and resumes', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    await project.pause();
    expect(await runOf(fixture, project)).toMatchObject({ phase: 'paused', actors: [{ state: 'deactivated' }] });
    await project.send(add);
    await project.send(add);
    await frame(project, ({ depth, processed }) => depth[0] === 2 && processed[0] === 0);
    await project.resume();
    expect((await project.request(query)).message).toEqual({ sum: 200, count: 2 });
    expect(await runOf(fixture, project)).toMatchObject({ phase: 'running', actors: [{ state: 'active' }] });
  });

  test('takes a burst of 100,000 to the last message, while the event loop turns', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, PAIR);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const id = await project.burst({ ...add, count: 100_000 });
    expect(await burstEnd(fixture, project, id)).toMatchObject({ status: 'done', sent: 100_000 });
    clearInterval(timer);
    const total = await frame(project, ({ processed }) => processed[0] === 100_001 && processed[1] === 100_001);
    expect(total).toMatchObject({ channelSent: [100_001], dropped: [0, 0], depth: [0, 0] });
    expect((await project.request(query)).message).toMatchObject({ count: 100_001 });
    expect(turns).toBeGreaterThan(3);
    const view = await fixture.until(project, ({ console }) => console.some(({ kind }) => kind === 'print'), 'prints');
    expect(view.console.find(({ kind }) => kind === 'print')).toMatchObject({ actor: /^sink#/, text: /^\d+000 sums$/ });
  });

  test('keeps a burst to its rate, and cancels it', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    const id = await project.burst({ ...add, count: 1_000_000, rateHz: 1000 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await project.cancelBurst(id);
    const { status, sent } = await burstEnd(fixture, project, id);
    expect(status).toBe('cancelled');
    expect(sent).toBeGreaterThan(300);
    expect(sent).toBeLessThan(1500);
    expect((await project.request(query)).message).toMatchObject({ count: sent });
  });

  test('counts outputs exactly, and skips what no window could show', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    const reading = (async () => {
      const seen = { total: 0, rows: 0, skipped: 0 };
      for await (const batch of project.outputs(AbortSignal.timeout(20_000))) {
        seen.total = batch.total;
        seen.rows += batch.rows.length;
        seen.skipped += batch.skipped;
        expect(batch.rows.length).toBeLessThanOrEqual(200);
        if (batch.total === 50_000) break;
      }
      return seen;
    })();
    await burstEnd(fixture, project, await project.burst({ ...add, count: 50_000 }));
    const { total, rows, skipped } = await reading;
    expect(rows + skipped).toBe(total);
    const [newest] = await project.listOutputs(undefined, 1);
    expect(newest).toMatchObject({ seq: 50_000, from: 'one#0', port: 'sums', type: 'Sum', message: { count: 50_000 } });
    const before = await project.listOutputs(49_000, 10_000);
    expect(before[0]?.seq).toBe(48_999);
    expect(before.at(-1)?.seq).toBe(40_001);
  });

  test('shows telemetry that equals the runtime, to every window, and the last of it after the end', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    await burstEnd(fixture, project, await project.burst({ ...add, count: 5000 }));
    const isDone = ({ processed }: TelemetryFrame): boolean => processed[0] === 5000;
    const [a, b] = await Promise.all([frame(project, isDone), frame(project, isDone)]);
    for (const one of [a, b]) expect(one).toMatchObject({ sent: [5000], dropped: [0], depth: [0], deadLetters: 0 });
    await project.stop();
    expect(await frame(project, () => true)).toMatchObject({ runId: 1, processed: [5000] });
    const history = await project.telemetryHistory();
    expect(history.reduce((sum, { measured }) => sum + measured[0]!, 0)).toBe(5000);
  });

  test('misses no message in the percentiles of a window that looks rarely', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    let measured = 0;
    const watching = frame(project, (next) => (measured += next.measured[0]!) >= 5000, 3);
    await burstEnd(fixture, project, await project.burst({ ...add, count: 5000, rateHz: 4000 }));
    await watching;
    expect(measured).toBe(5000);
  });

  test('stops a runaway handler at once, and can start again', async () => {
    await using fixture = new HostFixture({
      runtime: { workers: 1, arenaBytes: 268_435_456, handlerBudgetMs: 60_000 },
    });
    const { id } = await fixture.host.createProject({ name: 'endless', template: 'kernel' });
    const project = await fixture.host.project(id);
    await fixture.edit(project, 'endless.cu', (text) =>
      text.replace('{ ctx.reply', '{ volatile int i = 0; while (msg.a == 1.0f) i = i + 1; ctx.reply'),
    );
    expect(await project.start({})).toEqual({ kind: 'started' });
    await project.send({ to: 'endless', type: 'Question', message: {} });
    const startedMs = performance.now();
    await project.stop();
    expect(performance.now() - startedMs).toBeLessThan(30_000); // its budget has not come to its end
    expect(await project.start({})).toEqual({ kind: 'started' });
    expect(await runOf(fixture, project)).toMatchObject({ phase: 'running', runId: 2 });
    await expect(project.start({})).rejects.toMatchObject({ code: 'AlreadyRunning' });
  });

  test('names what does not fit: actors, types, fields, documents', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, ONE);
    await expect(project.send({ ...add, to: 'oen' })).rejects.toMatchObject({ code: 'UnknownActor' });
    await expect(project.send({ ...add, to: 'one#7' })).rejects.toMatchObject({ code: 'UnknownInstance' });
    await expect(project.send({ ...add, type: 'Nope' })).rejects.toMatchObject({ code: 'UnknownMessageType' });
    await expect(project.send({ ...add, message: { m: 1 } })).rejects.toMatchObject({ code: 'InvalidMessage' });
    await expect(project.burst({ ...add, count: 2, message: { m: 1 } })).rejects.toMatchObject({
      code: 'InvalidMessage',
    });
    await fixture.edit(project, 'topology.ring.json', () => PAIR);
    expect((await runOf(fixture, project)).isOutdated).toBe(true);
    await fixture.edit(project, 'topology.ring.json', () => ONE.replace('"One"', '"Two"'));
    expect((await runOf(fixture, project)).isOutdated).toBe(false);
    await project.stop();
    await fixture.edit(project, 'topology.ring.json', () => ONE.replace('counter.cu', 'gone.cu'));
    const result = await project.start({});
    expect(result).toMatchObject({ kind: 'problems', problems: [{ code: 'source-not-found' }] });
  });

  test('says which files what came from outside would write', async () => {
    await using fixture = new HostFixture();
    const sinks = [
      { id: 'all', host: 'sink', file: 'out/sums.csv' },
      { id: 'log', host: 'sink', file: 'log.jsonl', mode: 'append' },
    ];
    const channels = sinks.map(({ id }) => ({ from: 'one.sums', to: id }));
    const text = JSON.stringify({ ...(JSON.parse(ONE) as object), hosts: sinks, channels });
    const project = await fixture.open(
      fixture.folderWith('project', { 'topology.ring.json': text, 'counter.cu': COUNTER }),
    );
    const writes = [
      { path: 'out/sums.csv', mode: 'replace' },
      { path: 'log.jsonl', mode: 'append' },
    ];
    expect(await project.start({})).toMatchObject({ kind: 'consent', request: { writes } });
  });

  test('asks before it runs what came from outside, once, and again only when that changes outside', async () => {
    await using fixture = new HostFixture();
    const dir = fixture.folderWith('project', { 'topology.ring.json': ONE, 'counter.cu': COUNTER });
    const project = await fixture.open(dir);
    const asked = await project.start({});
    expect(asked).toMatchObject({
      kind: 'consent',
      request: {
        dir: (await fixture.snapshot(project)).project.dir,
        device: 'cpu',
        sources: ['counter.cu'],
        actorCount: 1,
      },
    });
    expect(await project.start({ agreedHash: 'something else' })).toEqual(asked);
    if (asked.kind !== 'consent') return;
    expect(await project.start({ agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
    await project.stop();
    await fixture.edit(project, 'counter.cu', (text) => `// mine\n${text}`);
    expect(await project.start({})).toEqual({ kind: 'started' });
    await project.stop();
    await fixture.edit(project, 'counter.cu', (text) => `// not this\n${text}`);
    await project.revertFile('counter.cu');
    expect(await project.start({})).toEqual({ kind: 'started' });
    await project.stop();
    writeFileSync(join(dir, 'counter.cu'), `// theirs\n${COUNTER}`);
    await fixture.until(project, ({ files }) => files.some(({ text }) => text.startsWith('// theirs')), 'it is seen');
    expect((await project.start({})).kind).toBe('consent');
    await fixture.edit(project, 'counter.cu', (text) => `// mine\n${text}`);
    expect((await project.start({})).kind).toBe('consent');
    // What was agreed to once may lie anywhere, in another host, too.
    await fixture.restart();
    const copy = fixture.folderWith('copy', { 'topology.ring.json': ONE, 'counter.cu': COUNTER });
    expect(await (await fixture.open(copy)).start({})).toEqual({ kind: 'started' });
  });
});
