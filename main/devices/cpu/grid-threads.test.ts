import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { ThreadPlace } from '../../../app/device/thread-place.ts';
import { LaunchFailure } from '../../../app/runtime/functions/launch-failure.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

const root = packageRoot(import.meta.url);
const source = join(root, 'kernels', 'test', 'plain_simt.cu');
const lines = readFileSync(source, 'utf8').split('\n');
const lineOf = (mark: string): number => lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;

let compiler: Compiler;
let runtime: StudioRuntime;
let program: Program;

beforeAll(async () => {
  compiler = createCompiler(compilerFiles(root));
  runtime = await createRuntime({ workers: 2, compiler, arenaBytes: 2 ** 29 });
  program = await runtime.compile(source);
});
afterAll(async () => {
  for (const { id } of runtime.buffers.leaks) runtime.buffers.get({ buffer: id }).release();
  await runtime[Symbol.asyncDispose]();
  await compiler[Symbol.asyncDispose]();
});

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
/** Small, and different enough that a missing or doubled one is seen. */
const sample = (count: number): number[] => range(count).map((i) => ((i * 2654435761) % 1009) - 300);

async function failure(launch: Promise<unknown>): Promise<LaunchFailure> {
  const error: unknown = await launch.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LaunchFailure) return error;
  throw new Error('it did not fail as a launch does', { cause: error });
}

describe('tree reductions in dynamic shared memory', () => {
  const n = 20_001;
  test.each([
    ['reduce0<int>', { block: 64, eachTakes: 64 }],
    ['reduce1<int>', { block: 128, eachTakes: 128 }],
    ['reduce2<int>', { block: 1024, eachTakes: 1024 }],
    ['reduce4<int, 128>', { block: 128, eachTakes: 256 }],
    ['reduce6<int, 256>', { block: 256, eachTakes: 1600 }],
  ])('%s', async (name, { block, eachTakes }) => {
    const values = sample(n);
    const grid = Math.ceil(n / eachTakes);
    using input = runtime.buffers.from(Int32Array.from(values));
    using sums = runtime.buffers.allocate('i32', grid);
    await program.function(name).launch({ grid, block, sharedBytes: block * 4 }, input, sums, n);
    const found = [...sums.read()].map(Number);
    expect(found).toHaveLength(grid);
    expect(sum(found)).toBe(sum(values));
    if (!name.startsWith('reduce6')) expect(found[3]).toBe(sum(values.slice(3 * eachTakes, 4 * eachTakes)));
  });

  test('of doubles, from instantiations of the same templates', async () => {
    const values = sample(n).map((value) => value / 8);
    using input = runtime.buffers.from(Float64Array.from(values));
    for (const [name, block] of [['reduce2<double>', 512] as const, ['reduce6<double, 64>', 64] as const]) {
      const grid = Math.ceil(n / block);
      using sums = runtime.buffers.allocate('f64', grid);
      await program.function(name).launch({ grid, block, sharedBytes: block * 8 }, input, sums, n);
      expect(sum([...sums.read()].map(Number))).toBe(sum(values));
    }
  });
});

describe('blocks of several threads', () => {
  test('turn tiles around in static shared memory', async () => {
    const [width, height] = [40, 24];
    const values = range(width * height);
    using input = runtime.buffers.from(Float32Array.from(values));
    using output = runtime.buffers.allocate('f32', width * height);
    await program.function('transpose').launch({ grid: [width / 8, height / 8], block: [8, 8] }, input, output, width);
    expect([...output.read()]).toEqual(values.map((i) => (i % height) * width + Math.floor(i / height)));
  });

  test('have static and dynamic shared memory beside each other, up to the limit of both', async () => {
    const grid = 50;
    using wrong = runtime.buffers.allocate('u32', grid);
    wrong.write(range(grid).map(() => 77));
    const words = 50_000;
    await program.function('both').launch({ grid, block: 64, sharedBytes: words * 4 }, wrong, words);
    expect(new Set(wrong.read())).toEqual(new Set([0]));
    const tooMuch = program.function('both').launch({ grid, block: 64, sharedBytes: 227 * 1024 }, wrong, 0);
    await expect(tooMuch).rejects.toMatchObject({ code: 'InvalidLaunch' });
  });

  test('vote, by warps and by blocks', async () => {
    const [grid, block] = [9, 96];
    const values = sample(grid * block);
    const isOdd = (value: number): boolean => value % 2 !== 0;
    using input = runtime.buffers.from(Int32Array.from(values));
    using warps = runtime.buffers.allocate('u32', (grid * block) / 32);
    using blocks = runtime.buffers.allocate('i32', grid);
    await program.function('votes').launch({ grid, block }, input, warps, blocks);
    const masks = range((grid * block) / 32).map(
      (warp) => range(32).reduce((mask, lane) => mask | (isOdd(values[warp * 32 + lane]!) ? 1 << lane : 0), 0) >>> 0,
    );
    expect([...warps.read()]).toEqual(masks);
    const counts = range(grid).map((index) => values.slice(index * block, (index + 1) * block).filter(isOdd).length);
    expect([...blocks.read()]).toEqual(counts);
  });

  test('say in print which thread prints, and nothing where there is one', async () => {
    const printed: [string, ThreadPlace | undefined][] = [];
    const onPrint = (text: string, place?: ThreadPlace): void => void printed.push([text, place]);
    await program.function('speak').launch({ grid: 2, block: [4, 2], onPrint }, 5);
    await program.function('speak').launch({ grid: 1, block: 1, onPrint }, 0);
    expect(printed.slice(0, 2).sort()).toEqual([
      ['5 of block 0\n', { block: 0, thread: 5 }],
      ['5 of block 1\n', { block: 1, thread: 5 }],
    ]);
    expect(printed.slice(2)).toEqual([['0 of block 0\n', undefined]]);
  });
});

describe('a cooperative launch', () => {
  test('has barriers of its whole grid', async () => {
    const [grid, block, rounds] = [12, 33, 7];
    const n = grid * block;
    let model = sample(n).map((value) => value + 300);
    using a = runtime.buffers.from(Uint32Array.from(model));
    using b = runtime.buffers.allocate('u32', n);
    await program.function('neighbours').launch({ grid, block, cooperative: true }, a, b, rounds);
    for (let round = 0; round < rounds; round++)
      model = model.map((_, i) => model[(i + 1) % n]! + model[(i + n - 1) % n]!);
    expect([...b.read()]).toEqual(model);
  });

  test('is what a barrier of the grid needs', async () => {
    using a = runtime.buffers.allocate('u32', 8);
    using b = runtime.buffers.allocate('u32', 8);
    const error = await failure(program.function('neighbours').launch({ grid: 2, block: 4 }, a, b, 1));
    expect(error).toMatchObject({
      faultCause: 'not-cooperative',
      detail: expect.stringContaining('cooperative') as string,
      location: { file: 'plain_simt.cu', line: lineOf('all cells of b') },
    });
  });
});

describe('what goes wrong between threads of a launch', () => {
  /** The same program runs on the same workers. */
  async function expectHealthy(): Promise<void> {
    using input = runtime.buffers.from(Int32Array.from(range(64)));
    using sums = runtime.buffers.allocate('i32', 2);
    await program.function('reduce0<int>').launch({ grid: 2, block: 32, sharedBytes: 128 }, input, sums, 64);
    expect([...sums.read()]).toEqual([496, 1520]);
  }

  test('barriers in branches that not all threads take, with the lines of both', async () => {
    const error = await failure(program.function('part').launch({ grid: 4, block: 64 }, 16));
    expect([error.faultCause, error.block?.length, error.thread]).toEqual(['divergent-barrier', 3, undefined]);
    expect(error.detail).toContain(`16 threads from 0 on at plain_simt.cu:${lineOf('one')}`);
    expect(error.detail).toContain(`48 threads from 16 on at plain_simt.cu:${lineOf('other')}`);
    expect(error.location?.line).toBe(lineOf('one'));
    await expectHealthy();
  });

  test('threads that wait for each other without end, with the line', async () => {
    using go = runtime.buffers.allocate('i32', 1);
    const error = await failure(program.function('wait_for_ever').launch({ grid: 3, block: 40, timeLimitMs: 200 }, go));
    expect(error).toMatchObject({
      faultCause: 'runaway',
      location: { file: 'plain_simt.cu', line: lineOf('for ever') },
    });
    await expectHealthy();
  });

  test('a fault between barriers, with line, block and thread', async () => {
    using by = runtime.buffers.from(Int32Array.from(range(6 * 32), (i) => (i === 4 * 32 + 11 ? 0 : 1)));
    using out = runtime.buffers.allocate('i32', 6 * 32);
    const error = await failure(program.function('divide').launch({ grid: [2, 3], block: [8, 4] }, by, out));
    expect(error).toMatchObject({
      faultCause: 'divide-by-zero',
      location: { line: lineOf('quotient') },
      block: [0, 2, 0],
      thread: [3, 1, 0],
    });
    await expectHealthy();
  });

  test('calls that keep more than a stack holds while a thread waits, which harms nothing beside it', async () => {
    await using own = await createRuntime({ workers: 1, compiler, arenaBytes: 2 ** 28 });
    const { arena } = own.device;
    const nest = (await own.compile(source)).function('nest');
    using out = own.buffers.allocate('i32', 1);
    await nest.launch({ grid: 1, block: 1 }, out, 20);
    const [found] = out.read();
    const behind = arena.allocate('behind', 2 ** 23);
    const error = await failure(nest.launch({ grid: 1, block: 1 }, out, 5000));
    expect(error).toMatchObject({
      faultCause: 'stack-overflow',
      detail: 'a thread used more than its stack of 32 KiB',
      location: { file: 'plain_simt.cu', line: lineOf('innermost') },
      thread: [0, 0, 0],
    });
    const neighbour = arena.u8.subarray(behind.address, behind.address + behind.sizeBytes);
    expect(neighbour.findIndex((byte) => byte !== 0)).toBe(-1);
    await nest.launch({ grid: 1, block: 1 }, out, 20);
    expect([...out.read()]).toEqual([found]);
  });
});
