import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { needsAddon } from '../../../native/test/fake-libraries.ts';
import { NvrtcFixture, nvrtcAt } from '../../../native/test/nvrtc.fixture.ts';
import { files, lineOf, prelude, summary } from '../compiler.fixture.ts';

const library = process.env['RINGSTUDIO_TEST_NVRTC'];
const architectures = [75, 80, 90];
const { kernelsDir } = files;

const fixture = new NvrtcFixture(nvrtcAt(() => Promise.resolve(library ?? '')));
beforeEach((context) => {
  needsAddon(context);
  if (library === undefined) context.skip('RINGSTUDIO_TEST_NVRTC names no NVRTC');
});
afterAll(() => fixture[Symbol.asyncDispose]());

function sources(): readonly string[] {
  const all = (folder: string): readonly string[] =>
    readdirSync(join(kernelsDir, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(kernelsDir, folder, name),
    );
  const tests = all('test').filter((path) => /^(?:conformance.*|nvrtc_headers)\.cu$/.test(basename(path)));
  return [...[...all('samples'), ...all('verify')].filter((path) => path.endsWith('.cu')), ...tests];
}

describe('NVRTC itself, without a toolkit', () => {
  test.each(sources().map((path) => [basename(path), path]))(
    'compiles %s, with every name in the PTX',
    async (_, path) => {
      for (const computeCapability of architectures) {
        const cuda = fixture.nvrtcCompiler({ target: { computeCapability, driverVersion: 99_000, isForNewer: true } });
        const result = await fixture.compiler.compile({ projectDir: dirname(path), file: basename(path) }, { cuda });
        if (!result.ok) throw new Error(JSON.stringify(result.problems));
        const { cuda: code, info } = result.image;
        const ptx = new TextDecoder().decode(code?.image);
        expect(ptx).toContain(`.target sm_${computeCapability}`);
        const names = [...code!.functions, ...code!.symbols, ...info.kernels.map(({ name }) => `ring_run_${name}`)];
        for (const name of names) expect(ptx).toMatch(new RegExp(`\\b${name}\\b`));
      }
    },
  );

  test('tells what it refuses at the user’s line', async () => {
    const source = `${prelude}struct M { int x; };
struct N { int x; };
RING_KERNEL(k);
RING_OUTPUT(k, out, M);
template <class T> __device__ int field(T value) {
#ifndef RING_DEVICE_CPU
  return value.missing; // missing
#else
  return 0;
#endif
}
RING_ON(k, M) {
#ifndef RING_DEVICE_CPU
  ctx.emit(out, N{1}); // emit
  unknown(); // unknown
#endif
  field(msg.x);
}
`;
    const result = await fixture.compileFor(fixture.nvrtcCompiler(), source);
    const line = (mark: string): string => `main.cu:${lineOf(source, mark)} compile-error`;
    expect(!result.ok && result.problems.map(summary)).toEqual(
      expect.arrayContaining(['emit', 'unknown', 'missing'].map(line)),
    );
  });

  test('lacks half precision, and says what to install', async () => {
    const result = await fixture.compileFor(
      fixture.nvrtcCompiler(),
      '\n#include <cuda_bf16.h>\n__global__ void f() {}\n',
    );
    expect(!result.ok && result.problems.map(summary)).toEqual(['main.cu:2 needs-cuda-headers']);
  });
});
