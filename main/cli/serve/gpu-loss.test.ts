import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { packageRoot } from '../../host/package-root.ts';
import { Place, token, urlOf, Window } from './serve.fixture.ts';

const BUILD_MS = 600_000;
const COUNTER = `#include <ring_kernel.cuh>
struct Add { uint32_t n; };
struct Break {};
struct Query {};
struct Sum { uint64_t sum; };
struct SumState { uint64_t sum; };
RING_KERNEL(counter, SumState);
RING_ON(counter, Add) { state.sum += msg.n; }
RING_ON(counter, Break) { __trap(); }
RING_ON(counter, Query) { ctx.reply(Sum{state.sum}); }
`;
const TOPOLOGY = { version: 1, device: 'cuda', actors: [{ id: 'one', kernel: 'counter', source: 'counter.cu' }] };
const add = (n: number) => ({ to: 'one', type: 'Add', message: { n } });
const breakIt = { to: 'one', type: 'Break', message: {} };
const query = { to: 'one', type: 'Query', message: {}, timeoutMs: 30_000 };

let env: Readonly<Record<string, string>> = {};
beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  const cache = join(packageRoot(import.meta.url), 'node_modules', '.cache', 'driver-stand-in', 'programs');
  const settings = `optimize=0,cache=${cache}`;
  env = { RINGSTUDIO_CUDA_LIBRARY: library, RINGSTUDIO_NVRTC_LIBRARY: library, RING_STANDIN: settings };
}, BUILD_MS);

async function start(window: Window): Promise<void> {
  const { studio, projectId } = window;
  const asked = await studio.run.start.mutate({ projectId });
  if (asked.kind !== 'consent') throw new Error(`expected a question, not ${asked.kind}`);
  const started = await studio.run.start.mutate({ projectId, agreedHash: asked.request.hash });
  expect(started.kind).toBe('started');
}

/** A window on the host that has told something: the ones before may be on their way out. */
async function whoTells(url: URL, words: string): Promise<Window> {
  for (;;) {
    const window = new Window(url);
    const { console: lines } = await window.snapshot();
    if (lines.some(({ text }) => text.includes(words))) return window;
    await window[Symbol.asyncDispose]();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a GPU that is lost to the server (stand-in)', () => {
  test('comes back with a new process at the same address, and the run goes on from its checkpoint', async () => {
    using place = new Place();
    writeFileSync(join(place.project, 'counter.cu'), COUNTER);
    writeFileSync(join(place.project, 'topology.ring.json'), JSON.stringify(TOPOLOGY));
    const server = place.start(['project', '--port', '0', '--token', token], env);
    const url = await urlOf(server);
    {
      await using window = new Window(url);
      const { studio, projectId } = window;
      await start(window);
      await studio.inject.send.mutate({ projectId, ...add(3) });
      await studio.inject.request.mutate({ projectId, ...query });
      await studio.states.saveCheckpoint.mutate({ projectId, name: 'good' });
      await studio.inject.send.mutate({ projectId, ...add(4) });
      await window.type('notes.md', 'typed just now');
      await studio.inject.send.mutate({ projectId, ...breakIt });
    }
    await using window = await whoTells(url, 'goes on in a new process');
    expect(server.exitCode).toBeNull();
    const { studio, projectId } = window;
    const { console: lines, run } = await window.snapshot();
    expect(run.device.kind).toBe('cuda');
    const texts = lines.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^Run 1 has lost GPU 0: one#0: trap at counter\.cu:9: /));
    expect(texts).toContainEqual(
      expect.stringMatching(/^In hand, and a dead letter now: Break \{\} to one#0 \(id \d+\)/),
    );
    expect(texts).toContain('Run 1 goes on in a new process, from its last checkpoint.');
    expect((await studio.inject.request.mutate({ projectId, ...query })).message).toEqual({ sum: 3 });
    expect((await window.file('notes.md')).text).toBe('typed just now');
  });

  test('has the runs of other projects go on where they are', async () => {
    using place = new Place();
    const { folder } = place;
    for (const [name, device] of [
      ['project', 'cuda'],
      ['other', 'cpu'],
    ] as const) {
      const dir = join(folder, name);
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'counter.cu'), COUNTER);
      writeFileSync(join(dir, 'topology.ring.json'), JSON.stringify({ ...TOPOLOGY, device }));
    }
    const url = await urlOf(place.start(['project', '--port', '0', '--token', token], env));
    const other = new URL(url);
    {
      await using window = new Window(url);
      const { studio, projectId } = window;
      await start(window);
      const { id } = await studio.projects.open.mutate(join(folder, 'other'));
      other.hash = `#/project/${id}`;
      await using otherWindow = new Window(other);
      await start(otherWindow);
      await studio.inject.send.mutate({ projectId: id, ...add(5) });
      await studio.inject.request.mutate({ projectId: id, ...query });
      await studio.inject.send.mutate({ projectId, ...breakIt });
    }
    await using window = await whoTells(other, 'Run 1 goes on in a new process, where it was.');
    const { projectId } = window;
    const { run } = await window.snapshot();
    expect(run).toMatchObject({ phase: 'running', device: { kind: 'cpu' } });
    expect((await window.studio.inject.request.mutate({ projectId, ...query })).message).toEqual({ sum: 5 });
  });

  test('is given up for a run that loses it again and again', async () => {
    using place = new Place();
    const inject = [{ to: 'one', type: 'Break', message: {} }];
    writeFileSync(join(place.project, 'counter.cu'), COUNTER);
    writeFileSync(join(place.project, 'topology.ring.json'), JSON.stringify({ ...TOPOLOGY, inject }));
    const url = await urlOf(place.start(['project', '--port', '0', '--token', token], env));
    {
      await using window = new Window(url);
      await start(window).catch(() => undefined); // the host may be gone before it has answered
    }
    await using window = await whoTells(url, 'is not started again by itself');
    const { console: lines, run } = await window.snapshot();
    expect(lines.map(({ text }) => text)).toContain(
      'Run 1 is not started again by itself: It has lost its GPU 3 times within five minutes.',
    );
    expect(run.phase).toBe('idle');
  });
});
