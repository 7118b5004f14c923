import { describe, expect, test } from 'vitest';
import { checkArchive, checkStudio } from './packed-layout.mjs';
import { measureParts } from './packed-sizes.mjs';

const complete = [
  'package.json',
  'LICENSE',
  'THIRD-PARTY-LICENSES.txt',
  'dist/shell.cjs',
  'dist/preload.cjs',
  'dist/renderer/index.html',
  'dist/renderer/icon.svg',
  'dist/renderer/assets/index-abc.js',
].map((path) => ({ path, sizeBytes: 1 }));

describe('the archive', () => {
  test('with the shell, the pages and the licences is complete', () => {
    expect(checkArchive(complete)).toEqual([]);
  });

  test('lacks what is missing or empty', () => {
    expect(checkArchive(complete.filter(({ path }) => path !== 'dist/preload.cjs'))).toEqual([
      'app.asar lacks dist/preload.cjs',
    ]);
    expect(checkArchive([...complete.slice(1), { path: 'package.json', sizeBytes: 0 }])).toEqual([
      'app.asar: package.json is empty',
    ]);
  });

  test.each([
    'dist/shell.cjs.map',
    'dist/renderer/assets/index-abc.js.map',
    'renderer/main.tsx',
    'node_modules/zod/package.json',
    'dist/cli.js',
  ])('must not hold %s', (path) => {
    expect(checkArchive([...complete, { path, sizeBytes: 1 }])).toEqual([
      `app.asar holds ${path}, which does not belong there`,
    ]);
  });
});

describe('studio/', () => {
  const problemsOf = (/** @type {string} */ path, sizeBytes = 1) =>
    checkStudio([{ path, sizeBytes }]).filter((problem) => problem.includes(path));

  test('must not hold tests, source maps or packages beside the compiler', () => {
    for (const path of ['kernels/test/a.cu', 'dist/cli.js.map', 'node_modules/zod/index.js']) {
      expect(problemsOf(path)).toEqual([`studio/ holds ${path}, which does not belong there`]);
    }
  });

  test('lacks the files of the compiler and the kernels when it is empty', () => {
    const problems = checkStudio([]);
    expect(problems).toContain('studio/ lacks node_modules/@yowasp/clang/gen/llvm-resources.tar');
    expect(problems).toContain('studio/ lacks kernels/samples/vector_add/vector_add.cu');
    expect(problems).toContain('studio/ lacks dist/host.process.js');
  });

  test('must not hold a part of a file', () => {
    expect(problemsOf('node_modules/@yowasp/clang/gen/llvm-resources.tar')).toEqual([
      expect.stringMatching(/has 1 bytes, its source \d{7,}$/),
    ]);
  });

  test('may hold what several bundles have in common', () => {
    expect(problemsOf('dist/shared-4QKWRWFZ.js')).toEqual([]);
    expect(problemsOf('dist/shared-4QKWRWFZ.js.map')).toHaveLength(1);
    expect(problemsOf('kernels/shared-4QKWRWFZ.js')).toHaveLength(1);
  });

  test('may hold the samples for GPUs, which only a machine with NVRTC can make', () => {
    expect(problemsOf('dist/samples.ringbundle')).toEqual([]);
    expect(problemsOf('dist/other.ringbundle')).toHaveLength(1);
  });

  test('may hold the addon of its own platform only', () => {
    expect(problemsOf('native/prebuilds/linux-x64/ring.node')).toEqual([]);
    expect(problemsOf('native/prebuilds/win32-x64/ring.node')).toHaveLength(1);
  });
});

test('every file counts once, in the first part that takes it', () => {
  const files = [
    'app.asar/dist/renderer/index.html',
    'app.asar/dist/shell.cjs',
    'studio/dist/samples.ringbundle',
    'studio/dist/cli.js',
    'studio/LICENSE',
  ];
  const sizes = measureParts(files.map((path, index) => ({ path, sizeBytes: 10 ** index })));
  expect(sizes.map(({ sizeBytes }) => sizeBytes)).toEqual([1, 10, 100, 1000, 0, 0, 0, 0, 10_000]);
});
