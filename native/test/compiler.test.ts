import { afterAll, beforeEach, expect, test } from 'vitest';
import { AddonError } from '../bindings/addon-error.ts';
import type { CompileRequest, CudaNative } from '../bindings/cuda-native.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { FakeLibraries, nativeDir, needsAddon } from './fake-libraries.ts';

const libraries = new FakeLibraries();
let cuda: CudaNative;

afterAll(() => libraries[Symbol.dispose]());
beforeEach((context) => {
  needsAddon(context);
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  ({ cuda } = loaded.addon);
});

const request: CompileRequest = { name: 'a.cu', source: '__global__ …', headers: {}, options: [], output: 'ptx' };
const textOf = (code: Uint8Array | null): string => new TextDecoder().decode(code ?? undefined);

test('NVRTC tells its version and its architectures, and why its device functions are missing', async () => {
  const opened = await cuda.openCompiler(['/no/such/nvrtc.so', await libraries.nvrtc()]);
  expect(opened).toMatchObject({ versionMajor: 12, versionMinor: 9, architectures: [75, 80, 90, 120] });
  expect(opened.builtinsFailure).toContain('libnvrtc-builtins.so.12.9');
  await expect(cuda.openCompiler(['/no/such/nvrtc.so'])).rejects.toMatchObject({ name: 'RING_NO_LIBRARY' });
});

test('a compile gives PTX, the log, and the names in the module', async () => {
  const { compiler } = await cuda.openCompiler([await libraries.nvrtc()]);
  const answer = await cuda.compile(compiler, {
    ...request,
    headers: { 'ring_kernel.cuh': '#pragma once' },
    options: ['--gpu-architecture=compute_80'],
    nameExpressions: ['&scale<float>', '&counter'],
  });
  expect(textOf(answer.code)).toBe(
    '// __global__ …\n// ring_kernel.cuh: #pragma once\n// living 1\n// --gpu-architecture=compute_80',
  );
  expect(answer.log).toBe('a.cu(1): warning: nothing is compiled');
  expect(answer.loweredNames).toEqual([
    ['&scale<float>', '_Z13scale<float>'],
    ['&counter', '_Z8counter'],
  ]);
});

test('an error in the source is an answer, and leaves no program behind', async () => {
  const { compiler } = await cuda.openCompiler([await libraries.nvrtc()]);
  const broken = await cuda.compile(compiler, { ...request, source: '#error' });
  expect(broken).toEqual({ code: null, log: 'a.cu(1): error: #error directive', loweredNames: [] });
  for (const nameExpressions of [['']]) {
    await expect(cuda.compile(compiler, { ...request, nameExpressions })).rejects.toBeInstanceOf(AddonError);
  }
  expect(textOf((await cuda.compile(compiler, request)).code)).toContain('living 1');
});

test('an option that there is not is a failure with NVRTC’s words', async () => {
  const { compiler } = await cuda.openCompiler([await libraries.nvrtc()]);
  await expect(cuda.compile(compiler, { ...request, options: ['--no-such-option'] })).rejects.toMatchObject({
    call: 'nvrtcCompileProgram',
    code: 5,
    class: 'programmer',
  });
});

test('a cubin is made for a real architecture only', async () => {
  const { compiler } = await cuda.openCompiler([await libraries.nvrtc()]);
  const real = { ...request, options: ['--gpu-architecture=sm_80'], output: 'cubin' as const };
  expect((await cuda.compile(compiler, real)).code).toEqual(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46));
  await expect(cuda.compile(compiler, { ...real, options: [] })).rejects.toMatchObject({ name: 'RING_NO_CODE' });
});

test('a library without the functions to compile says which one it lacks', async () => {
  const error = await cuda
    .openCompiler([await libraries.empty('libnvrtc_empty.so')])
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ call: 'nvrtcVersion', class: 'missing', name: 'RING_MISSING_ENTRY_POINT' });
});

test('many compiles at once answer each for itself', async () => {
  const { compiler } = await cuda.openCompiler([await libraries.nvrtc()]);
  const sources = Array.from({ length: 50 }, (_, index) => `source ${index}`);
  const answers = await Promise.all(sources.map((source) => cuda.compile(compiler, { ...request, source })));
  expect(answers.map(({ code }) => textOf(code).split('\n')[0])).toEqual(sources.map((source) => `// ${source}`));
});
