import { describe, expect, test } from 'vitest';
import { checkMachineStrings, checkManifest, checkName, checkSizes, checkSuppressions } from './house-rules.mjs';

const machine = { root: '/srv/build/clone', home: '/home/somebody', registryHost: 'mirror.example.org' };

describe('file sizes', () => {
  const long = { path: 'app/model/long.ts', text: 'x\n'.repeat(401) };

  test('a file over the limit needs a reason', () => {
    expect(checkSizes([long], {})).toEqual([expect.stringContaining('app/model/long.ts: 401 lines')]);
    expect(checkSizes([long], { 'app/model/long.ts': 'one table' })).toEqual([]);
  });

  test('a reason that is no longer needed is reported', () => {
    expect(checkSizes([], { 'app/gone.ts': 'one table' })).toEqual([
      expect.stringContaining('app/gone.ts is not too long'),
    ]);
  });
});

test('names are kebab-case in TypeScript, snake_case in C++, and say something', () => {
  expect(['app/model/message-type.test.ts', 'kernels/abi/ring_abi.h', 'docs/common/a.md'].flatMap(checkName)).toEqual(
    [],
  );
  expect(checkName('app/model/messageType.ts')).toHaveLength(1);
  expect(checkName('kernels/abi/ring-abi.h')).toHaveLength(1);
  expect(checkName('app/base/string-utils.ts')).toHaveLength(1);
  expect(checkName('app/helpers/retry.ts')).toHaveLength(1);
  expect(checkName('kernels/actor/helper_math.h')).toHaveLength(1);
});

test('headers of CUDA and its samples keep the names by which sources include them', () => {
  expect(['kernels/cpu/helper_math.h', 'kernels/cpu/cuComplex.h'].flatMap(checkName)).toEqual([]);
});

test('files that others have published keep their names and lengths', () => {
  expect(['kernels/test/nvidia/bitonicSort.cu', 'kernels/test/nvidia/Common.h'].flatMap(checkName)).toEqual([]);
  expect(checkName('kernels/test/bitonicSort.cu')).toHaveLength(1);
  expect(checkSizes([{ path: 'kernels/test/nvidia/long.cuh', text: 'x\n'.repeat(401) }], {})).toEqual([]);
});

describe('strings of one machine', () => {
  const problemsOf = (/** @type {string} */ text, path = 'docs/cli.md') => checkMachineStrings({ path, text }, machine);

  test('its folders, its home and its registry are reported with their line', () => {
    expect(problemsOf("ok\nread('/srv/build/clone/app')")).toEqual([expect.stringContaining('docs/cli.md:2:')]);
    expect(problemsOf('see /srv/build/shared')).toHaveLength(1);
    expect(problemsOf(`"${machine.home}/x"`)).toHaveLength(1);
    expect(problemsOf('https://mirror.example.org/zod.tgz')).toHaveLength(1);
    expect(problemsOf(['C:', 'Users', 'somebody', 'x'].join('\\'))).toHaveLength(1);
  });

  test('a lockfile that records where packages came from is reported', () => {
    expect(problemsOf('"resolved": "https://anywhere/zod.tgz"', 'package-lock.json')).toHaveLength(1);
  });

  test('relative paths and placeholders are fine', () => {
    expect(problemsOf('./srv/build/clone, ../build, /home/you/project, https://example.org')).toEqual([]);
  });
});

test('a lint rule is switched off by name and with a reason', () => {
  const problemsOf = (/** @type {string} */ text) => checkSuppressions({ path: 'app/a.ts', text });
  // In two parts, so that this file does not break the rule itself.
  const off = ['eslint', 'disable'].join('-');
  expect(problemsOf(`// ${off}-next-line no-console -- the only logger`)).toEqual([]);
  expect(problemsOf(`/* ${off} */`)).toHaveLength(1);
  expect(problemsOf(`// ${off}-next-line no-console`)).toHaveLength(1);
});

test('dependencies are pinned', () => {
  const dependencies = { zod: '4.6.7', seven: 'npm:typescript@7.0.2' };
  const devDependencies = { esbuild: '^0.28.2', six: 'npm:typescript@^6.0.3' };
  const text = JSON.stringify({ dependencies, devDependencies });
  const problems = checkManifest({ path: 'package.json', text });
  expect(problems).toEqual([expect.stringContaining('esbuild'), expect.stringContaining('six')]);
});
