import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { generateSampleUnits, generateUnits, listSamples } from '../../main/testing/nvcc/generated-units.ts';
import { ARCHITECTURES, Nvcc, type NvccResult } from '../../main/testing/nvcc/nvcc.ts';

const root = join(import.meta.dirname, '..', '..');
const samples = listSamples(root);
const headers = ['abi', 'actor', 'cuda'].flatMap((folder) =>
  readdirSync(join(root, 'kernels', folder)).filter((file) => /\.(h|cuh)$/.test(file)),
);
const verified = readdirSync(join(root, 'kernels', 'verify')).filter((file) => file.endsWith('.cu'));
/** Registers of a multiprocessor: all threads of a block must find room in them. */
const REGISTERS = 65_536;
/** Its handler is an addition: what it needs is what the persistent loop needs. */
const loopOnly = 'vector_add/vector_add.cu';
/** What the loop may store to memory around calls. */
const LOOP_SPILL_BYTES = 64;

let nvcc: Nvcc | string;
beforeAll(async () => {
  nvcc = await Nvcc.find(root);
});
afterAll(async () => {
  if (typeof nvcc !== 'string') await nvcc[Symbol.asyncDispose]();
});
beforeEach((ctx) => {
  if (typeof nvcc === 'string') ctx.skip(nvcc);
});

/** Work that tests of a group share: all of it begins with the first one. */
function started(names: readonly string[], compile: (name: string, nvcc: Nvcc) => Promise<NvccResult>) {
  let results: ReadonlyMap<string, Promise<NvccResult>> | undefined;
  return (name: string): Promise<NvccResult> => {
    if (typeof nvcc === 'string') throw new Error(nvcc);
    const compiler = nvcc;
    results ??= new Map(names.map((each) => [each, compile(each, compiler)]));
    return results.get(name)!;
  };
}

test('nvcc compiles for every architecture that is named', (ctx) => {
  const { architectures, release } = nvcc as Nvcc;
  const missing = ARCHITECTURES.filter((each) => !architectures.includes(each));
  if (missing.length > 0) ctx.skip(`nvcc ${release} does not know sm_${missing.join(', sm_')}`);
  expect(architectures).toEqual(ARCHITECTURES);
});

// Down to PTX: machine code is made of the entries below.
describe('each header with nvcc', () => {
  const compiled = started(headers, (header, compiler) =>
    compiler.compile({ text: `#include "${header}"\n#include "${header}"\nint nothing;\n`, to: 'ptx' }),
  );
  test.each(headers)('%s compiles alone, and twice in one unit', { timeout: 300_000 }, async (header) => {
    expect(await compiled(header)).toEqual({ ok: true, entries: [] });
  });
});

describe('each sample with nvcc', () => {
  const units = new Map<string, string[]>();
  const compiled = started(samples, async (sample, compiler) => {
    const unit = (await allUnits()).find(({ source }) => source === sample)!;
    units.set(sample, [...unit.kernels]);
    // One is compiled for every architecture that there is, all of the runtime with it.
    const to = sample === loopOnly ? 'machineCode' : 'fromOnePtx';
    return compiler.compile({ text: unit.text, includes: [unit.projectDir], to });
  });
  let generated: ReturnType<typeof generateSampleUnits> | undefined;
  const allUnits = () => (generated ??= generateSampleUnits(root));

  test.each(samples)(
    '%s: an entry of each kernel for each architecture, that fits',
    { timeout: 300_000 },
    async (name) => {
      const result = await compiled(name);
      if (!result.ok) expect.fail(result.output);
      const { architectures, allArchitectures } = nvcc as Nvcc;
      const expected = [...units.get(name)!.map((kernel) => `ring_run_${kernel}`), 'ring_tell_time'].flatMap((entry) =>
        (name === loopOnly ? allArchitectures : architectures).map((each) => `${entry} sm_${each}`),
      );
      expect(result.entries.map(({ entry, architecture }) => `${entry} ${architecture}`).toSorted()).toEqual(
        expected.toSorted(),
      );
      for (const { registers } of result.entries) expect(registers * 256).toBeLessThanOrEqual(REGISTERS);
    },
  );

  test('the loop around a small handler hardly stores registers to memory', { timeout: 300_000 }, async () => {
    const result = await compiled(loopOnly);
    if (!result.ok) expect.fail(result.output);
    for (const { spillBytes } of result.entries) expect(spillBytes).toBeLessThanOrEqual(LOOP_SPILL_BYTES);
  });
});

test('actors of several blocks, printf and assert compile', { timeout: 300_000 }, async () => {
  const [unit] = await generateUnits(root, { folder: 'test', sources: ['many_blocks.cu'] });
  const { text, projectDir } = unit!;
  const result = await (nvcc as Nvcc).compile({ text, includes: [projectDir], to: 'fromOnePtx' });
  if (!result.ok) expect.fail(result.output);
  const names = new Set(result.entries.map(({ entry }) => entry));
  expect([...names].toSorted()).toEqual(['_Z5shoutPjj', 'ring_run_alone', 'ring_run_cube', 'ring_tell_time']);
});

test.each(verified)('%s of verify-cuda compiles', { timeout: 300_000 }, async (source) => {
  const [unit] = await generateUnits(root, { folder: 'verify', sources: [source] });
  const { text, projectDir } = unit!;
  const result = await (nvcc as Nvcc).compile({ text, includes: [projectDir], to: 'ptx' });
  if (!result.ok) expect.fail(result.output);
});

test("cooperative groups are used as CUDA's own headers have them", { timeout: 300_000 }, async () => {
  const [unit] = await generateUnits(root, { folder: 'test', sources: ['cooperative_groups.cu'] });
  const { text, projectDir, kernels } = unit!;
  expect(kernels).toEqual(['tiles', 'branches', 'blocks']);
  const result = await (nvcc as Nvcc).compile({ text, includes: [projectDir], to: 'ptx' });
  if (!result.ok) expect.fail(result.output);
});

describe('code of actors', () => {
  let compiled: Promise<string> | undefined;
  const ptx = () =>
    (compiled ??= (async () => {
      const [unit] = await generateUnits(root, { folder: 'test', sources: ['code_shape.cu'] });
      const { text, projectDir } = unit!;
      const result = await (nvcc as Nvcc).compileToPtx({ text, includes: [projectDir] });
      return result.ok ? result.ptx : expect.fail(result.output);
    })());

  test(
    "waits for the block at one instruction, that of CUDA's own headers included",
    { timeout: 300_000 },
    async () => {
      const text = await ptx();
      expect(text.match(/\bbar(rier)?(\.cta)?\.red\S*\s+\S+\s+0,/g)).toHaveLength(1);
      expect(text.match(/\bbar(rier)?(\.cta)?\.(sync|arrive)\S*\s+0\b.*/g)).toBeNull();
    },
  );

  test('reads again what __ldg has read before', { timeout: 300_000 }, async () => {
    expect((await ptx()).match(/ld\.global\.nc.*/g)).toBeNull();
  });
});

describe('what the CUDA device cannot do yet', () => {
  const compile = async (text: string): Promise<string> => {
    const result = await (nvcc as Nvcc).compile({ text, to: 'ptx' });
    return result.ok ? '' : result.output;
  };
  const entry = (declarations: string): string =>
    `#include <ring_kernel.cuh>\nstruct M { int x; };\n${declarations}RING_ON(k, M) {}\n#include <ring_entry.cuh>\n` +
    'RING_TYPE_ID(::M, 1u)\nRING_ENTRY_BEGIN(k)\nRING_ENTRY_HANDLER(k, ::M, 1u)\nRING_ENTRY_END(k, 0)\n';

  test('what is no message cannot be sent', { timeout: 300_000 }, async () => {
    const text = entry('RING_KERNEL(k);\nstruct N { int* p; };\n').replace('{}', '{ ctx.reply(N{}); }');
    const refusal = 'RING_NOT_A_MESSAGE(::N, "p is a pointer")\n';
    expect(await compile(text.replace('RING_TYPE_ID', `${refusal}RING_TYPE_ID`))).toContain('p is a pointer');
  });
});
