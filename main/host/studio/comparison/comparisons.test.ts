import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../../native/test/stand-in/stand-in.ts';
import type { CompareInput, ComparisonState, ComparisonView, JudgeInput } from '../../../../app/contract/comparison.ts';
import type { ConsoleLine } from '../../../../app/contract/project.ts';
import { packageRoot } from '../../package-root.ts';
import type { OpenProject } from '../project-host.ts';
import { HostFixture } from '../studio-host.fixture.ts';

const BUILD_MS = 600_000;
/** Does something else on the CPU device where a message asks for it: 1 rounds, 2 fails; 3 fails on a GPU. */
const MEAN = `#include <ring_kernel.cuh>
struct Reading { float value; uint32_t slip = 0; };
struct Average { float mean; uint64_t count; };
struct Again {};
RING_KERNEL(mean, Average);
RING_OUTPUT(mean, averages, Average);
RING_OUTPUT(mean, again, Again);
RING_ON(mean, Reading) {
  state.count += 1;
  state.mean += (msg.value - state.mean) / state.count;
  Average average = state;
  printf("reading %u\\n", static_cast<unsigned>(state.count));
#if defined(RING_DEVICE_CPU)
  if (msg.slip == 1) average.mean += 0.25f;
  if (msg.slip == 2) __trap();
#else
  if (msg.slip == 3) __trap();
#endif
  ctx.emit(averages, average);
}
RING_ON(mean, Again) { ctx.emit(again, Again{}); }
`;
const TOPOLOGY = {
  version: 1,
  actors: [{ id: 'mean', kernel: 'mean', source: 'mean.cu' }],
  hosts: [{ id: 'tape', host: 'sink', file: 'tape.jsonl' }],
  channels: [
    { from: 'mean.averages', to: 'tape' },
    { from: 'mean.again', to: 'mean' },
  ],
  inject: [
    { to: 'mean', type: 'Reading', message: { value: 1 } },
    { to: 'mean', type: 'Reading', message: { value: 2 } },
  ],
};
const FILES = {
  'topology.ring.json': JSON.stringify(TOPOLOGY),
  'mean.cu': MEAN,
  'readings.jsonl': [1, 2, 6]
    .map((value) => `${JSON.stringify({ type: 'Reading', message: { value, slip: value === 6 ? 1 : 0 } })}\n`)
    .join(''),
  'wrong.jsonl': '{"type": "Reading", "message": {"value": "much"}}\n',
};

const standIn: Record<string, string> = {};
beforeEach(needsStandIn);
beforeAll(async () => {
  const { library } = await buildStandIn();
  const cache = join(packageRoot(import.meta.url), 'node_modules', '.cache', 'driver-stand-in', 'programs');
  Object.assign(standIn, {
    RINGSTUDIO_CUDA_LIBRARY: library,
    RINGSTUDIO_NVRTC_LIBRARY: library,
    RING_STANDIN: `optimize=0,devices=2,cache=${cache}`,
  });
}, BUILD_MS);
beforeEach(() => void Object.assign(process.env, standIn));
afterEach(() => {
  for (const name of Object.keys(standIn)) Reflect.deleteProperty(process.env, name);
});

class Comparing implements AsyncDisposable {
  readonly fixture: HostFixture;
  replacements = 0;
  readonly dir: string;
  project!: OpenProject;

  constructor(files: Readonly<Record<string, string>> = FILES) {
    this.fixture = new HostFixture({ replaceHost: () => this.replacements++ });
    this.dir = this.fixture.folderWith('project', files);
  }

  static async open(files?: Readonly<Record<string, string>>): Promise<Comparing> {
    const comparing = new Comparing(files);
    comparing.project = await comparing.fixture.open(comparing.dir);
    return comparing;
  }

  compare(messages: CompareInput['messages'], more: Partial<CompareInput> = {}) {
    return this.project.comparisons.compare({ comparisonId: 'comparison', messages, hasPrints: false, ...more });
  }

  /** The person agrees to what is asked. */
  async compareAgreed(messages: CompareInput['messages'], more: Partial<CompareInput> = {}) {
    const asked = await this.compare(messages, more);
    if (asked.kind !== 'consent') return asked;
    return this.compare(messages, { ...more, agreedHash: asked.request.hash });
  }

  judge(more: Partial<JudgeInput> = {}): Promise<ComparisonView> {
    return this.project.comparisons.judge({ comparisonId: 'comparison', tolerances: [], isUnordered: false, ...more });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.fixture[Symbol.asyncDispose]();
  }
}

const own = { kind: 'topology' } as const;
const readings = (...slips: readonly number[]): CompareInput['messages'] => ({
  kind: 'given',
  messages: slips.map((slip) => ({ to: 'mean', type: 'Reading', message: { value: 1, slip } })),
});

describe('the CPU and a GPU (stand-in)', () => {
  test('agree about what the topology brings along, after a question, and no file is written', async () => {
    await using comparing = await Comparing.open();
    const asked = await comparing.compare(own);
    expect(asked).toMatchObject({ kind: 'consent', request: { device: 'cuda', sources: ['mean.cu'], writes: [] } });
    expect(await comparing.compareAgreed(own, { hasPrints: true })).toEqual({ kind: 'compared' });
    const { sent, sides, comparison, floatFields } = await comparing.judge();
    expect(comparison).toMatchObject({
      compared: { streams: 1, messages: 2, states: 1, printedLines: 2 },
      ...{ total: 0, listed: [] },
    });
    const clean = { outputs: 2, states: 1, failed: 0, deadLetters: 0, undelivered: 0, failures: [], isLost: false };
    expect(sides).toMatchObject([
      { device: 'cpu', ...clean },
      { device: 'cuda', ...clean },
    ]);
    expect([sent, floatFields]).toEqual([2, ['mean', 'value']]);
    expect(existsSync(join(comparing.dir, 'tape.jsonl'))).toBe(false);
    const { fixture, project } = comparing;
    const said = (what: string) => (line: ConsoleLine) => `${line.actor} ${line.text}` === what;
    const { comparison: state } = await fixture.until(
      project,
      ({ console: lines }) => ['cpu', 'cuda'].every((device) => lines.some(said(`${device}: mean#0 reading 2`))),
      'the console shows what both print',
    );
    expect(state).toMatchObject({ id: 'comparison', phase: 'done' });
  });

  test('differ in a field, and agree within its tolerance without another run', async () => {
    await using comparing = await Comparing.open();
    await comparing.compareAgreed({ kind: 'file', path: 'readings.jsonl' });
    const { comparison, path } = await comparing.judge();
    expect(path).toBe('readings.jsonl');
    expect(comparison.listed).toEqual([
      {
        at: 'tape: mean#0 averages[2].mean',
        place: { kind: 'message', subject: 'tape: mean#0 averages', index: 2, path: 'mean' },
        ...{ values: [3.25, 3], absolute: 0.25, relative: 0.25 / 3.25 },
      },
    ]);
    const tolerant = await comparing.judge({ tolerances: [{ field: 'Average.mean', absolute: 0.25, relative: 0 }] });
    expect([tolerant.comparison.total, tolerant.tolerances]).toEqual([
      0,
      { 'Average.mean': { absolute: 0.25, relative: 0 } },
    ]);
    const inAnyOrder = await comparing.judge({ isUnordered: true });
    expect([inAnyOrder.comparison.total, inAnyOrder.isUnordered]).toEqual([1, true]);
    const tolerances = (field: string) => ({ tolerances: [{ field, absolute: 1, relative: 0 }] });
    await expect(comparing.judge(tolerances('maen'))).rejects.toMatchObject({ code: 'UnknownField' });
    await expect(comparing.judge(tolerances('count'))).rejects.toMatchObject({ code: 'NoFloat' });
    await expect(comparing.judge({ comparisonId: 'another one' })).rejects.toMatchObject({ code: 'ComparisonGone' });
  });

  test('differ where a handler fails on one of them, which is told with its line', async () => {
    await using comparing = await Comparing.open();
    await comparing.compareAgreed(readings(0, 2));
    const { sides, comparison } = await comparing.judge();
    const location = expect.objectContaining({ file: 'mean.cu', line: 15 }) as object;
    expect(sides[0]).toMatchObject({ failed: 1, failures: [{ actor: 'mean#0', cause: 'trap', location }] });
    expect(sides[1]).toMatchObject({ failed: 0, failures: [] });
    expect(comparison.listed.map(({ at, values }) => [at, values])).toContainEqual(['failed: mean#0', ['trap', null]]);
  });

  test('are told apart where the GPU is lost, which only another host gets back', async () => {
    await using comparing = await Comparing.open();
    await comparing.compareAgreed(readings(0, 3), { gpu: 1 });
    const { sides } = await comparing.judge();
    expect(sides.map(({ failed, isLost }) => [failed, isLost])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(sides[1].failures).toMatchObject([{ actor: 'mean#0', location: { file: 'mean.cu', line: 8 } }]);
    await expect(comparing.compare(own, { gpu: 1 })).rejects.toMatchObject({ code: 'DeviceLost' });
    await comparing.project.comparisons.regainGpu();
    expect(comparing.replacements).toBe(1);
  });
});

describe('a comparison', () => {
  test('that never ends is cancelled, and tells how far it was', async () => {
    await using comparing = await Comparing.open();
    const { project, fixture } = comparing;
    const loop = { kind: 'given' as const, messages: [{ to: 'mean', type: 'Again', message: {} }] };
    const result = comparing.compareAgreed(loop);
    const onCpu = (state: ComparisonState | null): boolean => state?.phase === 'cpu' && state.sent === 1;
    await fixture.until(project, ({ comparison }) => onCpu(comparison), 'it runs on the CPU');
    await expect(comparing.compare(own)).rejects.toMatchObject({ code: 'ComparisonRunning' });
    await project.comparisons.cancel('comparison');
    expect(await result).toEqual({ kind: 'cancelled' });
    expect((await fixture.snapshot(project)).comparison).toBeNull();
    await expect(comparing.judge()).rejects.toMatchObject({ code: 'ComparisonGone' });
  });

  test('needs a GPU that is there, and that nothing else is on', async () => {
    await using comparing = await Comparing.open();
    const { project } = comparing;
    await expect(comparing.compare(own, { gpu: 7 })).rejects.toMatchObject({
      code: 'DeviceNotAvailable',
      message: expect.stringContaining('no GPU number 7') as string,
    });
    const asked = await project.start({ device: 'cuda' });
    if (asked.kind === 'consent') await project.start({ device: 'cuda', agreedHash: asked.request.hash });
    await expect(comparing.compare(own)).rejects.toMatchObject({
      code: 'DeviceBusy',
      tip: expect.stringContaining('Stop what runs on it first') as string,
    });
    await project.stop();
  });

  test('runs nothing where a message, the topology or a source is wrong', async () => {
    const endless = { ...TOPOLOGY, hosts: [{ id: 'tape', host: 'timer', periodMs: 10, message: { value: 1 } }] };
    const channels = [{ from: 'tape.out', to: 'mean' }];
    await using comparing = await Comparing.open({
      ...FILES,
      'topology.ring.json': JSON.stringify({ ...endless, channels }),
    });
    const { fixture, project } = comparing;
    await expect(comparing.compareAgreed(own)).rejects.toMatchObject({ code: 'EndlessRun' });
    await fixture.edit(project, 'topology.ring.json', () => FILES['topology.ring.json']);
    const file = (path: string) => comparing.compareAgreed({ kind: 'file', path });
    await expect(file('wrong.jsonl')).rejects.toMatchObject({
      message: expect.stringMatching(/^wrong\.jsonl:1: invalid Reading: value: /) as string,
    });
    await expect(file('none.jsonl')).rejects.toMatchObject({ code: 'FileNotFound' });
    await fixture.edit(project, 'mean.cu', (text) => text.replace('msg.value', 'msg.valeu'));
    const broken = await comparing.compareAgreed(own);
    expect(broken).toMatchObject({ kind: 'problems', problems: [{ location: { file: 'mean.cu', line: 10 } }] });
  });
});
