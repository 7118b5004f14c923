import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from './setup.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-path-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Asks for a build with only these in PATH.
 *
 * @param {readonly string[]} executables
 */
function build(executables) {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const name of executables) writeFileSync(join(path, process.platform === 'win32' ? `${name}.exe` : name), '');
  const { PYTHON, CXX, MAKE, npm_config_python, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build-native.mjs'), '--force'], {
    env: { ...env, PATH: path },
    encoding: 'utf8',
  });
  return { status, stderr };
}

describe('the build of the native addon', () => {
  beforeEach((context) => {
    if (process.platform === 'win32') context.skip('on Windows node-gyp itself looks for compiler and Python');
  });

  test.each([
    ['Python', [], 'Python 3 is not in PATH'],
    ['a C++ compiler', ['python3'], 'there is no C++ compiler in PATH'],
    ['make', ['python3', 'c++'], 'make is not in PATH'],
  ])('without %s says so in one line, and that the rest works', (_what, executables, reason) => {
    const { status, stderr } = build(executables);
    expect(status).toBe(1);
    expect(stderr).toContain(`The native addon was not built: ${reason}`);
    expect(stderr).toContain('Everything but');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('without the headers of Node names the file that it looked for', () => {
    // A Node elsewhere: nothing is beside it.
    const node = join(folder, 'node');
    symlinkSync(process.execPath, node);
    const code = `
      Object.defineProperty(process, 'execPath', { value: ${JSON.stringify(node)} });
      delete process.env.npm_config_nodedir;
      const { ensureNativeBuilt } = await import(${JSON.stringify(join(root, 'scripts/build-native.mjs'))});
      console.log(JSON.stringify(await ensureNativeBuilt({ isForced: true })));`;
    const path = mkdtempSync(join(folder, 'path-'));
    for (const name of ['python3', 'c++', 'make']) writeFileSync(join(path, name), '');
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual({
      status: 'missing',
      reason: expect.stringContaining('include/node/node_api.h'),
    });
  });
});
