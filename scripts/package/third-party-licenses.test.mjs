import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageFolderOf } from './bundled-packages.mjs';
import { collectLicenses, formatLicenses } from './third-party-licenses.mjs';

let root = '';
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'ringstudio-licenses-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/**
 * @param {string} name
 * @param {Record<string, string>} files
 * @param {string} [license]
 */
function addPackage(name, files, license = 'MIT') {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

describe('the licences of a package', () => {
  test('are all its texts: licence, notice, and those of what it holds itself', () => {
    addPackage('a', { 'LICENSE.md': 'may', NOTICE: 'note', 'ThirdPartyNotices.txt': 'others', 'README.md': 'no' });
    const [found] = collectLicenses(root, ['a'], {});
    expect(found).toMatchObject({ name: 'a', version: '1.2.3', license: 'MIT' });
    expect(found?.texts.toSorted()).toEqual(['may', 'note', 'others']);
  });

  test('are listed by name and then printed', () => {
    addPackage('b', { LICENSE: 'text of b' }, 'ISC');
    addPackage('a', { LICENSE: 'text of a\r\n' });
    const text = formatLicenses(collectLicenses(root, ['b', 'a'], {}));
    expect(text).toMatch(/a 1\.2\.3: MIT\n {2}b 1\.2\.3: ISC\n.*text of a\n.*text of b\n/s);
    expect(text).not.toContain('\r');
  });

  test('must not be missing: the error names the package and what to do', () => {
    addPackage('a', { 'README.md': 'MIT' });
    expect(() => collectLicenses(root, ['a'], {})).toThrow(/^a 1\.2\.3 \(MIT\) has no file .* suppliedTexts/);
  });

  test('can be supplied with a reason, as long as the package has none itself', () => {
    const supplied = { a: { file: 'mit.txt', holder: 'Somebody', reason: 'it publishes none' } };
    addPackage('a', {});
    expect(collectLicenses(root, ['a'], supplied)[0]?.texts[0]).toContain('Copyright (c) Somebody\n');
    addPackage('a', { LICENSE: 'its own now' });
    expect(() => collectLicenses(root, ['a'], supplied)).toThrow('remove it from suppliedTexts');
    expect(() => collectLicenses(root, [], supplied)).toThrow('of which nothing is packaged');
  });
});

test('a module belongs to the innermost package, and ours to none', () => {
  expect(packageFolderOf('/clone/node_modules/@a/b/dist/x.js?v=1')).toBe('node_modules/@a/b');
  expect(packageFolderOf('../node_modules/a/node_modules/b/x.js')).toBe('node_modules/a/node_modules/b');
  expect(packageFolderOf('C:\\clone\\node_modules\\a\\x.js')).toBe('node_modules/a');
  expect(packageFolderOf('\0vite/preload-helper.js')).toBeUndefined();
  expect(packageFolderOf('/clone/renderer/main.tsx')).toBeUndefined();
});
