import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { percentile, summarize } from './rounds.ts';
import { measureJobs } from './simt-jobs.ts';
import { benchCache, compileKernel, openRuntime } from './studio.ts';
import { alternate } from './timed-rounds.ts';

export const title = 'threads of a block: barriers, shuffles, shared memory against native code, Asyncify, memory';

const ROUNDS = 24;
const WIDTHS = [32, 256, 1024];
/** Waits of threads in a round. */
const WAITS = 400_000;
const VISITS = 256;
const EDITS = 15;
const LAUNCHES = 5;

export async function run(context: BenchContext): Promise<void> {
  {
    await using runtime = await openRuntime({ workers: 1, handlerBudgetMs: 60_000 });
    await measureWaits(runtime, context);
    await measureJobs(runtime, context);
  }
  await measureEdits(context);
  await measureMemory(context);
}

async function measureWaits(runtime: StudioRuntime, { record }: BenchContext): Promise<void> {
  const program = await compileKernel(runtime, 'simt');
  const contenders = [];
  for (const block of WIDTHS) {
    const actor = await runtime.launch(program.kernel('waiting'), { name: `waiting ${block}`, block });
    await actor.activate();
    contenders.push(
      { name: `barrier, ${block} threads`, run: () => waits(actor, 'Barriers', block) },
      { name: `warp shuffle, ${block} threads`, run: () => waits(actor, 'Shuffles', block) },
      { name: `handler that does nothing, ${block} threads`, run: () => visits(actor, block) },
    );
  }
  for (const [name, { quartile, note }] of await alternate(ROUNDS, contenders)) {
    const goal = name.startsWith('barrier') ? '; goal ≤ 150' : '';
    record({ name, value: quartile, unit: 'ns', note: `each thread; ${note}${goal}` });
  }
}

/** Nanoseconds for one wait of one thread; the first one, at which threads get their stacks, does not count. */
async function waits(actor: Actor, type: string, threads: number): Promise<number> {
  const rounds = Math.ceil(WAITS / threads);
  const first = await elapsed(() => actor.request({ rounds: 1 }, { type }));
  const all = await elapsed(() => actor.request({ rounds: 1 + rounds }, { type }));
  return ((all - first) * 1e6) / (rounds * threads);
}

/** Nanoseconds for one thread, from the message on. */
async function visits(actor: Actor, threads: number): Promise<number> {
  const ms = await elapsed(async () => {
    for (let visit = 0; visit < VISITS; visit++) actor.trySend({}, { type: 'Visit' });
    await actor.request({ rounds: 0 }, { type: 'Barriers' });
  });
  return (ms * 1e6) / (VISITS * threads);
}

/** Edit → the new code answers, with a barrier in it and without. */
async function measureEdits({ record }: BenchContext): Promise<void> {
  mkdirSync(benchCache, { recursive: true });
  const folder = mkdtempSync(join(benchCache, 'simt-'));
  try {
    await using runtime = await openRuntime({ workers: 1, cacheDir: join(folder, 'cache') });
    const totals = { 'with a barrier': [] as number[], 'without one': [] as number[] };
    const asyncify: number[] = [];
    for (let edit = -1; edit < EDITS; edit++) {
      for (const [name, list] of Object.entries(totals)) {
        const ms = await elapsed(() =>
          answer(runtime, join(folder, 'sums.cu'), { edit, waits: name !== 'without one' }),
        );
        const stage = runtime.compiler.statistics.lastDurations['asyncify'];
        if ((stage !== undefined) !== (name !== 'without one')) throw new Error(`${name}: Asyncify took ${stage} ms`);
        if (edit < 0) continue; // starts the compiler process
        list.push(ms);
        if (stage !== undefined) asyncify.push(stage);
      }
    }
    for (const [name, list] of [...Object.entries(totals), ['  of it Asyncify', asyncify] as const]) {
      const sorted = list.toSorted((a, b) => a - b);
      const label = name.startsWith(' ') ? name : `edit → answer, 256 threads ${name}`;
      record({ name: label, value: percentile(sorted, 0.25), unit: 'ms', note: summarize(list).note });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function answer(
  runtime: StudioRuntime,
  file: string,
  { edit, waits: hasBarrier }: { readonly edit: number; readonly waits: boolean },
): Promise<void> {
  writeFileSync(file, source(edit, hasBarrier));
  const program = await runtime.compile(file);
  const actor = await runtime.launch(program.kernel('sums'));
  await actor.activate();
  const { result } = await actor.request<{ result: number }>({ value: 1 });
  if (result !== 1 + 1000 + edit) throw new Error(`the old code answered: ${result}`);
  await actor.terminate();
  await runtime.remove(actor);
}

function source(edit: number, hasBarrier: boolean): string {
  return `#include <ring_kernel.cuh>
struct Question { int32_t value; };
struct Answer { int32_t result; };
RING_KERNEL(sums);
RING_BLOCK(sums, 256);
RING_ON(sums, Question) {
  __shared__ int32_t values[256];
  values[threadIdx.x] = msg.value + ${1000 + edit};
  ${hasBarrier ? '__syncthreads();' : ''}
  if (ctx.leader()) ctx.reply(Answer{values[${hasBarrier ? 255 : 0}]});
}
`;
}

/** What a block of 1,024 threads takes once it has waited, beyond one of 32 of the same program. */
async function measureMemory({ record }: BenchContext): Promise<void> {
  const reserved: number[] = [];
  const resident: number[] = [];
  for (let launch = 0; launch < LAUNCHES; launch++) {
    await using runtime = await openRuntime({ workers: 1 });
    const program = await compileKernel(runtime, 'simt');
    const place = async (block: number): Promise<void> => {
      const actor = await runtime.launch(program.kernel('waiting'), { name: `waiting ${block}`, block });
      await actor.activate();
      for (const type of ['Barriers', 'Shuffles']) await actor.request({ rounds: 100 }, { type });
    };
    await place(32);
    const before = { free: runtime.device.arena.freeBytes, rss: residentBytes() };
    await place(1024);
    reserved.push((before.free - runtime.device.arena.freeBytes) / 1024);
    resident.push((residentBytes() - before.rss) / 1024);
  }
  record({
    name: 'a thread of 1,024, reserved',
    value: summarize(reserved).median,
    unit: 'bytes',
    note: 'address space',
  });
  const { median, note } = summarize(resident);
  record({ name: 'a thread of 1,024 that has waited, resident', value: median, unit: 'bytes', note });
}

function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
