import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { percentile, summarize } from './rounds.ts';
import { benchCache, openRuntime } from './studio.ts';

export const title = 'reload: edit one of ten running actors → it answers with the new code, its state kept';

const ACTORS = 10;
const EDITS = 25;
/** Messages that lie in the edited actor's queue while it is reloaded. */
const BACKLOG = 500;

export async function run({ record }: BenchContext): Promise<void> {
  mkdirSync(benchCache, { recursive: true });
  const folder = mkdtempSync(join(benchCache, 'reload-'));
  try {
    await edits(folder, record);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function edits(folder: string, record: BenchContext['record']): Promise<void> {
  await using runtime = await openRuntime({ cacheDir: join(folder, 'cache') });
  const actors: Actor[] = [];
  for (let index = 0; index < ACTORS; index++) actors.push(await start(runtime, writeActor(folder, index, index)));
  const totals: number[] = [];
  const swaps: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const actor = actors[edit % ACTORS]!;
    const shift = 1000 + edit;
    const backlog = Array.from({ length: BACKLOG }, () => ({ value: 0 }));
    const startedAt = performance.now();
    const program = await runtime.compile(writeActor(folder, edit % ACTORS, shift));
    await actor.sendBatch(backlog, { type: 'Ping' });
    const swappedAt = performance.now();
    const { unused } = await runtime.reload(program, [actor]);
    swaps.push(performance.now() - swappedAt);
    const { result, count } = await actor.request<{ result: number; count: number }>(
      { value: 1 },
      { type: 'Question' },
    );
    totals.push(performance.now() - startedAt);
    for (const old of unused) await runtime.unload(old);
    const expected = { result: 1 + shift, count: (Math.floor(edit / ACTORS) + 1) * BACKLOG };
    if (result !== expected.result || count !== expected.count)
      throw new Error(`got ${result} after ${count} messages, not ${expected.result} after ${expected.count}`);
  }
  const sorted = totals.toSorted((a, b) => a - b);
  record({ name: 'edit → answer p50', value: percentile(sorted, 0.5), unit: 'ms', note: `${EDITS} edits` });
  record({ name: 'edit → answer p95', value: percentile(sorted, 0.95), unit: 'ms', note: 'goal ≤ 400' });
  const { median, note } = summarize(swaps);
  record({ name: '  reload alone', value: median, unit: 'ms', note: `${BACKLOG} messages in flight; ${note}` });
}

async function start(runtime: StudioRuntime, file: string): Promise<Actor> {
  const program = await runtime.compile(file);
  const actor = await runtime.launch(program.kernels[0]!);
  await actor.activate();
  return actor;
}

function writeActor(folder: string, index: number, shift: number): string {
  const file = join(folder, `live_${index}.cu`);
  writeFileSync(
    file,
    `#include <ring_kernel.cuh>

struct Ping { int32_t value; };
struct Question { int32_t value; };
struct Answer { int32_t result; uint64_t count; };
struct State { uint64_t count; };

__device__ int32_t shifted(int32_t value) { return value + ${shift}; }

RING_KERNEL(live_${index}, State);
RING_ON(live_${index}, Ping) { state.count += 1; }
RING_ON(live_${index}, Question) { ctx.reply(Answer{shifted(msg.value), state.count}); }
`,
  );
  return file;
}
