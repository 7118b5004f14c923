import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LaunchInput, LaunchResult, LaunchView } from '../../../../app/contract/functions.ts';
import type { OpenProject } from '../project-host.ts';
import { HostFixture } from '../studio-host.fixture.ts';

const SOURCE = `struct Particle { float3 position; int id; };
__device__ unsigned visited;
__constant__ float gain = 2;

/// Multiplies, and counts.
__global__ void scale(float* data, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  data[i] *= gain;
  atomicAdd(&visited, 1u);
  if (i == 1) printf("at %u", i);
}
__global__ void place(Particle* particles) {
  particles[threadIdx.x].position.y = threadIdx.x * 0.5f;
  particles[threadIdx.x].id = threadIdx.x;
}
__global__ void ratios(const int* a, int* out) { out[threadIdx.x] = 10 / a[threadIdx.x]; }
__global__ void forever(volatile int* flag) { while (*flag == 0) {} }
`;
/** The second one writes over what is a bool. */
const STRAY = `__device__ bool isReady;
__global__ void look(int* out) { *out = isReady; }
__global__ void stray() { *reinterpret_cast<unsigned char*>(&isReady) = 7; }
`;
const TOPOLOGY = JSON.stringify({ version: 1, name: 'Plain', actors: [] });

let fixture: HostFixture;
let project: OpenProject;
let dir: string;
let count = 0;

beforeAll(async () => {
  fixture = new HostFixture();
  const files = { 'topology.ring.json': TOPOLOGY, 'plain.cu': SOURCE, 'stray.cu': STRAY, 'in.json': '[1, 2, 3]' };
  dir = fixture.folderWith('project', files);
  project = await fixture.open(dir);
  const asked = await launch({ functionName: 'scale', args: ['float[4]=iota', '4'] });
  if (asked.kind !== 'consent') throw new Error(asked.kind);
  const { hash, ...told } = asked.request;
  expect(told).toMatchObject({ device: 'cpu', sources: ['plain.cu'], functionName: 'scale', actorCount: 0 });
  expect(await launch({ functionName: 'scale', args: ['float[4]=iota', '4'], agreedHash: hash })).toMatchObject({
    kind: 'launched',
  });
});

afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
});

function inputOf(input: Partial<LaunchInput>): LaunchInput {
  return {
    launchId: `launch-${++count}`,
    path: 'plain.cu',
    functionName: 'scale',
    grid: [1, 1, 1],
    block: [4, 1, 1],
    sharedBytes: 0,
    isCooperative: false,
    timeLimitMs: 2000,
    args: [],
    symbols: [],
    ...input,
  };
}

function launch(input: Partial<LaunchInput>): Promise<LaunchResult> {
  return project.functions.launch(inputOf(input));
}

async function launched(input: Partial<LaunchInput>): Promise<LaunchView> {
  const result = await launch(input);
  if (result.kind !== 'launched') throw new Error(`expected a launch, not ${JSON.stringify(result)}`);
  return result.launch;
}

describe('a plain function launched in the studio', () => {
  test('leaves its buffers to be looked at, with what they held before', async () => {
    const view = await launched({ grid: [2, 1, 1], args: ['float[6]=iota', '6'] });
    expect(view).toMatchObject({
      functionName: 'scale',
      outcome: { kind: 'done', blocks: 2, threads: 8, device: 'cpu' },
      buffers: [{ index: 0, name: 'data', elementName: 'float', length: 6, sizeBytes: 24, fields: [''], changed: 5 }],
    });
    expect(view.symbols).toContainEqual({ name: 'visited', type: 'uint32_t', value: 6 });
    const at = { launchId: view.id, buffer: 0 };
    expect(await project.functions.values({ ...at, from: 2, count: 3 })).toEqual({
      values: [4, 6, 8],
      before: [2, 3, 4],
    });
    expect(await project.functions.statistics({ ...at, field: '', bins: 5 })).toMatchObject({
      count: 6,
      finite: { min: 0, max: 10, mean: 5, bins: [1, 1, 1, 1, 2] },
    });
    expect(await project.functions.image({ ...at, field: '', columns: 4, maxWidth: 2, maxHeight: 8 })).toEqual({
      rows: 2,
      width: 2,
      height: 2,
      cells: [1, 5, 9, null],
    });
    expect((await project.functions.list())[0]).toEqual(view);
  });

  test('is told to all windows when it is over', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      for await (const { event } of project.events(undefined, stop.signal)) {
        if (event.type === 'launched') told.push(event.launchId);
      }
    })();
    const { id } = await launched({ args: ['float[1]=zeros', '1'] });
    await vi.waitFor(() => expect(told).toEqual([id]));
    stop.abort();
    await following;
  });

  test('finds its variables as the source has them, unless they are given', async () => {
    const view = await launched({ args: ['float[]=[1]', '1'], symbols: [{ name: 'gain', text: '10' }] });
    expect(view.symbols).toMatchObject([
      { name: 'visited', value: 1 },
      { name: 'gain', value: 10 },
    ]);
    const again = await launched({ args: ['float[]=[1]', '1'] });
    expect(again.symbols).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  test('prints to the console under its name, whole lines', async () => {
    await launched({ args: ['float[2]=zeros', '2'] });
    const { console: lines } = await fixture.until(
      project,
      ({ console: all }) => all.some(({ text }) => text === 'at 1'),
      'what it printed',
    );
    const line = lines.find(({ text }) => text === 'at 1');
    expect(line).toMatchObject({ kind: 'print', actor: 'scale', place: { block: 0, thread: 1 } });
  });

  test('gives the numbers of structs by their fields', async () => {
    const { id, buffers } = await launched({ functionName: 'place', args: ['Particle[4]=zeros'] });
    expect(buffers).toMatchObject([
      { elementName: 'Particle', fields: ['position.x', 'position.y', 'position.z', 'id'], changed: 3 },
    ]);
    const at = { launchId: id, buffer: 0 };
    const { values } = await project.functions.values({ ...at, from: 3, count: 9 });
    expect(values).toEqual([{ position: { x: 0, y: 1.5, z: 0 }, id: 3 }]);
    const { finite } = await project.functions.statistics({ ...at, field: 'position.y', bins: 2 });
    expect(finite).toMatchObject({ min: 0, max: 1.5, bins: [2, 2] });
    await expect(project.functions.statistics({ ...at, field: 'speed', bins: 2 })).rejects.toMatchObject({
      code: 'UnknownField',
    });
  });

  test('that fails says where and which thread, and leaves what was written before', async () => {
    const view = await launched({ functionName: 'ratios', args: ['int[]=[5, 2, 0, 1]', 'int[4]=zeros'] });
    expect(view.outcome).toMatchObject({
      kind: 'failed',
      cause: 'divide-by-zero',
      location: { file: 'plain.cu', line: 17 },
      thread: [2, 0, 0],
    });
    const { values } = await project.functions.values({ launchId: view.id, buffer: 1, from: 0, count: 2 });
    expect(values).toEqual([2, 5]);
  });

  test('is shown without a variable that holds what its type cannot, of which the console tells', async () => {
    const stray = { path: 'stray.cu', functionName: 'stray' };
    const asked = await launch(stray);
    if (asked.kind !== 'consent') throw new Error(asked.kind);
    const view = await launched({ ...stray, agreedHash: asked.request.hash });
    expect(view).toMatchObject({ outcome: { kind: 'done' }, symbols: [] });
    await fixture.until(
      project,
      ({ console: lines }) => lines.some(({ kind, text }) => kind === 'warning' && /'isReady'.* holds 7/.test(text)),
      'the warning',
    );
    const look = await launched({ path: 'stray.cu', functionName: 'look', args: ['int[1]=zeros'] });
    expect(look.symbols).toEqual([{ name: 'isReady', type: 'bool', value: false }]);
  });

  test('is one at a time, and ends when it is cancelled', async () => {
    const input = inputOf({ functionName: 'forever', args: ['int[1]=zeros'], block: [1, 1, 1], timeLimitMs: 600_000 });
    const running = project.functions.launch(input);
    await expect(launch({ args: ['float[1]=zeros', '1'] })).rejects.toMatchObject({ code: 'LaunchRunning' });
    await project.functions.cancel('another');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await project.functions.cancel(input.launchId);
    expect(await running).toMatchObject({ kind: 'launched', launch: { outcome: { kind: 'cancelled' } } });
    await launched({ args: ['float[1]=zeros', '1'] });
  });

  test('that takes too long fails as a runaway', async () => {
    const view = await launched({ functionName: 'forever', args: ['int[1]=zeros'], block: [1, 1, 1], timeLimitMs: 50 });
    expect(view.outcome).toMatchObject({ kind: 'failed', cause: 'runaway', location: { line: 18 } });
  });

  test('reads files of the project, and none beside it', async () => {
    const view = await launched({ args: ['float[]=@in.json', '3'] });
    const { values } = await project.functions.values({ launchId: view.id, buffer: 0, from: 0, count: 3 });
    expect(values).toEqual([2, 4, 6]);
    const outside = fixture.folderWith('outside', { 'secret.json': '[1]' });
    symlinkSync(join(outside, 'secret.json'), join(dir, 'link.json'));
    for (const path of ['../outside/secret.json', 'link.json', join(outside, 'secret.json')]) {
      await expect(launch({ args: [`float[]=@${path}`, '1'] })).rejects.toMatchObject({ code: 'PathOutsideProject' });
    }
    await expect(launch({ args: ['@nowhere.npy', '1'] })).rejects.toMatchObject({ code: 'FileNotFound' });
  });

  test.each([
    [{ functionName: 'nothing' }, 'FunctionNotFound', /nothing/],
    [{ args: ['float[4]=iota'] }, 'InvalidArgument', /takes 2 arguments/],
    [{ args: ['float[4]=iotas', '4'] }, 'InvalidOption', /^data 'float\[4\]=iotas'/],
    [{ args: ['float[4]=iota', 'many'] }, 'InvalidOption', /^n 'many'/],
    [{ args: ['float[4]=iota', '4'], block: [2048, 1, 1] }, 'InvalidLaunch', /block/],
    [{ args: ['float[4]=iota', '4'], symbols: [{ name: 'gain', text: 'loud' }] }, 'BrokenJson', /^gain/],
    [{ path: 'other.cu' }, 'none', /other\.cu/],
  ] satisfies readonly (readonly [Partial<LaunchInput>, string, RegExp])[])(
    'is refused with what is wrong: %j',
    async (input, code, why) => {
      const result = launch(input);
      if (code === 'none') return expect(JSON.stringify(await result)).toMatch(why);
      await expect(result).rejects.toMatchObject({ code });
      await expect(result).rejects.toThrow(why);
    },
  );

  test('is the text that is shown, which is saved; one that does not compile is told with its problems', async () => {
    await fixture.edit(project, 'plain.cu', (text) => text.replace('*= gain', '*= gian'));
    expect(await launch({ args: ['float[4]=iota', '4'] })).toMatchObject({
      kind: 'problems',
      problems: [{ severity: 'error', location: { file: 'plain.cu', line: 9 } }],
    });
    await fixture.edit(project, 'plain.cu', (text) => text.replace('*= gian', '-= gain'));
    const view = await launched({ args: ['float[]=[5]', '1'] });
    const { values } = await project.functions.values({ launchId: view.id, buffer: 0, from: 0, count: 1 });
    expect(values).toEqual([3]);
  });

  test('asks again when its source changes outside', async () => {
    writeFileSync(join(dir, 'plain.cu'), `${SOURCE}// theirs\n`);
    await fixture.until(project, ({ files }) => files.some(({ text }) => text.endsWith('// theirs\n')), 'it is seen');
    expect((await launch({ args: ['float[4]=iota', '4'] })).kind).toBe('consent');
  });
});
