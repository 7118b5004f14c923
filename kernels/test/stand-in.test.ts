import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { REPORT } from '../../app/abi/cuda-layout.ts';
import { PrintReader, type DrainedPrints } from '../../main/devices/cuda/prints.ts';
import { generateSampleUnits, generateUnits, listSamples } from '../../main/testing/nvcc/generated-units.ts';
import type { GeneratedUnit } from '../../main/testing/nvcc/generated-units.ts';
import { buildStandIn, needsStandIn, runScenario, type StandIn } from '../../native/test/stand-in/stand-in.ts';

const root = join(import.meta.dirname, '..', '..');
const BUILD_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'ringstudio-units-'));

let standIn: StandIn;
let units: readonly GeneratedUnit[];
beforeEach(needsStandIn);
beforeAll(async () => {
  if (process.platform !== 'linux') return;
  [standIn, units] = await Promise.all([buildStandIn(), generateSampleUnits(root)]);
}, BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(scenario: string, text: string, env: Readonly<Record<string, string>> = {}) {
  const unit = join(folder, 'unit.cu');
  writeFileSync(unit, text);
  const settings = `grace_ms=300,cache=${folder}`;
  return (await runScenario(standIn, scenario, { settings, env: { RING_UNIT: unit, ...env } })).values;
}

function sample(name: string): GeneratedUnit {
  return units.find(({ source }) => source === name)!;
}

describe('the entries that the CUDA device launches', () => {
  test('a persistent kernel answers requests, parks, goes on with the same rings, and ends', async () => {
    expect(await run('vector_add', sample('vector_add/vector_add.cu').text)).toEqual({
      busy: 600,
      wrong: 0,
      whileResident: 800,
      why: 'cuMemAlloc_v2: kernel ring_run_vector_add is resident: a driver waits here until it ends',
      afterwards: 0,
      again: 7,
      state: 3,
      processed: 2001,
      complaints: '',
    });
  });

  test('two actors message each other without the host', async () => {
    expect(await run('ping_pong', sample('ping_pong/ping_pong.cu').text)).toEqual({
      replies: 300,
      pings: 300,
      pongs: 301,
    });
  });

  test('a block of 256 threads handles messages together; a handler that fails leaves in the arena why', async () => {
    const text = `#include <ring_many_threads.h>
#include <ring_kernel.cuh>
struct Count { uint32_t n; };
struct Total { uint64_t sum; };
RING_KERNEL(wide);
RING_BLOCK(wide, 256);
RING_ON(wide, Count) {
  ring::text<256> limit;
  if (ctx.leader()) limit[msg.n] = 'x';
  const uint64_t sum = ctx.reduce(msg.n, uint64_t{0}, [](unsigned i) { return uint64_t{i} + 1; });
  if (ctx.leader()) ctx.reply(Total{sum});
}
#include <ring_entry.cuh>
RING_TYPE_ID(::Count, 1u)
RING_TYPE_ID(::Total, 2u)
RING_ENTRY_BEGIN(wide)
RING_ENTRY_HANDLER(wide, ::Count, 1u)
RING_ENTRY_END(wide, 0)
`;
    const sums = Array.from({ length: 50 }, (_, i) => ((i + 1) * (i + 2)) / 2);
    expect(await run('wide', text)).toEqual({
      sum: sums.reduce((sum, each) => sum + each, 0),
      failed: 719,
      fault: 9,
      index: 1000,
      of: "'ring::text'",
      sticky: 719,
    });
  });
});

describe('actors of several blocks', () => {
  let unit: GeneratedUnit;
  beforeAll(async () => {
    if (process.platform !== 'linux') return;
    [unit] = (await generateUnits(root, { folder: 'test', sources: ['many_blocks.cu'] })) as [GeneratedUnit];
  });
  const runUnit = (scenario: string, env: Readonly<Record<string, string>> = {}) =>
    run(scenario, unit.text, { RING_FUNCTION: '_Z5shoutPjj', ...env });

  test('see the indices of all instances, meet, wait for nobody who has returned, leave and come back', async () => {
    expect(await runUnit('blocks')).toEqual({
      places: 96,
      first: '2,0,0/0,0,0',
      last: '3,0,1/3,2,1',
      dimensions: '4,3,2/4,1,2',
      indices: '4-7',
      wrong: 0,
      votes: 36 * 6,
      shared: 4 * (22_000 + 230) + 0 + 1 + 2 + 3,
      parked: 0,
      drawn: 96,
      processed: 6,
      nothingMore: true,
      again: 0,
      hasLeft: true,
      acknowledged: true,
      ended: 0,
      states: '1 3',
      leavesAtOnce: true,
      restarted: 0,
      complaints: '',
    });
  });

  test('print what C prints, with their place; so do plain functions', async () => {
    const values = await runUnit('prints');
    const printed = (name: string): DrainedPrints => drain(values[name], values[`${name}Words`]);
    const line = (index: number): string => `done| 12.5%|-3  |-1099511627776|x|abcd|(null)|beef ${index}\n`;
    expect(printed('cube')).toEqual({
      prints: [0, 1].map((index) => ({ text: line(index), place: { block: 1, thread: 7 } })),
      dropped: 0,
    });
    const full = printed('full');
    expect(full.prints.length + full.dropped).toBe(200);
    expect(full.prints.at(-1)).toEqual({ text: line(full.prints.length - 1), place: { block: 3, thread: 7 } });
    expect(printed('alone').prints).toEqual([{ text: '1 of 2\n', place: undefined }]);
    expect(printed('launch').prints).toEqual([{ text: '1 of 4\n', place: { block: 1, thread: 1 } }]);
    expect(values).toMatchObject({ returned: 2, state: 3, written: '104 134' });
  });

  test.each([
    ['assert', { code: 4, place: '1/7', text: 'msg.how != 1 && "as told"', other: 0 }],
    ['__trap', { code: 5, place: '1/7', text: '', other: 0 }],
    ['assert in a plain function', { code: 4, place: '1/1', text: 'index != 3 || fails == 0' }],
  ])('that fail leave why, and where: %s', async (what, expected) => {
    const how = ['assert', '__trap', 'assert in a plain function'].indexOf(what) + 1;
    const values = await runUnit('fault', { RING_HOW: how.toString() });
    expect(values).toMatchObject({ failed: 719, ...expected });
    if (expected.code === 4) expect(values['file']).toMatch(/many_blocks\.cu$/);
    expect(Number(values['line']) > 0).toBe(expected.code === 4);
  });
});

/** What the host reads of a report and its ring, as the scenario shows their bytes. */
function drain(report: unknown, words: unknown): DrainedPrints {
  const ring = Buffer.from(String(words), 'hex');
  const memory = new Uint8Array(REPORT.sizeBytes + ring.length);
  memory.set(Buffer.from(String(report), 'hex'));
  memory.set(ring, REPORT.sizeBytes);
  const u32 = new Uint32Array(memory.buffer);
  u32[REPORT.prints >>> 2] = REPORT.sizeBytes;
  const dropped = u32[REPORT.dropped >>> 2]!;
  u32[REPORT.dropped >>> 2] = 0;
  const reader = new PrintReader(memory.buffer, 0);
  u32[REPORT.dropped >>> 2] = dropped;
  return reader.drain();
}

test.each(listSamples(root))('%s compiles and loads, with an entry for each kernel', async (name) => {
  const { text, kernels } = sample(name);
  const values = await run('entries', text, {
    RING_ENTRIES: kernels.join(','),
  });
  expect(Object.keys(values)).toEqual(kernels);
});
