import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { generateSampleUnits, listSamples, type GeneratedUnit } from '../../main/testing/nvcc/generated-units.ts';
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
  return (await runScenario(standIn, scenario, { settings: 'grace_ms=300', env: { RING_UNIT: unit, ...env } })).values;
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

test.each(listSamples(root))('%s compiles and loads, with an entry for each kernel', async (name) => {
  const { text, kernels } = sample(name);
  const values = await run('entries', text, {
    RING_ENTRIES: kernels.join(','),
  });
  expect(Object.keys(values)).toEqual(kernels);
});
