import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { recordComparison } from './comparison.ts';
import { medianTime } from './latencies.ts';
import { NACT_DIFFERS, NactActors } from './nact-actors.ts';
import { PostMessageActors } from './post-message-actors.ts';
import { interleave } from './rounds.ts';
import { compileKernel, device, MOST_ON_GPU, openRuntime, until } from './studio.ts';

export const title = 'actors: 1 to 10,000 of capacity 16 and an outbox of 16, against postMessage and nact';

const COUNTS = [1, 10, 50, 200, 1000, 10_000];
/** Of more actors only throughput is measured. */
const MOST_ASKED = 200;
const REQUESTS = 1000;
const ROUNDS = 5;
const ROUND_MS = 200;
const QUEUE = { capacity: 16, outbox: 16 };

export async function run({ print, record }: BenchContext): Promise<void> {
  print(NACT_DIFFERS);
  for (const count of COUNTS.filter((each) => device === 'cpu' || each <= MOST_ON_GPU)) {
    await using runtime = await openRuntime();
    const program = await compileKernel(runtime, 'counter');
    globalThis.gc?.();
    const { rss, freeBytes } = { rss: process.memoryUsage.rss(), freeBytes: runtime.device.arena.freeBytes };
    const startedAt = performance.now();
    const actors = await runtime.launch(program.kernel('counter'), { instances: count, queue: QUEUE });
    const launchedAt = performance.now();
    await actors.activate();
    const activatedAt = performance.now();
    globalThis.gc?.();
    const label = labelOf(count);
    record({ name: `${label}: launch`, value: launchedAt - startedAt, unit: 'ms' });
    record({ name: `${label}: activate`, value: activatedAt - launchedAt, unit: 'ms' });
    const arenaBytes = (freeBytes - runtime.device.arena.freeBytes) / count;
    record({ name: `${label}: arena an actor`, value: arenaBytes, unit: 'bytes' });
    if (count >= 1000) {
      const rssBytes = (process.memoryUsage.rss() - rss) / count;
      record({
        name: `${label}: resident memory an idle actor`,
        value: rssBytes,
        unit: 'bytes',
        note: 'whole process',
      });
    }
    await inTurn(runtime, actors, record);
    record({ name: `${label}: restart (end, launch again, activate)`, value: await again(runtime, count), unit: 'ms' });
    if (count <= MOST_ASKED) await ask(runtime, count, record);
  }
}

/** How long it takes until other actors are there in the place of some, in ms. */
async function again(runtime: StudioRuntime, count: number): Promise<number> {
  const program = await compileKernel(runtime, 'counter');
  const options = { name: 'again', instances: count, queue: QUEUE };
  const first = await runtime.launch(program.kernel('counter'), options);
  await first.activate();
  const startedAt = performance.now();
  await first.terminate();
  await runtime.remove(first);
  const second = await runtime.launch(program.kernel('counter'), options);
  await second.activate();
  const durationMs = performance.now() - startedAt;
  await second.terminate();
  await runtime.remove(second);
  return durationMs;
}

/** Messages to each in turn, against what one would do without: a worker that keeps sums, and actors of nact. */
async function inTurn(runtime: StudioRuntime, actors: Actor, record: BenchContext['record']): Promise<void> {
  const count = actors.instances.length;
  await using posting = new PostMessageActors(count);
  using nact = new NactActors(count);
  for (const burst of [1, 16]) {
    const results = await interleave(ROUNDS, [
      { name: 'actors', run: () => roundRobin(runtime, actors, burst) },
      { name: 'postMessage', run: () => posting.inTurn(burst, ROUND_MS) },
      { name: 'nact', run: () => nact.inTurn(burst, ROUND_MS) },
    ]);
    const label = `${labelOf(count)}: ${burst === 1 ? 'one by one' : 'sixteen at a time'}, in turn`;
    recordComparison(record, { label, unit: 'M msg/s', results });
  }
}

/** A question to each in turn, the next one when the answer is there. */
async function ask(runtime: StudioRuntime, count: number, record: BenchContext['record']): Promise<void> {
  const program = await compileKernel(runtime, 'request');
  const adders = await runtime.launch(program.kernel('adder'), { instances: count, queue: QUEUE });
  await adders.activate();
  await using posting = new PostMessageActors(count);
  using nact = new NactActors(count);
  const question = { a: 1, b: 2 };
  const results = await interleave(ROUNDS, [
    { name: 'request', run: () => medianTime(REQUESTS, () => adders.request(question)) },
    { name: 'postMessage', run: () => medianTime(REQUESTS, () => posting.ask(question)) },
    { name: 'nact', run: () => medianTime(REQUESTS, () => nact.ask(question)) },
  ]);
  const label = `${labelOf(count)}: asked in turn, p50`;
  recordComparison(record, { label, unit: 'µs', results });
}

function labelOf(count: number): string {
  return count === 1 ? '1 actor' : `${count.toLocaleString('en')} actors`;
}

/** Sends `burst` messages to each actor in turn until the time is up, and waits until all are processed. */
async function roundRobin(runtime: StudioRuntime, actors: Actor, burst: number): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  const fill = (message: { by: number }): void => {
    message.by = 1;
  };
  await until(() => {
    let now = 0;
    for (let i = 0; i < 1000; i++) now += actors.sendEach(burst, fill);
    sent += now;
    if (performance.now() - startedAt >= ROUND_MS) return 'done';
    return now > 0 ? 'busy' : 'idle';
  });
  await runtime.quiet();
  return (sent / (performance.now() - startedAt)) * 1000;
}
