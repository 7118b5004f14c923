import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Actor, StudioRuntime } from '../main/index.ts';
import type { BenchContext } from './bench-context.ts';
import { percentile, summarize } from './rounds.ts';
import { benchCache, device, openRuntime } from './studio.ts';

export const title = 'compile: cold, warm, cached; edit one actor of ten → the new code answers';

const ACTORS = 10;
const COLD_ROUNDS = 3;
const EDITS = 25;

export async function run({ record }: BenchContext): Promise<void> {
  mkdirSync(benchCache, { recursive: true });
  const folder = mkdtempSync(join(benchCache, 'compile-'));
  try {
    await coldWarmCached(folder, record);
    await edits(folder, record);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function coldWarmCached(folder: string, record: BenchContext['record']): Promise<void> {
  const times = { cold: [] as number[], warm: [] as number[], cached: [] as number[] };
  const nvrtc: number[] = [];
  for (let round = 0; round < COLD_ROUNDS; round++) {
    const cacheDir = join(folder, `cache-${round}`);
    const [first, second] = [writeActor(folder, 0, round * 2), writeActor(folder, 1, round * 2 + 1)];
    {
      await using runtime = await openRuntime({ cacheDir });
      times.cold.push(await elapsed(() => runtime.compile(first)));
      times.warm.push(await elapsed(() => runtime.compile(second)));
      const { cuda } = runtime.compiler.statistics.lastDurations as Readonly<Record<string, number | undefined>>;
      if (cuda !== undefined) nvrtc.push(cuda);
    }
    await using runtime = await openRuntime({ cacheDir });
    times.cached.push(await elapsed(() => runtime.compile(first)));
  }
  const notes = {
    cold: 'first compile of a new process',
    warm: 'a new file, same process',
    cached: 'same file, new runtime',
  };
  for (const [name, values] of Object.entries(times)) {
    const { median, note } = summarize(values);
    record({ name, value: median, unit: 'ms', note: `${notes[name as keyof typeof notes]}; ${note}` });
  }
  if (nvrtc.length === 0) return;
  const { median, note } = summarize(nvrtc);
  record({ name: '  NVRTC alone, warm', value: median, unit: 'ms', note });
}

/** As the studio will do it: compile the edited file, launch its actor, activate it, ask it, end the old one. */
async function edits(folder: string, record: BenchContext['record']): Promise<void> {
  await using runtime = await openRuntime({ cacheDir: join(folder, 'cache-edits') });
  let version = 1000;
  const actors: Actor[] = [];
  for (let index = 0; index < ACTORS; index++)
    actors.push(await start(runtime, writeActor(folder, index, version++), version));
  const totals: number[] = [];
  const stages = new Map<string, number[]>();
  const note = (stage: string, ms: number): void => {
    stages.set(stage, [...(stages.get(stage) ?? []), ms]);
  };
  for (let edit = 0; edit < EDITS; edit++) {
    const index = edit % ACTORS;
    const constant = version++;
    const startedAt = performance.now();
    const file = writeActor(folder, index, constant);
    const actor = await start(runtime, file, version);
    const { result } = await actor.request<{ result: number }>({ value: 1 });
    totals.push(performance.now() - startedAt);
    if (result !== 1 + constant) throw new Error(`the old code answered: ${result}, not ${1 + constant}`);
    let compilerMs = 0;
    for (const [stage, ms] of Object.entries(runtime.compiler.statistics.lastDurations)) {
      note(stage, ms);
      compilerMs += ms;
    }
    // NVRTC compiles beside the rest, so that on a GPU the stages do not add up.
    if (device === 'cpu') note('load, launch, activate, answer', totals.at(-1)! - compilerMs);
    const old = actors[index]!;
    await old.terminate();
    await runtime.remove(old);
    actors[index] = actor;
  }
  const sorted = totals.toSorted((a, b) => a - b);
  record({ name: 'edit → answer p50', value: percentile(sorted, 0.5), unit: 'ms', note: `${EDITS} edits` });
  record({ name: 'edit → answer p95', value: percentile(sorted, 0.95), unit: 'ms', note: 'goal ≤ 400' });
  for (const [stage, values] of stages)
    record({ name: `  ${stage}`, value: summarize(values).median, unit: 'ms', note: 'p50' });
}

async function start(runtime: StudioRuntime, file: string, version: number): Promise<Actor> {
  const program = await runtime.compile(file);
  const [kernel] = program.kernels;
  if (kernel === undefined) throw new Error(`${file} has no kernel`);
  const actor = await runtime.launch(kernel, { name: `${kernel.info.name} ${version}` });
  await actor.activate();
  return actor;
}

function writeActor(folder: string, index: number, constant: number): string {
  const file = join(folder, `actor_${index}.cu`);
  writeFileSync(
    file,
    `#include <ring_kernel.cuh>

struct Question${index} { int32_t value; };
struct Answer${index} { int32_t result; };
struct State${index} { uint64_t count; float sum; };

__device__ int32_t shift_${index}(int32_t value) { return value + ${constant}; }

RING_KERNEL(actor_${index}, State${index});
RING_OUTPUT(actor_${index}, answers, Answer${index});

RING_ON(actor_${index}, Question${index}) {
  state.count += 1;
  state.sum += sqrtf(static_cast<float>(msg.value));
  ctx.reply(Answer${index}{shift_${index}(msg.value)});
}
`,
  );
  return file;
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
