import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { CliFixture } from '../cli.fixture.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const BUILD_MS = 600_000;
const cli = new CliFixture({
  'average.cu': `#include <ring_kernel.cuh>
struct Reading { uint32_t sensor; float value; };
struct Average { uint32_t sensor; float mean; uint64_t count; };
struct MeanState { float sum; uint64_t count; };
RING_KERNEL(mean, MeanState);
RING_OUTPUT(mean, averages, Average);
RING_ON(mean, Reading) {
  state.sum += msg.value;
  state.count += 1;
  printf("reading %u of %u: %.2f\\n", static_cast<unsigned>(state.count), msg.sensor, msg.value);
  ctx.emit(averages, Average{msg.sensor, state.sum / state.count, state.count});
}
`,
  'pass.cu': `#include <ring_kernel.cuh>
struct Reading { uint32_t sensor; float value; };
RING_KERNEL(pass);
RING_OUTPUT(pass, out, Reading);
RING_ON(pass, Reading) { ctx.emit(out, msg); }
`,
  'two.ring.json': JSON.stringify({
    version: 1,
    device: 'cuda',
    actors: [
      { id: 'near', kernel: 'pass', source: 'pass.cu' },
      { id: 'far', kernel: 'mean', source: 'average.cu', gpu: 1 },
    ],
    channels: [{ from: 'near.out', to: 'far' }],
  }),
  'wrong.cu': `#include <ring_kernel.cuh>
struct Index { uint32_t at; };
RING_KERNEL(pick);
RING_ON(pick, Index) {
  ring::text<4> letters;
  letters[msg.at] = 'x';
}
`,
  'scale.cu': `__constant__ float factor = 2;
__global__ void scale(float* data, float by, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) data[i] *= by * factor;
}
`,
});
let env: Readonly<Record<string, string>> = {};

beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  const cache = join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs');
  env = {
    RINGSTUDIO_CUDA_LIBRARY: library,
    RINGSTUDIO_NVRTC_LIBRARY: library,
    RING_STANDIN: `optimize=0,cache=${cache}`,
  };
}, BUILD_MS);
afterAll(() => cli[Symbol.dispose]());

describe('with --device cuda (stand-in)', () => {
  test('run gives the results that the CPU gives', async () => {
    const readings = [1, 2, 6].map((value) => ['--inject', JSON.stringify({ sensor: 7, value })]).flat();
    const onCuda = await cli.run(['run', 'average.cu', ...readings, '--device', 'cuda'], { env });
    const onCpu = await cli.run(['run', 'average.cu', ...readings]);
    expect(onCuda).toMatchObject({ exitCode: 0 });
    expect(onCuda.results.map(({ message }) => message)).toEqual(onCpu.results.map(({ message }) => message));
    expect(onCuda.results).toHaveLength(3);
    expect(onCuda.stderr).toContain('reading 3 of 7: 6.00');
  });

  test('run takes the GPU that is named, and no other in its place', async () => {
    const inject = ['--inject', JSON.stringify({ sensor: 7, value: 1 })];
    const two = { ...env, RING_STANDIN: `${env['RING_STANDIN'] ?? ''},devices=2` };
    const first = await cli.run(['run', 'average.cu', ...inject, '--device', 'cuda', '--gpu', '1'], { env: two });
    expect(first).toMatchObject({ exitCode: 0 });
    const none = await cli.run(['run', 'average.cu', ...inject, '--device', 'cuda', '--gpu', '2'], { env: two });
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain('There is no GPU number 2: there are 2, from number 0 on.');
  });

  test('run has actors of one topology on two GPUs', async () => {
    const two = { ...env, RING_STANDIN: `${env['RING_STANDIN'] ?? ''},devices=2` };
    const readings = [1, 2].map((value) => ['--inject', JSON.stringify({ sensor: 7, value })]).flat();
    const run = await cli.run(['run', 'two.ring.json', '--to', 'near', ...readings], { env: two });
    expect(run.stderr).not.toContain('error');
    expect(run.results.map(({ message }) => message)).toEqual([
      { sensor: 7, mean: 1, count: 1 },
      { sensor: 7, mean: 1.5, count: 2 },
    ]);
    const one = await cli.run(['run', 'two.ring.json', '--to', 'near', ...readings], { env });
    expect(one.exitCode).toBe(3);
    expect(one.stderr).toContain('There is no GPU number 1');
  });

  test('run tells a fault of the GPU by its cause, and ends with 1', async () => {
    const run = await cli.run(['run', 'wrong.cu', '--inject', '{"at":9}', '--device', 'cuda'], { env });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/index 9 is out of bounds for 'ring::text' of capacity 4/);
  });

  test('exec launches a plain function, with its symbols', async () => {
    const args = [
      '--function',
      'scale',
      '--grid',
      '1',
      '--block',
      '32',
      '--arg',
      'float[3]=[1,2,3]',
      '--arg',
      '10',
      '--arg',
      '3',
    ];
    const exec = await cli.run(
      ['exec', 'scale.cu', ...args, '--symbol', 'factor=4', '--print', '1', '--device', 'cuda'],
      { env },
    );
    expect([exec.exitCode, exec.stderr]).toEqual([0, expect.any(String)]);
    expect(exec.stdout).toContain('[40,80,120]');
    expect(exec.stdout).toContain('"device":"cuda"');
  });
});
