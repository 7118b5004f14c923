import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Check } from '../check.ts';
import { activate, type Scene } from '../scene.ts';

const GROUP = 'code';
const THREADS = 256;
/** Both devices add in the same order. The GPU may fuse, though nothing here can be. */
const MOST_RELATIVE = 1e-6;

export const codeChecks: readonly Check[] = [
  {
    name: 'nvrtc-compile',
    title: 'NVRTC compiles kernels for this GPU, and the driver loads them',
    advice:
      'See what `ringstudio doctor` says of NVRTC: it must be of a CUDA version that the driver supports and know the GPU.',
    group: GROUP,
    deadlineMs: 120_000,
    run: compileTimes,
  },
  {
    name: 'printf',
    title: 'printf of a handler says what it says on the CPU device',
    advice: 'Only text is affected. Please report it with this report.',
    group: GROUP,
    deadlineMs: 60_000,
    run: prints,
  },
  {
    name: 'plain-functions',
    title: 'plain __global__ functions compute what the CPU device computes',
    advice: 'Results of plain functions are wrong here: use the CPU device, and please report it with this report.',
    group: GROUP,
    deadlineMs: 60_000,
    run: functions,
  },
];

async function compileTimes(scene: Scene): Promise<void> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'ringstudio-verify-'));
  try {
    const runtime = await scene.open({ cacheDir });
    for (const name of scene.isQuick ? ['functions'] : ['functions', 'messages', 'faults']) {
      const { image } = await scene.program(runtime, name);
      const durationMs = runtime.compiler.statistics.lastDurations['cuda'];
      scene.require(image.cuda !== undefined && durationMs !== undefined, `${name}.cu was not compiled for the GPU`);
      scene.measure(`${name}.cu`, durationMs, 'ms');
      scene.measure(`${name}.cu as ${image.cuda.kind}`, image.cuda.image.byteLength, 'bytes');
    }
    await scene.program(runtime, 'functions');
    const againMs = runtime.compiler.statistics.lastDurations['cuda'];
    scene.measure('functions.cu from the cache', againMs ?? NaN, 'ms');
  } finally {
    await rm(cacheDir, { recursive: true, force: true });
  }
}

async function prints(scene: Scene): Promise<void> {
  const [gpu, cpu] = [await printed(await scene.open(), scene), await printed(await scene.openCpu(), scene)];
  scene.measure('lines', gpu.length, 'lines');
  scene.requireEqual(gpu, cpu, 'what was printed');
}

async function printed(runtime: StudioRuntime, scene: Scene): Promise<readonly string[]> {
  const lines: string[] = [];
  runtime.onDidPrint.on(({ text }) => lines.push(text));
  const printer = await activate(runtime, await scene.program(runtime, 'messages'), { kernel: 'printer' });
  for (const number of [0, 7, -123, 99_999]) await printer.send({ number, value: number / 7 });
  await runtime.quiet();
  return lines;
}

async function functions(scene: Scene): Promise<void> {
  const count = scene.amount(1_000_000, 2000);
  const gpu = await compute(await scene.open(), scene, count);
  const cpu = await compute(await scene.openCpu(), scene, count);
  scene.measure('elements', count, 'elements');
  scene.measure('add on the GPU', gpu.addMs, 'ms');
  const wrong = gpu.added.findIndex((value, index) => value !== cpu.added[index]);
  scene.require(
    wrong === -1,
    `element ${wrong} of a vector addition is ${gpu.added[wrong]}, and not ${cpu.added[wrong]}`,
  );
  const furthest = gpu.sums.reduce((most, sum, index) => Math.max(most, relative(sum, cpu.sums[index]!)), 0);
  scene.measure('furthest of a reduction', furthest, 'relative');
  scene.require(
    furthest <= MOST_RELATIVE,
    `a sum of a block is off by ${furthest} of its value, at most ${MOST_RELATIVE}`,
  );
}

async function compute(runtime: StudioRuntime, scene: Scene, count: number) {
  const program = await scene.program(runtime, 'functions');
  const grid = Math.ceil(count / THREADS);
  using a = runtime.buffers.from(Float32Array.from({ length: count }, (_, i) => Math.fround(i * 0.25)));
  using b = runtime.buffers.from(Float32Array.from({ length: count }, (_, i) => Math.fround(1 / (i + 1))));
  using added = runtime.buffers.allocate(Float32Array, count);
  using sums = runtime.buffers.allocate(Float32Array, grid);
  const { durationMs } = await program.function('add').launch({ grid, block: THREADS }, a, b, added, count);
  await program.function('sum_blocks').launch({ grid, block: THREADS }, b, sums, count);
  return { added: Float32Array.from(added.read()), sums: Float32Array.from(sums.read()), addMs: durationMs };
}

function relative(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}
