import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  for (const name of executables) writeFileSync(join(path, name), '', { mode: 0o755 });
  const { PYTHON, CXX, MAKE, npm_config_python, ...env } = process.env;
  return force({ ...env, PATH: path });
}

/** @param {NodeJS.ProcessEnv} env */
function force(env) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build-native.mjs'), '--force'], {
    env,
    encoding: 'utf8',
  });
  return { status, stderr };
}

/** @param {string} commands */
function compiler(commands) {
  const path = join(mkdtempSync(join(folder, 'compiler-')), 'g++');
  writeFileSync(path, `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
  return path;
}

/** @param {import('vitest').TestContext} context */
function needsAddon(context) {
  const reason = process.env['RINGSTUDIO_TEST_NATIVE_MISSING'];
  if (reason !== undefined) context.skip(`no native addon: ${reason}`);
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
    for (const name of ['python3', 'c++', 'make']) writeFileSync(join(path, name), '', { mode: 0o755 });
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      env: { ...process.env, PATH: path },
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual({
      status: 'missing',
      reason: expect.stringContaining('include/node/node_api.h'),
    });
  });

  test('a compiler that is named and not there, or does not run, is the one line', (context) => {
    needsAddon(context);
    const { status, stderr } = force({ ...process.env, CXX: '/nonexistent/g++ -O2' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The native addon was not built: CXX names the compiler '\/nonexistent\/g\+\+ -O2', which/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    const broken = compiler('echo out of order >&2; exit 3');
    const { CC: _, ...env } = process.env;
    expect(force({ ...env, CXX: broken }).stderr).toMatch(`the compiler '${broken}' cannot be run (out of order)`);
  });

  test('a build that fails leaves the addon that was there, and nothing of its own', (context) => {
    needsAddon(context);
    const addon = join(root, 'native/build/Release/ring_native.node');
    const before = readFileSync(addon);
    const unable = compiler('case "$*" in *--version*) echo g++ 1.0;; *) echo no such language >&2; exit 1;; esac');
    const { status, stderr } = force({ ...process.env, CXX: unable });
    expect(status).toBe(1);
    expect(stderr).toContain('node-gyp ended with exit code 1');
    expect(readFileSync(addon).equals(before)).toBe(true);
    expect(existsSync(join(root, 'native/build/unfinished'))).toBe(false);
  });
});
