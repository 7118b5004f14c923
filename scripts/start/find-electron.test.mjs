import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { electronPathWithin, findElectron } from './find-electron.mjs';

let root = '';
let packageDir = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'find-electron-'));
  packageDir = join(root, 'node_modules', 'electron');
  write(join(packageDir, 'package.json'), '{"version": "45.4.1"}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a complete one of the version of the package is found', () => {
  const path = installed(packageDir);
  expect(findElectron(root, {})).toEqual({ kind: 'found', path, version: '45.4.1' });
});

test('before the first fetch it is missing', () => {
  expect(findElectron(root, {})).toEqual({ kind: 'missing', packageDir, version: '45.4.1' });
});

test.each([
  ['of another version', 'dist/version', 'v44.0.0'],
  ['without path.txt, which is written last', 'path.txt', ''],
])('one %s counts as missing', (_, file, text) => {
  installed(packageDir);
  write(join(packageDir, file), text);
  expect(findElectron(root, {}).kind).toBe('missing');
});

test.skipIf(process.platform === 'win32')('one that may not be executed counts as missing', () => {
  chmodSync(installed(packageDir), 0o644);
  expect(findElectron(root, {}).kind).toBe('missing');
});

test('RINGSTUDIO_ELECTRON comes first', () => {
  installed(packageDir);
  const other = installed(join(root, 'other'));
  expect(findElectron(root, { RINGSTUDIO_ELECTRON: other })).toEqual({ kind: 'found', path: other, version: '45.4.1' });
});

test('a name that leads nowhere is not replaced silently', () => {
  installed(packageDir);
  expect(findElectron(root, { RINGSTUDIO_ELECTRON: join(root, 'none') })).toEqual({
    kind: 'unusable',
    reason: `RINGSTUDIO_ELECTRON names '${join(root, 'none')}', which is not an executable file.`,
  });
  expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: root }).kind).toBe('unusable');
});

test('ELECTRON_OVERRIDE_DIST_PATH names the folder of another one', () => {
  const path = installed(join(root, 'other'), 'v46.0.0');
  const env = { ELECTRON_OVERRIDE_DIST_PATH: join(root, 'other', 'dist') };
  expect(findElectron(root, env)).toEqual({ kind: 'found', path, version: '46.0.0' });
});

test('without the package there is nothing to fetch', () => {
  rmSync(packageDir, { recursive: true });
  expect(findElectron(root, {}).kind).toBe('unusable');
});

/**
 * @param {string} folder
 * @param {string} version
 */
function installed(folder, version = 'v45.4.1') {
  const path = join(folder, 'dist', electronPathWithin());
  write(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  write(join(folder, 'dist', 'version'), version);
  write(join(folder, 'path.txt'), electronPathWithin());
  return path;
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
