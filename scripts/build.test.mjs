import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desktopEntryPoints, entryPoints, preparer } from './build.mjs';
import { root as checkout } from './setup.mjs';
import { strangersProcess } from './stranger.fixture.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringstudio-build-'));
  chmodSync(root, 0o755);
  for (const path of [
    'bin/ringstudio.mjs',
    ...['build', 'setup', 'lock', 'not-writable'].map((name) => `scripts/${name}.mjs`),
  ]) {
    cpSync(join(checkout, path), join(root, path));
  }
  for (const path of [...Object.values(entryPoints), ...Object.values(desktopEntryPoints)]) {
    write(path, "console.log('it runs');");
  }
  write(preparer, "import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[3], '');");
  write('package.json', '{"type": "module"}');
  const lockfile = '{"packages": {}}';
  write('package-lock.json', lockfile);
  write('node_modules/.setup-stamp', createHash('sha256').update(lockfile).digest('hex'));
  for (const name of ['esbuild', '@esbuild']) {
    symlinkSync(join(checkout, 'node_modules', name), join(root, 'node_modules', name), 'junction');
  }
});
afterEach(() => {
  chmodSync(join(root, 'dist'), 0o755);
  rmSync(root, { recursive: true, force: true });
});

describe('in a checkout of somebody else', () => {
  beforeEach((ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows keeps no owner bits of files');
  });
  test('the command line runs as long as nothing has to be built, and then says in words what is wrong', () => {
    expect(run()).toMatchObject({ status: 0, stdout: 'it runs\n' });
    chmodSync(join(root, 'dist'), 0o555);
    chmodSync(join(root, 'node_modules'), 0o555);
    const other = strangersProcess();
    expect(run(other)).toMatchObject({ status: 0, stdout: 'it runs\n' });
    // The same contents: what was built fits.
    utimesSync(join(root, 'main/cli/main.ts'), new Date(0), new Date(0));
    expect(run(other)).toMatchObject({ status: 0, stdout: 'it runs\n', stderr: '' });

    write('main/cli/main.ts', "console.log('it runs anew');");
    const dist = join(root, 'dist');
    expect(run(other)).toMatchObject({
      status: 70,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^dist/ is older than the sources\\. '${dist}' cannot be written: permission denied\\. Whoever owns .*\n$`,
        ),
      ),
    });
    write('package-lock.json', '{"packages": {"node_modules/more": {"version": "1.0.0"}}}');
    expect(run(other).stderr).toMatch(`The dependencies are out of date. '${dist}' cannot be written`);
  });
});

/** @param {{ uid?: number, gid?: number }} [user] */
function run(user = {}) {
  return spawnSync(process.execPath, [join(root, 'bin/ringstudio.mjs')], { encoding: 'utf8', cwd: root, ...user });
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
