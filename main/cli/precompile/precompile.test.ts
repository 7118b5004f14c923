import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { buildStandIn, needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { CliFixture, type CliResult } from '../cli.fixture.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const BUILD_MS = 600_000;
vi.setConfig({ testTimeout: 120_000 });

const adder = `#include <ring_kernel.cuh>
#include "pair.h"
struct Sum { int32_t sum; };
RING_KERNEL(adder);
RING_ON(adder, Pair) { ctx.reply(Sum{msg.a + msg.b}); }
`;
const topology = JSON.stringify({
  version: 1,
  actors: [{ id: 'adder', kernel: 'adder', source: 'adder.cu' }],
  inject: [{ to: 'adder', message: { a: 20, b: 22 } }],
});
const files = {
  'adder.cu': adder,
  'pair.h': 'struct Pair { int32_t a; int32_t b; };\n',
  'sum.ring.json': topology,
};

describe('precompile, from a folder with bad input', () => {
  const cli = new CliFixture({
    ...files,
    'broken.cu': adder.replace('msg.b', 'msg.c'),
    'wrong.ring.json': topology.replace('"adder.cu"', '"missing.cu"'),
    'notes.txt': '',
    'other/adder.cu': adder,
    'text.ringbundle': 'not a bundle\n',
  });
  afterAll(() => cli[Symbol.dispose]());
  const nowhere = { RINGSTUDIO_NVRTC_LIBRARY: cli.path('no-such-library.so') };

  test.each([
    [['precompile'], 2, /MissingArgument: 'precompile' needs a topology/],
    [['precompile', 'none.cu'], 2, /FileNotFound: there is no file 'none\.cu'/],
    [['precompile', 'notes.txt'], 2, /UnknownFileKind/],
    [['precompile', 'wrong.ring.json'], 2, /missing\.cu/],
    [['precompile', 'broken.cu'], 1, /broken\.cu:5:\d+: error: no member named 'c'/],
    [['precompile', 'adder.cu', 'other/adder.cu'], 2, /MissingOption: the files lie in several folders/],
    [['precompile', 'adder.cu', '--out', 'code.bin'], 2, /InvalidOption: --out 'code\.bin' is no bundle/],
    [['precompile', 'adder.cu', '--arch', 'hopper'], 2, /InvalidOption: --arch takes compute_75 .* not 'hopper'/],
    [['precompile', 'adder.cu', '--check'], 2, /FileNotFound: there is no file 'adder\.ringbundle'/],
    [['precompile', 'adder.cu', '--check', '--out', 'text.ringbundle'], 2, /BundleUnreadable: 'text\.ringbundle'/],
    [['precompile', 'sum.ring.json'], 3, /NvrtcNotFound: .*pip install nvidia-cuda-nvrtc/],
  ])('%j says what is wrong', async (args, exitCode, words) => {
    const result = await cli.run(args, { env: nowhere });
    expect(result.stderr).toMatch(words);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(existsSync(cli.path('sum.ringbundle'))).toBe(false);
  });
});

describe('a bundle (of the stand-in)', () => {
  const cli = new CliFixture(files);
  afterAll(() => cli[Symbol.dispose]());
  let withNvrtc: Readonly<Record<string, string>> = {};
  let without: Readonly<Record<string, string>> = {};
  beforeEach(needsStandIn);
  beforeAll(async () => {
    const { library } = await buildStandIn();
    const cache = join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs');
    withNvrtc = {
      RINGSTUDIO_CUDA_LIBRARY: library,
      RINGSTUDIO_NVRTC_LIBRARY: library,
      RING_STANDIN: `optimize=0,cache=${cache}`,
      RINGSTUDIO_CACHE_DIR: cli.path('cache'),
    };
    without = { ...withNvrtc, RINGSTUDIO_NVRTC_LIBRARY: cli.path('no-such-library.so') };
    const made = await cli.run(['precompile', 'sum.ring.json', '--arch', 'compute_75,sm_90'], { env: withNvrtc });
    expect([made.exitCode, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(
      /^adder\.cu: compute_75, sm_90\nsum\.ringbundle: .* made by the driver stand-in, and for it\n$/,
    );
  }, BUILD_MS);
  const run = (env: Readonly<Record<string, string>>): Promise<CliResult> =>
    cli.run(['run', 'sum.ring.json', '--device', 'cuda'], { env });
  const check = (): Promise<CliResult> => cli.run(['precompile', 'sum.ring.json', '--check'], { env: without });

  test('runs without NVRTC, and fits; the topology in another folder too', async () => {
    const result = await run(without);
    expect([result.exitCode, result.results.map(({ message }) => message)]).toEqual([0, [{ sum: 42 }]]);
    expect(await check()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('sum.ringbundle: fits the sources') as string,
    });
    for (const [path, text] of Object.entries(files)) cli.write(`copy/${path}`, text);
    cli.write('copy/sum.ringbundle', readFileSync(cli.path('sum.ringbundle')));
    const copy = await cli.run(['run', 'copy/sum.ring.json', '--device', 'cuda'], { env: without });
    expect([copy.exitCode, copy.results.map(({ message }) => message)]).toEqual([0, [{ sum: 42 }]]);
  });

  test('is not taken for edited code, not even of a header: what is missing and what to do is said', async () => {
    cli.write('pair.h', 'struct Pair { int32_t a; int32_t b = 1; };\n');
    try {
      const result = await run(without);
      expect([result.exitCode, result.stdout]).toEqual([3, '']);
      expect(result.stderr).toMatch(/NvrtcNotFound: adder\.cu cannot be compiled for the GPU: NVRTC, .* was not found/);
      expect(result.stderr).toContain('Nor is it precompiled: sum.ringbundle is for other code: adder.cu, a file');
      expect(result.stderr).toMatch(/pip install nvidia-cuda-nvrtc.* Or run ringstudio precompile on a machine with/);
      const stale = await check();
      expect([stale.exitCode, stale.stdout]).toEqual([1, '']);
      expect(stale.stderr).toContain('BundleStale: sum.ringbundle does not fit the sources as they are: adder.cu.');
      expect(await run(withNvrtc)).toMatchObject({ exitCode: 0 });
    } finally {
      cli.write('pair.h', files['pair.h']);
    }
  });

  test('that is damaged is told, and does not keep NVRTC from compiling', async () => {
    const whole = readFileSync(cli.path('sum.ringbundle'));
    writeFileSync(cli.path('sum.ringbundle'), whole.subarray(0, -1));
    try {
      const failed = await run(without);
      expect(failed.exitCode).toBe(3);
      expect(failed.stderr).toContain(
        "'sum.ringbundle' is no bundle of precompiled code that can be read: it is damaged",
      );
      const compiled = await run(withNvrtc);
      expect(compiled.exitCode).toBe(0);
      expect(compiled.stderr).toContain('[bundle-unreadable]');
    } finally {
      writeFileSync(cli.path('sum.ringbundle'), whole);
    }
  });

  test('needs an architecture that NVRTC knows, and that the GPU runs', async () => {
    const unknown = await cli.run(['precompile', 'sum.ring.json', '--arch', 'sm_70'], { env: withNvrtc });
    expect(unknown.stderr).toMatch(/ArchitectureUnknown: NVRTC 12\.8 .* for sm_70\. It does for 75, /);
    const args = ['precompile', 'adder.cu', '--arch', 'sm_75', '--out', 'old/sum.ringbundle'];
    for (const [path, text] of Object.entries(files)) cli.write(`old/${path}`, text);
    expect(await cli.run(args, { env: withNvrtc })).toMatchObject({ exitCode: 0 });
    const old = await cli.run(['run', 'old/sum.ring.json', '--device', 'cuda'], { env: without });
    expect(old.stderr).toMatch(
      /there is code for sm_75, which is not for the GPU, which has compute capability [\d.]+ \(sum\.ringbundle\)/,
    );
  });
});
