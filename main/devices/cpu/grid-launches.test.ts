import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { LaunchFailure } from '../../../app/runtime/functions/launch-failure.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { fillLowerHalf } from '../../../app/testing/fill-lower-half.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';
import { CpuDevice } from './cpu-device.ts';

const source = `__device__ int deep(int n) { volatile int pad[64]; pad[0] = n; return n == 0 ? 0 : deep(n - 1) + pad[0]; }
__global__ void faults(int what, int* out, float* in) {
  if (blockIdx.x != 2 || threadIdx.x != 1) return;
  if (what == 0) *out = deep(100000000);
  if (what == 1) assert(what == 0);  // 5
  if (what == 2) *out = (int)in[0];  // 6
  if (what == 3) __trap();  // 7
  if (what == 4) out[1 << 28] = 1;  // 8
}
__global__ void spin(volatile int* go) { while (*go == 0) {} }  // 10
__global__ void count(unsigned* visits, unsigned turns) {
  unsigned sum = 0;
  for (unsigned i = 0; i < turns; ++i) sum += visits[gridDim.x] + i;
  if (sum != 1) atomicAdd(&visits[blockIdx.x], 1u);
}
__global__ void shared_sum(float* out) {
  __shared__ float cells[32];
  for (int i = 0; i < 32; ++i) cells[i] = float(blockIdx.x);
  float sum = 0;
  for (int i = 0; i < 32; ++i) sum += cells[i];
  out[blockIdx.x] = sum;
}
__global__ void say() { printf("block %u\\n", blockIdx.x); }
__global__ void misplaced(unsigned* out) {
  __shared__ __align__(512) char cells[8];
  char* volatile at = cells;  // the compiler counts on the alignment
  atomicAdd(out, static_cast<unsigned>(reinterpret_cast<size_t>(at) % 512));
}
`;
const folder = mkdtempSync(join(tmpdir(), 'ring-grids-'));
writeFileSync(join(folder, 'grids.cu'), source);
let compiler: Compiler;

beforeAll(() => void (compiler = createCompiler(compilerFiles(packageRoot(import.meta.url)))));
afterAll(async () => {
  await compiler[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Bench extends AsyncDisposable {
  readonly runtime: StudioRuntime;
  readonly program: Program;
  readonly killWorker: (index: number) => Promise<void>;
}

async function open(workers: number): Promise<Bench> {
  const runtime = await createRuntime({ workers, compiler, arenaBytes: 2 ** 28 });
  const program = await runtime.compile(join(folder, 'grids.cu'));
  const { device } = runtime;
  if (!(device instanceof CpuDevice)) throw new Error('the runtime is on another device');
  return {
    runtime,
    program,
    killWorker: (index) => device.killWorker(index),
    [Symbol.asyncDispose]: () => {
      for (const { id } of runtime.buffers.leaks) runtime.buffers.get({ buffer: id }).release();
      return runtime[Symbol.asyncDispose]();
    },
  };
}

async function failure(launch: Promise<unknown>): Promise<LaunchFailure> {
  const error: unknown = await launch.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LaunchFailure) return error;
  throw new Error('it did not fail as a launch does', { cause: error });
}

describe('faults of threads', () => {
  test.each([
    [0, 'stack-overflow', 1],
    [1, 'assertion-failed', 5],
    [2, 'null-pointer', 6],
    [3, 'trap', 7],
    [4, 'out-of-bounds', 8],
  ])('number %i: %s, with its line, block and thread', async (what, cause, line) => {
    await using bench = await open(1);
    const out = bench.runtime.buffers.allocate('i32', 1);
    const faults = bench.program.function('faults');
    const error = await failure(faults.launch({ grid: 4, block: 2 }, what, out, null));
    expect(error).toMatchObject({
      faultCause: cause,
      location: { file: 'grids.cu', line },
      block: [2, 0, 0],
      thread: [1, 0, 0],
    });
    expect(error.detail).not.toContain('handler');
    await faults.launch({ grid: 4, block: 2 }, 9, out, null);
  });

  test('a runaway has the line that it was at', async () => {
    await using bench = await open(2);
    const go = bench.runtime.buffers.allocate('i32', 1);
    const error = await failure(bench.program.function('spin').launch({ grid: 2, block: 1, timeLimitMs: 100 }, go));
    expect(error).toMatchObject({ faultCause: 'runaway', location: { file: 'grids.cu', line: 10 } });
  });

  test('a launch may run longer than the budget of handlers when its limit says so', async () => {
    const runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28, handlerBudgetMs: 100 });
    const program = await runtime.compile(join(folder, 'grids.cu'));
    const go = runtime.buffers.allocate('i32', 1);
    const running = program.function('spin').launch({ grid: 1, block: 1, timeLimitMs: 60_000 }, go);
    setTimeout(() => {
      go.write([1]);
    }, 600);
    expect((await running).durationMs).toBeGreaterThan(400);
    go.release();
    await runtime[Symbol.asyncDispose]();
  });
});

describe('the death of a worker', () => {
  test('fails the launch whose block it ran, with the block; the next one runs', async () => {
    await using bench = await open(1);
    const go = bench.runtime.buffers.allocate('i32', 1);
    const running = failure(bench.program.function('spin').launch({ grid: 3, block: 1, timeLimitMs: 60_000 }, go));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bench.killWorker(0);
    expect(await running).toMatchObject({ faultCause: 'worker-lost', block: [0, 0, 0] });
    go.write([1]);
    await bench.program.function('spin').launch({ grid: 3, block: 1 }, go);
  });

  test('does no harm to a launch of which it ran no block: every block runs once', async () => {
    await using bench = await open(2);
    const go = bench.runtime.buffers.allocate('i32', 1);
    const lost = failure(bench.program.function('spin').launch({ grid: 1, block: 1, timeLimitMs: 60_000 }, go));
    const blocks = 40;
    const visits = bench.runtime.buffers.allocate('u32', blocks + 1);
    const options = { grid: blocks, block: 1, timeLimitMs: 60_000 };
    await new Promise((resolve) => setTimeout(resolve, 100));
    const running = bench.program.function('count').launch(options, visits, 3_000_000);
    await bench.killWorker(0);
    expect((await lost).faultCause).toBe('worker-lost');
    await running;
    expect([...visits.read()].slice(0, blocks)).toEqual(Array.from({ length: blocks }, () => 1));
  });
});

test('static shared memory is each block’s own', async () => {
  await using bench = await open(2);
  const out = bench.runtime.buffers.allocate('f32', 200);
  await bench.program.function('shared_sum').launch({ grid: 200, block: 1 }, out);
  expect([...out.read()]).toEqual(Array.from({ length: 200 }, (_, index) => index * 32));
});

test('static shared memory is aligned as it is declared', async () => {
  await using bench = await open(1);
  const out = bench.runtime.buffers.allocate('u32', 1);
  for (let count = 0; count < 4; count++) {
    await bench.program.function('misplaced').launch({ grid: 2, block: 1 }, out);
    bench.runtime.device.arena.allocate('in between', 128);
  }
  expect([...out.read()]).toEqual([0]);
});

test('a listener for prints that throws is in nobody’s way', async () => {
  const errors: unknown[] = [];
  const options = { compiler, arenaBytes: 2 ** 28, onListenerError: (error: unknown) => void errors.push(error) };
  await using runtime = await createRuntime({ workers: 1, ...options });
  const program = await runtime.compile(join(folder, 'grids.cu'));
  const onPrint = (text: string): void => {
    throw new Error(text);
  };
  await program.function('say').launch({ grid: 2, block: 1, onPrint });
  expect(errors.map(String)).toEqual(['Error: block 0\n', 'Error: block 1\n']);
});

test('launches run where the rest of the memory lies beyond 2 GiB', async () => {
  await using runtime = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 32 });
  const program = await runtime.compile(join(folder, 'grids.cu'));
  fillLowerHalf(runtime.device.arena);
  using out = runtime.buffers.allocate('f32', 2);
  await program.function('shared_sum').launch({ grid: 2, block: 1 }, out);
  expect([...out.read()]).toEqual([0, 32]);
  const printed: string[] = [];
  await program.function('say').launch({ grid: 2, block: 1, onPrint: (text) => printed.push(text) });
  expect(printed).toEqual(['block 0\n', 'block 1\n']);
});
