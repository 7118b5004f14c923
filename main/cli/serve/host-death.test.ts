import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { BurstState, LostMessages, RunState } from '../../../app/contract/run.ts';
import { readJournal } from '../../host/studio/journal/journal-layout.ts';
import { describeJournal } from '../../host/studio/journal/lost-run.ts';
import { Place, token, urlOf, Window } from './serve.fixture.ts';

const SOURCE = `#include <ring_kernel.cuh>
struct Work { uint32_t turns = 1; };
struct Query {};
struct Done { uint64_t count; };
struct WorkerState { uint64_t count; uint32_t noise; };
RING_KERNEL(worker, WorkerState);
RING_OUTPUT(worker, results, Done);
RING_ON(worker, Work) {
  for (uint32_t turn = 0; turn < msg.turns; ++turn) state.noise = state.noise * 1664525u + 1013904223u;
  ctx.emit(results, Done{++state.count});
}
RING_ON(worker, Query) { ctx.reply(Done{state.count}); }

struct SinkState { uint64_t seen; };
RING_KERNEL(sink, SinkState);
RING_ON(sink, Done) { state.seen += 1; }
`;
const TOPOLOGY = JSON.stringify({
  version: 1,
  name: 'Death',
  actors: [
    { id: 'worker', kernel: 'worker', source: 'death.cu', queue: { capacity: 4096 } },
    { id: 'sink', kernel: 'sink', source: 'death.cu' },
  ],
  channels: [{ from: 'worker.results', to: 'sink' }],
  inject: [{ to: 'worker', type: 'Work', message: { turns: 1 } }],
});

const args = ['project', '--port', '0', '--token', token];
const work = { to: 'worker', type: 'Work', message: { turns: 1 } };
const query = { to: 'worker', type: 'Query', message: {} };

/** A studio on a project of two actors, which is killed and started again. */
class Studio implements Disposable {
  readonly #place = new Place();
  #child: ChildProcess | undefined;

  constructor() {
    writeFileSync(join(this.#place.project, 'topology.ring.json'), TOPOLOGY);
    writeFileSync(join(this.#place.project, 'death.cu'), SOURCE);
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get journals(): readonly string[] {
    const projects = join(this.#place.folder, 'state', 'projects');
    const paths = readdirSync(projects).map((id) => join(projects, id, 'run.journal'));
    return paths.filter((path) => existsSync(path));
  }

  /** What would be told if it died now; undefined while it is being written. */
  get account(): LostMessages | undefined {
    const [path] = this.journals;
    const journal = path === undefined ? undefined : readJournal(readFileSync(path));
    return describeJournal(journal, 0).lost.messages ?? undefined;
  }

  async start(): Promise<Window> {
    this.#child = this.#place.start(args);
    return new Window(await urlOf(this.#child));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = once(this.#child!, 'exit');
    this.#child!.kill(signal);
    await ended;
  }

  [Symbol.dispose](): void {
    this.#place[Symbol.dispose]();
  }
}

async function run({ studio, projectId }: Window): Promise<void> {
  const asked = await studio.run.start.mutate({ projectId });
  const agreed = asked.kind === 'consent' ? { agreedHash: asked.request.hash } : {};
  const { kind } = asked.kind === 'started' ? asked : await studio.run.start.mutate({ projectId, ...agreed });
  expect(kind).toBe('started');
}

async function runState(window: Window): Promise<RunState> {
  return (await window.snapshot()).run;
}

async function lostMessages(window: Window): Promise<LostMessages> {
  return (await runState(window)).lost!.messages!;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sends and asks without end until the connection is gone. Counts what was asked for, and what was answered. */
function press({ studio, projectId }: Window, lanes: number): { asked: number; told: number } {
  const count = { asked: 0, told: 0 };
  const lane = async (number: number): Promise<void> => {
    try {
      for (;;) {
        count.asked++;
        if (number % 2 === 0) await studio.inject.send.mutate({ projectId, ...work });
        else await studio.inject.request.mutate({ projectId, ...query });
        count.told++;
      }
    } catch {
      // the host is gone
    }
  };
  for (let number = 0; number < lanes; number++) void lane(number);
  return count;
}

describe('a host that is killed while actors run', () => {
  test('has written down every message that it had told a window of, and no other but what was in flight', async () => {
    using place = new Studio();
    let burstTold = 0;
    let count = { asked: 0, told: 0 };
    {
      await using window = await place.start();
      window.follow((event) => {
        if (event.type === 'burst') burstTold = event.burst.sent;
      });
      await run(window);
      const { studio, projectId } = window;
      const burst = { ...work, message: { turns: 2000 }, count: 100_000_000 };
      await studio.inject.burst.mutate({ projectId, ...burst });
      count = press(window, 8);
      const isUnderWay = (): boolean =>
        count.told >= 50 && burstTold >= 10_000 && (place.account?.finished ?? 0) > 10_000;
      await expect.poll(isUnderWay, { timeout: 20_000, interval: 20 }).toBe(true);
      await place.end('SIGKILL');
    }
    await using window = await place.start();
    const { run: after, bursts } = await window.snapshot();
    const messages = after.lost!.messages!;
    const [burst] = bursts;
    expect(burst).toMatchObject({ to: 'worker', type: 'Work', count: 100_000_000, status: 'interrupted' });
    expect(burst!.sent).toBeGreaterThanOrEqual(burstTold);
    const injected = 1;
    const singles = messages.accepted - burst!.sent - injected;
    expect(singles).toBeGreaterThanOrEqual(count.told);
    expect(singles).toBeLessThanOrEqual(count.asked);
    expect(messages.accepted + messages.sentByActors).toBe(messages.finished + messages.unknown);
    expect(messages.unknown).toBeGreaterThan(0);
    expect(messages.finished).toBeGreaterThan(0);
    expect(after).toMatchObject({ phase: 'idle', runId: 1 });
    // Windows keep the outputs that they have of the run.
    expect(await window.outputs()).toMatchObject({ runId: 1, total: 0, rows: [] });
    expect(after.actors.map(({ id, state }) => [id, state])).toEqual([
      ['worker', 'terminated'],
      ['sink', 'terminated'],
    ]);
  });

  test('knows of all that had ended a moment before; the account outlives the next death, and goes when it was read', async () => {
    using place = new Studio();
    let accepted = { run: '', number: 0 };
    let killedAtMs = 0;
    {
      await using window = await place.start();
      await run(window);
      const { studio, projectId } = window;
      for (let i = 0; i < 20; i++) ({ accepted } = await studio.inject.send.mutate({ projectId, ...work }));
      await studio.inject.request.mutate({ projectId, ...query });
      await expect.poll(() => place.account?.finishedThrough, { timeout: 20_000 }).toBe(22);
      killedAtMs = Date.now();
      await place.end('SIGKILL');
    }
    expect(accepted.number).toBe(21);
    let foundAtMs = 0;
    for (const _death of [1, 2]) {
      await using window = await place.start();
      const { lost } = await runState(window);
      foundAtMs ||= lost!.foundAtMs;
      expect(lost).toMatchObject({
        key: accepted.run,
        foundAtMs,
        messages: { accepted: 22, sentByActors: 21, finished: 43, unknown: 0, finishedThrough: 22, deadLetters: 0 },
      });
      expect(lost!.lastSignAtMs).toBeGreaterThan(killedAtMs - 1500);
      expect(lost!.lastSignAtMs).toBeLessThanOrEqual(killedAtMs + 100);
      await place.end('SIGKILL');
    }
    {
      await using window = await place.start();
      const { studio, projectId } = window;
      await studio.run.dismissLost.mutate({ projectId });
      expect((await runState(window)).lost).toBeUndefined();
      await place.end('SIGKILL');
    }
    await using window = await place.start();
    expect(await runState(window)).toMatchObject({ runId: 0, actors: [] });
    expect(place.journals).toEqual([]);
  });

  test('tells of the latest run only; a start replaces the account', async () => {
    using place = new Studio();
    {
      await using window = await place.start();
      await run(window);
      await place.end('SIGKILL');
    }
    await using window = await place.start();
    expect((await lostMessages(window)).accepted).toBeLessThanOrEqual(1);
    await run(window);
    const { lost, runId } = await runState(window);
    expect([lost, runId]).toEqual([undefined, 2]);
    await window.studio.inject.send.mutate({ projectId: window.projectId, ...work });
    await place.end('SIGKILL');
    await using next = await place.start();
    expect((await lostMessages(next)).accepted).toBe(2);
  });

  test('whose journal could not be written: it is said, and no numbers of another run', async () => {
    using place = new Studio();
    {
      await using window = await place.start();
      await run(window);
      await place.end('SIGKILL');
    }
    const [path] = place.journals;
    mkdirSync(`${path!}.new`); // as on a full disk, what is there can be emptied, and nothing new written
    {
      await using window = await place.start();
      expect((await runState(window)).lost?.key).toBeTypeOf('string');
      await run(window);
      await window.studio.inject.send.mutate({ projectId: window.projectId, ...work });
      await place.end('SIGKILL');
    }
    {
      await using window = await place.start();
      expect((await runState(window)).lost).toMatchObject({ key: null, startedAtMs: null, messages: null });
      await run(window);
      await window.studio.run.stop.mutate({ projectId: window.projectId });
      await place.end('SIGKILL');
    }
    await using window = await place.start();
    expect((await runState(window)).lost).toBeUndefined();
  });

  test('whose journal cannot be read: nothing is claimed, and the project runs', async () => {
    using place = new Studio();
    {
      await using window = await place.start();
      await run(window);
      await place.end('SIGKILL');
    }
    const [path] = place.journals;
    writeFileSync(path!, readFileSync(path!).fill(0xff, 0, 100));
    await using window = await place.start();
    const { lost } = await runState(window);
    expect(lost).toMatchObject({ key: null, startedAtMs: null, lastSignAtMs: null, messages: null });
    await run(window);
    expect((await runState(window)).lost).toBeUndefined();
  });
});

describe('a host that ends in order', () => {
  test('leaves no journal, whether the actors were stopped before or not', async () => {
    using place = new Studio();
    {
      await using window = await place.start();
      const { projectId } = window;
      await run(window);
      expect(place.journals).toHaveLength(1);
      await window.studio.run.stop.mutate({ projectId });
      expect(place.journals).toEqual([]);
      await run(window);
      await window.studio.inject.send.mutate({ projectId, ...work });
      await place.end('SIGTERM');
    }
    expect(place.journals).toEqual([]);
    await using window = await place.start();
    expect((await runState(window)).lost).toBeUndefined();
  });
});

/** Processes that `pid` has started. */
function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** What a window has been told, until it has been told what is waited for. */
class Told {
  readonly #events: ProjectEvent[] = [];

  constructor(window: Window) {
    window.follow((event) => this.#events.push(event));
  }

  async until(what: string, isIt: (event: ProjectEvent) => boolean): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(2)) if (this.#events.some(isIt)) return;
    throw new Error(`not told within 30 s: ${what}`);
  }

  /** Forgets what was told so far. */
  clear(): void {
    this.#events.length = 0;
  }

  get lastBurst(): BurstState | undefined {
    return this.#events.flatMap((event) => (event.type === 'burst' ? [event.burst] : [])).at(-1);
  }
}

describe('a compiler process that is killed while actors run (Linux: /proc)', () => {
  beforeEach((ctx) => {
    if (process.platform !== 'linux') ctx.skip('the compiler process is found in /proc');
  });
  test('ends no run and no check: both go on, and a save compiles and loads', async () => {
    using place = new Studio();
    await using window = await place.start();
    const { studio, projectId } = window;
    const told = new Told(window);
    await run(window);
    await studio.inject.burst.mutate({ projectId, ...work, count: 1_000_000, rateHz: 20_000 });
    for (const round of [1, 2]) {
      const hasProblem = (event: ProjectEvent): boolean => event.type === 'problems' && event.path === 'death.cu';
      const isChecking = (event: ProjectEvent): boolean => event.type === 'checking' && event.isChecking;
      const isChecked = (event: ProjectEvent): boolean => event.type === 'checking' && !event.isChecking;
      told.clear();
      // New each time: what was compiled before comes from the cache, without the compiler.
      await window.type('death.cu', SOURCE.replace('state.seen += 1', `state.seen += 1 /* ${Date.now()} ${round} */`));
      await told.until('a check begins', isChecking);
      const [compiler, ...others] = childrenOf(place.pid);
      expect(others).toEqual([]);
      process.kill(compiler!, 'SIGKILL');
      await told.until('the check ends', isChecked);
      await told.until('its findings', hasProblem);
      expect((await window.snapshot()).problems['death.cu']?.problems).toEqual([]);
      expect(childrenOf(place.pid)).not.toContain(compiler);

      told.clear();
      await studio.files.save.mutate({ projectId });
      const isLoaded = (event: ProjectEvent): boolean =>
        event.type === 'revision' && event.revision.number === round + 1 && event.revision.status === 'loaded';
      await told.until('the saved source runs', isLoaded);
      const { phase, runId } = await runState(window);
      expect([phase, runId]).toEqual(['running', 1]);
    }
    const before = told.lastBurst?.sent ?? 0;
    told.clear();
    await told.until('the burst goes on', ({ type }) => type === 'burst');
    expect(told.lastBurst).toMatchObject({ status: 'running' });
    expect(told.lastBurst!.sent).toBeGreaterThan(before);
    expect((await studio.inject.request.mutate({ projectId, ...query, timeoutMs: 5000 })).type).toBe('Done');
  });
});
