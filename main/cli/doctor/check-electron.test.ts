import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkElectron, describeStatus } from './check-electron.ts';

const checkout = join(import.meta.dirname, '..', '..', '..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-electron-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('in a checkout it says what npm start would', async () => {
  const env = { ...process.env, RINGSTUDIO_ELECTRON: join(folder, 'none') };
  expect(await checkElectron({ root: checkout, env })).toEqual({
    name: 'Electron',
    status: 'warning',
    detail: `no window: RINGSTUDIO_ELECTRON names '${join(folder, 'none')}', which is not an executable file.`,
  });
});

test.runIf(process.platform === 'linux')('one that is there and may not run is a warning with the reason', async () => {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  // Node stands for the executable: it is only looked at.
  const finding = await checkElectron({ root: checkout, env: { ...env, RINGSTUDIO_ELECTRON: process.execPath } });
  expect(finding.status).toBe('warning');
  expect(finding.detail).toMatch(/no window, (Electron refuses to run as root|there is no display)/);
});

test('an installed package has no part in it', async () => {
  const { status, detail } = await checkElectron({ root: folder, env: process.env });
  expect([status, detail]).toEqual(['absent', expect.stringContaining('not part of this package')]);
});

test('a script that fails does not fail the doctor', async () => {
  mkdirSync(join(folder, 'scripts', 'start'), { recursive: true });
  writeFileSync(join(folder, 'scripts', 'start', 'desktop-status.mjs'), 'console.log("{}")');
  expect((await checkElectron({ root: folder, env: process.env })).detail).toContain('could not be looked for');
});

test('found, not fetched, and not worth fetching', () => {
  expect(describeStatus({ state: 'ready', path: '/x/electron', version: '45.4.1' })).toEqual({
    status: 'ok',
    detail: '45.4.1 (/x/electron): the studio in a window',
  });
  expect(describeStatus({ state: 'missing', version: '45.4.1' }).detail).toBe(
    "not fetched yet: the studio in a window; 'npm start' fetches 45.4.1",
  );
  expect(describeStatus({ state: 'missing', version: '45.4.1', reason: 'there is no display.' }).detail).toBe(
    'not fetched: no window, there is no display.',
  );
});
