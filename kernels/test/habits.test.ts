import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRuntime, type Program, type StudioRuntime } from '../../main/index.ts';

const source = fileURLToPath(new URL('habits.cu', import.meta.url));

let runtime: StudioRuntime;
let program: Program;

beforeAll(async () => {
  runtime = await createRuntime({ workers: 1 });
  program = await runtime.compile(source);
}, 120_000);
afterAll(() => runtime[Symbol.asyncDispose]());

test('a shuffle may carry what only one lane has set', async () => {
  using input = runtime.buffers.from(Int32Array.from({ length: 200 }, (_, i) => i));
  using output = runtime.buffers.from(new Int32Array(200));
  using count = runtime.buffers.from(new Int32Array(1));
  await program.function('filter').launch({ grid: 4, block: 64 }, input, output, count, 200);
  const multiples = Array.from({ length: 67 }, (_, i) => 3 * i);
  expect([...count.read()]).toEqual([67]);
  expect([...output.read().slice(0, 67)].sort((a, b) => a - b)).toEqual(multiples);
});

test('memory may be read as another type than it was written as', async () => {
  const half = { one: 0x3c00, two: 0x4000 };
  const packed = Uint16Array.from({ length: 8 }, (_, i) => (i < 4 ? half.one : half.two));
  using input = runtime.buffers.from(new Float32Array(packed.buffer));
  using sums = runtime.buffers.from(new Float32Array(1));
  await program.function('sum_of_halves').launch({ grid: 1, block: 1 }, input, sums, 8);
  expect([...sums.read()]).toEqual([12]);

  using words = runtime.buffers.from(new Int32Array(1));
  using output = runtime.buffers.from(new Int32Array(1));
  await program.function('bits_of').launch({ grid: 1, block: 1 }, words, output);
  expect([...output.read()]).toEqual([0x40000000]);
});

test('a function that needs too much stack fails at its own line, and no other one of the file', async () => {
  const lines = readFileSync(source, 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes('void greedy')) + 1;
  using output = runtime.buffers.from(new Int32Array(2));
  await expect(program.function('greedy').launch({ grid: 1, block: 2 }, output, 1)).rejects.toMatchObject({
    faultCause: 'stack-overflow',
    location: { file: 'habits.cu', line },
  });
});

test('objects may be placed in shared memory', async () => {
  using output = runtime.buffers.from(new Int32Array(3));
  await program.function('place').launch({ grid: 1, block: 3 }, output);
  expect([...output.read()]).toEqual([4, 5, 6]);
});

test('dynamic shared memory is aligned as it is declared, and as large as a card has it', async () => {
  const most = 227 * 1024; // with the static variables of the file
  using output = runtime.buffers.from(new Int32Array(3));
  const launch = (sharedBytes: number): Promise<unknown> =>
    program.function('aligned').launch({ grid: 3, block: 32, sharedBytes }, output, sharedBytes);
  await launch(most - 64);
  expect([...output.read()]).toEqual([7, 7, 7]);
  await expect(launch(most)).rejects.toMatchObject({ code: 'InvalidLaunch' });
});

test('an actor of one thread may read memory as another type as well', async () => {
  const punned = await runtime.compile(fileURLToPath(new URL('punned.cu', import.meta.url)));
  const punner = await runtime.launch(punned.kernel('punner'));
  await punner.activate();
  expect(await punner.request({ value: 2, at: 0 })).toMatchObject({ before: 5, after: 0x40000000 });
  await punner.terminate();
});
