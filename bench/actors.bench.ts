import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { summarize } from './rounds.ts';
import { compileKernel, openRuntime, until } from './studio.ts';

export const title = 'actors: 1 to 10,000 of capacity 16 and an outbox of 16';

const COUNTS = [1, 10, 100, 1000, 10_000];
const ROUNDS = 5;
const ROUND_MS = 200;
const QUEUE = { capacity: 16, outbox: 16 };

export async function run({ record }: BenchContext): Promise<void> {
  for (const count of COUNTS) {
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
    const label = count === 1 ? '1 actor' : `${count.toLocaleString('en')} actors`;
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
    for (const burst of [1, 16]) {
      const values: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) values.push(await roundRobin(runtime, actors, burst));
      const { median, note } = summarize(values.slice(1));
      const name = `${label}: ${burst === 1 ? 'one by one' : 'sixteen at a time'}, in turn`;
      record({ name, value: median / 1e6, unit: 'M msg/s', note: `${note} (msg/s)` });
    }
  }
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
