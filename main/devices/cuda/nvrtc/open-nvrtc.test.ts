import { expect, test } from 'vitest';
import { AddonError } from '../../../../native/bindings/addon-error.ts';
import { compilerHandle, type OpenedCompiler } from '../../../../native/bindings/cuda-answers.ts';
import { openNvrtc } from './open-nvrtc.ts';

const opened: OpenedCompiler = {
  compiler: compilerHandle.parse(1),
  path: '/x/libnvrtc.so.12',
  versionMajor: 12,
  versionMinor: 4,
  architectures: [75, 90],
  builtinsFailure: null,
};
const fields = { code: null, class: 'resource', place: 'compiler.cc:1' } as const;
const request = { name: '', source: '', headers: {}, options: [], nameExpressions: [], output: 'ptx' } as const;
const neverAsked = () => Promise.reject(new Error('not asked'));

test('a library is opened when it is first needed, and once', async () => {
  let count = 0;
  const openCompiler = () => Promise.resolve({ ...opened, versionMinor: ++count });
  const nvrtc = openNvrtc({ cuda: { openCompiler, compile: neverAsked }, libraries: ['a'] });
  expect(count).toBe(0);
  const [first, second] = await Promise.all([nvrtc.open(), nvrtc.open()]);
  expect(first).toBe(second);
  expect(first).toMatchObject({ version: 12_010, architectures: [75, 90] });
});

test('a library that is not there says what to install, and is looked for again', async () => {
  let isThere = false;
  const missing = { call: 'openCompiler', name: 'RING_NO_LIBRARY', detail: 'libnvrtc.so.12: cannot open', ...fields };
  const openCompiler = () => (isThere ? Promise.resolve(opened) : Promise.reject(new AddonError('no', missing)));
  const nvrtc = openNvrtc({ cuda: { openCompiler, compile: neverAsked }, libraries: ['a'] });
  await expect(nvrtc.open()).rejects.toMatchObject({
    code: 'NvrtcNotFound',
    message: 'NVRTC, which compiles kernels for NVIDIA GPUs, was not found: libnvrtc.so.12: cannot open',
    tip: expect.stringContaining('pip install nvidia-cuda-nvrtc') as string,
  });
  isThere = true;
  await expect(nvrtc.open()).resolves.toMatchObject({ path: opened.path });
});

test('a system without candidates says so; what is no NVRTC is unusable', async () => {
  const lacking = { call: 'nvrtcVersion', name: 'RING_MISSING_ENTRY_POINT', detail: '', ...fields };
  const cuda = { openCompiler: () => Promise.reject(new AddonError('no nvrtcVersion', lacking)), compile: neverAsked };
  await expect(openNvrtc({ cuda, libraries: [] }).open()).rejects.toMatchObject({ code: 'NvrtcNotFound' });
  await expect(openNvrtc({ cuda, libraries: ['a'] }).open()).rejects.toMatchObject({ code: 'NvrtcUnusable' });
});

test('a compile that NVRTC cannot do names the library that it lacks', async () => {
  const broken = { call: 'nvrtcCompileProgram', name: 'NVRTC_ERROR_BUILTIN_OPERATION_FAILURE', detail: '', ...fields };
  const cuda = {
    openCompiler: () => Promise.resolve({ ...opened, builtinsFailure: 'libnvrtc-builtins.so.12.4: not there' }),
    compile: () => Promise.reject(new AddonError('builtin operation failure', broken)),
  };
  const nvrtc = await openNvrtc({ cuda, libraries: ['a'] }).open();
  await expect(nvrtc.compile(request)).rejects.toMatchObject({
    code: 'NvrtcUnusable',
    message: expect.stringContaining('libnvrtc-builtins.so.12.4: not there') as string,
  });
});
