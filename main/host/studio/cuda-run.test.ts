import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { StartResult } from '../../../app/contract/run.ts';
import { packageRoot } from '../package-root.ts';
import type { OpenProject } from './project-host.ts';
import { HostFixture } from './studio-host.fixture.ts';

const BUILD_MS = 600_000;
const COUNTER = `#include <ring_kernel.cuh>
struct Add { uint32_t n; };
struct Query {};
struct Sum { uint64_t sum; uint64_t count; };
struct SumState { uint64_t sum; uint64_t count; };
RING_KERNEL(counter, SumState);
RING_ON(counter, Add) {
  state.count += 1;
  state.sum += msg.n;
}
struct Break {};
RING_ON(counter, Break) { __trap(); }
RING_ON(counter, Query) { ctx.reply(Sum{state.sum, state.count}); }
struct Hang {};
RING_ON(counter, Hang) {
  while (state.count != ~0ull) __nanosleep(1000000);
}
__global__ void twice(float* data, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) data[i] *= 2;
}
`;
const TOPOLOGY = { version: 1, actors: [{ id: 'one', kernel: 'counter', source: 'counter.cu' }] };
const FILES = { 'topology.ring.json': JSON.stringify(TOPOLOGY), 'counter.cu': COUNTER };
const add = (n: number) => ({ to: 'one', type: 'Add', message: { n } });
const query = { to: 'one', type: 'Query', message: {}, timeoutMs: 30_000 };

const standIn: Record<string, string> = {};
beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  const cache = join(packageRoot(import.meta.url), 'node_modules', '.cache', 'driver-stand-in', 'programs');
  const settings = `optimize=0,devices=2,cache=${cache}`;
  Object.assign(standIn, {
    RINGSTUDIO_CUDA_LIBRARY: library,
    RINGSTUDIO_NVRTC_LIBRARY: library,
    RING_STANDIN: settings,
  });
}, BUILD_MS);
beforeEach(() => void Object.assign(process.env, standIn));
afterEach(() => {
  for (const name of Object.keys(standIn)) Reflect.deleteProperty(process.env, name);
});

async function start(fixture: HostFixture, device: 'cpu' | 'cuda'): Promise<OpenProject> {
  const project = await fixture.open(fixture.folderWith('project', FILES));
  const asked = await project.start({ device });
  if (asked.kind !== 'consent') throw new Error(`expected a question, not ${asked.kind}`);
  expect(asked.request.device).toBe(device);
  expect(await project.start({ device, agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
  return project;
}

async function precompileInto(dir: string, file: string): Promise<void> {
  const cli = join(packageRoot(import.meta.url), 'dist', 'cli.js');
  await promisify(execFile)(process.execPath, [cli, 'precompile', file, '--arch', 'compute_75'], { cwd: dir });
}

const breakIt = { to: 'one', type: 'Break', message: {} };

describe('a run of the studio on CUDA (stand-in)', () => {
  test('answers, takes new code while it runs, and shows states', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, 'cuda');
    expect((await fixture.snapshot(project)).run.device.kind).toBe('cuda');
    await project.send(add(3));
    expect((await project.request(query)).message).toEqual({ sum: 3, count: 1 });
    await fixture.edit(project, 'counter.cu', (text) => text.replace('+= msg.n', '+= 10 * msg.n'));
    await project.save(['counter.cu']);
    await fixture.until(project, ({ run }) => run.actors[0]?.revision === 2, 'it runs the new code');
    await project.send(add(3));
    expect((await project.request(query)).message).toEqual({ sum: 33, count: 2 });
    expect(await project.states.read('one')).toMatchObject({ json: { sum: 33, count: 2 } });
    await project.stop();
  });

  test('asks although the same content may run on the CPU: the GPU is no sandbox', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, 'cpu');
    await project.stop();
    const asked = await project.start({ device: 'cuda' });
    expect(asked).toMatchObject({ kind: 'consent', request: { device: 'cuda' } });
    if (asked.kind !== 'consent') return;
    expect(await project.start({ device: 'cuda', agreedHash: asked.request.hash })).toEqual({ kind: 'started' });
    await project.stop();
    expect(await project.start({ device: 'cuda' })).toEqual({ kind: 'started' });
    await project.stop();
    expect(await project.start({ device: 'cpu' })).toEqual({ kind: 'started' });
  });

  test('has its GPU for itself, and says which others there are', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, 'cuda');
    const launch = {
      ...{ path: 'counter.cu', functionName: 'twice', args: ['float[2]=[1,2]', '2'], symbols: [] },
      ...{ sharedBytes: 0, isCooperative: false, timeLimitMs: 60_000, device: 'cuda' as const },
      ...{ grid: [1, 1, 1] as [number, number, number], block: [32, 1, 1] as [number, number, number] },
    };
    await expect(project.functions.launch({ ...launch, launchId: 'a' })).rejects.toMatchObject({ code: 'DeviceBusy' });
    const other = await project.functions.launch({ ...launch, launchId: 'b', gpu: 1 });
    expect(other).toMatchObject({ launch: { outcome: { kind: 'done', device: 'cuda' } } });
    const shown = await project.functions.values({ launchId: 'b', buffer: 0, from: 0, count: 2 });
    expect(shown).toEqual({ before: [1, 2], values: [2, 4] });
    await project.stop();
    await expect(project.start({ device: 'cuda', gpu: 2 })).rejects.toMatchObject({
      code: 'DeviceNotAvailable',
      message: expect.stringContaining('no GPU number 2: there are 2'),
    });
  });
});

describe('without NVRTC (stand-in)', () => {
  /** Whatever was opened under another name is forgotten. */
  const withoutNvrtc = (name: string): void => {
    process.env['RINGSTUDIO_NVRTC_LIBRARY'] = join(import.meta.dirname, name);
  };
  const agreeAndStart = async (project: OpenProject): Promise<StartResult> => {
    const asked = await project.start({ device: 'cuda' });
    if (asked.kind !== 'consent') return asked;
    return project.start({ device: 'cuda', agreedHash: asked.request.hash });
  };

  test('what is precompiled runs, after a question of its own; edited code says what to install and runs once that is there', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, 'cuda');
    await project.stop();
    const dir = fixture.folderWith('project', {});
    await precompileInto(dir, 'counter.cu');
    withoutNvrtc('no-such-library.so');
    const asked = await project.start({ device: 'cuda' });
    expect(asked).toMatchObject({ kind: 'consent', request: { sources: ['counter.cu', 'counter.ringbundle'] } });
    expect(await agreeAndStart(project)).toEqual({ kind: 'started' });
    await project.send(add(3));
    expect((await project.request(query)).message).toEqual({ sum: 3, count: 1 });
    await fixture.edit(project, 'counter.cu', (text) => text.replace('+= msg.n', '+= 10 * msg.n'));
    await project.save(['counter.cu']);
    const failed = await fixture.until(
      project,
      ({ revisions }) => revisions.some(({ status }) => status === 'failed'),
      'the new code is not compiled',
    );
    expect(failed.revisions.at(-1)?.problems).toEqual([
      expect.objectContaining({
        code: 'nvrtc-not-found',
        message: expect.stringContaining('counter.ringbundle is for other code') as string,
        tip: expect.stringContaining('pip install nvidia-cuda-nvrtc') as string,
      }),
    ]);
    expect((await project.request(query)).message).toEqual({ sum: 3, count: 1 });
    Object.assign(process.env, standIn);
    await project.compileAgain('counter.cu');
    await fixture.until(project, ({ run }) => run.actors[0]?.revision === 2, 'it runs the new code');
    await project.stop();
  });

  test('what is not precompiled is refused with what to install', async () => {
    await using fixture = new HostFixture();
    withoutNvrtc('no-other-library.so');
    const files = { ...FILES, 'counter.cu': `${COUNTER}// other\n` };
    const project = await fixture.open(fixture.folderWith('project', files));
    expect(await agreeAndStart(project)).toMatchObject({
      kind: 'problems',
      problems: [
        {
          code: 'nvrtc-not-found',
          message: expect.stringMatching(
            /^counter\.cu cannot be compiled for the GPU: NVRTC.* was not found/,
          ) as string,
          tip: expect.stringContaining('pip install nvidia-cuda-nvrtc') as string,
        },
      ],
    });
  });
});

describe('a GPU that is lost', () => {
  test('is told with its cause and what became of the messages, and nothing more where nobody can replace the host', async () => {
    await using fixture = new HostFixture();
    const project = await start(fixture, 'cuda');
    await project.send(add(3));
    await project.send(breakIt);
    const { console: lines } = await fixture.until(
      project,
      ({ console: seen }) => seen.some(({ text }) => text.startsWith('Nothing more runs on the GPU')),
      'the end is told',
    );
    const texts = lines.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^Run 1 has lost GPU 0: one#0: trap at counter\.cu:12: /));
    expect(texts).toContain(
      'Its messages: 2 accepted, 0 sent by actors; 2 had an end, 1 dead letters among them, and 0 waited.',
    );
    await project.stop();
    await expect(project.start({ device: 'cuda' })).rejects.toMatchObject({ code: 'DeviceLost' });
    expect(texts).toContainEqual(expect.stringMatching(/^In hand, and a dead letter now: Break \{\} to one#0 \(id /));
  });
});

describe('a run that is stopped while a handler does not return', () => {
  test('leaves its GPU to the next process, and the console says so', async () => {
    await using fixture = new HostFixture();
    const folder = fixture.folderWith('project', FILES);
    const project = await fixture.open(folder);
    const asked = await project.start({ device: 'cuda', gpu: 1 });
    if (asked.kind !== 'consent') throw new Error(`expected a question, not ${asked.kind}`);
    await project.start({ device: 'cuda', gpu: 1, agreedHash: asked.request.hash });
    await project.send({ to: 'one', type: 'Hang', message: {} });
    await project.stop();
    const told = /^Run 1 has ended and left GPU 1 lost to this process: /;
    const { run } = await fixture.until(
      project,
      ({ console: seen }) => seen.some(({ text }) => told.test(text)),
      'it is told',
    );
    expect(run.phase).toBe('idle');
    await expect(project.start({ device: 'cuda', gpu: 1 })).rejects.toMatchObject({
      code: 'DeviceLost',
      tip: 'Start this program again: a new process gets the GPU back.',
    });
  });
});
