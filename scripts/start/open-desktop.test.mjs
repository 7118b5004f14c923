import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asStranger } from '../stranger.fixture.mjs';
import { openDesktop } from './open-desktop.mjs';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'open-desktop-'));
  write('dist/shell.cjs', '');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A shell script stands for Electron; what speaks against a window on this machine is skipped. */
const insisted = { kind: /** @type {const} */ ('desktop'), isInsisted: true, isFetchWanted: false };

describe('with an executable', () => {
  beforeEach((ctx) => {
    if (process.platform === 'win32') ctx.skip('the executables of the test are shell scripts');
  });
  test('it gets the application and the project, is not Node, and its exit code is ours', async () => {
    const path = script('echo "$# $1 $2 node=$ELECTRON_RUN_AS_NODE" > "$1/called"; exit 4');
    const env = { ...process.env, RINGSTUDIO_ELECTRON: path, ELECTRON_RUN_AS_NODE: '1' };
    const request = { ...insisted, project: '/projects/demo' };
    expect(await openDesktop({ root, env, request })).toEqual({ kind: 'ended', exitCode: 4 });
    expect(readFileSync(join(root, 'called'), 'utf8')).toBe(`2 ${root} /projects/demo node=\n`);
  });

  test('without a project it gets no empty argument', async () => {
    const env = { ...process.env, RINGSTUDIO_ELECTRON: script('exit $#') };
    expect(await openDesktop({ root, env, request: insisted })).toEqual({ kind: 'ended', exitCode: 1 });
  });

  test('a missing system library sends the studio to the browser', async () => {
    const words = 'electron: error while loading shared libraries: libnss3.so: cannot open shared object file';
    const env = { ...process.env, RINGSTUDIO_ELECTRON: script(`echo '${words}' >&2; exit 127`) };
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const outcome = await openDesktop({ root, env, request: insisted });
    expect(outcome).toMatchObject({ kind: 'impossible', reason: expect.stringContaining('libnss3.so') });
    expect(String(written.mock.calls[0]?.[0])).toBe(`${words}\n`);
  });

  test('an executable for another system does too', async () => {
    write('electron', '#!/no/such/loader\n');
    chmodSync(join(root, 'electron'), 0o755);
    const env = { ...process.env, RINGSTUDIO_ELECTRON: join(root, 'electron') };
    const outcome = await openDesktop({ root, env, request: insisted });
    expect(outcome).toMatchObject({ kind: 'impossible', reason: expect.stringContaining('does not start') });
  });
});

test('without the desktop part nothing else is looked at', async () => {
  rmSync(join(root, 'dist', 'shell.cjs'));
  const outcome = await openDesktop({ root, env: {}, request: insisted });
  expect(outcome).toMatchObject({ kind: 'impossible', reason: expect.stringContaining('dist/shell.cjs is missing') });
});

test.runIf(process.platform === 'linux')('where no window can open, nothing is fetched', async () => {
  write('node_modules/electron/package.json', '{"version": "45.4.1"}');
  const request = { ...insisted, isInsisted: false };
  const outcome = await openDesktop({ root, env: {}, request });
  expect(outcome).toMatchObject({ kind: 'impossible', reason: expect.stringMatching(/root|display/) });
});

test('a fetch that failed is not repeated by the next start, and is when it is asked for', async () => {
  write('node_modules/electron/package.json', '{"version": "45.4.1"}');
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const start = (/** @type {boolean} */ isFetchWanted) =>
    openDesktop({ root, env: {}, request: { ...insisted, isFetchWanted } });
  // The package's downloader is not there, so that the fetch fails without a network.
  expect(await start(false)).toMatchObject({
    reason: expect.stringMatching(/^Electron could not be fetched: Cannot find module '@electron\/get'\. Again/),
  });
  expect(written).toHaveBeenCalledTimes(1);
  expect(await start(false)).toMatchObject({
    reason: expect.stringMatching(/could not be fetched 1 min ago: .*now: npm start -- --fetch-electron$/s),
  });
  expect(written).toHaveBeenCalledTimes(1);
  await start(true);
  expect(written).toHaveBeenCalledTimes(2);
});

describe('a fetch that cannot even begin sends the studio to the browser', () => {
  beforeEach(() => {
    write('node_modules/electron/package.json', '{"version": "45.4.1"}');
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  const start = () => openDesktop({ root, env: {}, request: insisted });

  test('in a checkout that this user cannot write', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('the executables of the test are shell scripts');
    chmodSync(root, 0o755);
    const outcome = await asStranger(join(root, 'dist'), start);
    const where = `'${join(root, 'dist')}' cannot be written: permission denied. Whoever owns this checkout`;
    expect(outcome).toMatchObject({ kind: 'impossible' });
    expect(outcome).toMatchObject({ reason: expect.stringContaining(`Electron could not be fetched: ${where}`) });
  });

  test('whatever else is wrong', async () => {
    write('dist/.electron-lock/file', '');
    expect(await start()).toMatchObject({
      kind: 'impossible',
      reason: expect.stringMatching(/^Electron could not be fetched: \S.* Again after an hour, or now: /),
    });
  });
});

/** @param {string} commands */
function script(commands) {
  write('electron', `#!/bin/sh\n${commands}\n`);
  chmodSync(join(root, 'electron'), 0o755);
  return join(root, 'electron');
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
