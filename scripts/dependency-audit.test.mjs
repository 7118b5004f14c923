import { describe, expect, test } from 'vitest';
import {
  auditLicenses,
  checkDependencies,
  checkDuplicates,
  checkInstallScripts,
  checkManifestMatches,
  checkOrigins,
  findUnaudited,
} from './dependency-audit.mjs';
import { findImports, findShippedPackages } from './dependencies/shipped-packages.mjs';
import { root } from './setup.mjs';

const rules = {
  shippedLicenses: { MIT: 'permissive' },
  toolLicenses: { 'MPL-2.0': 'tools only' },
  installScripts: {},
  duplicates: {},
};
const locked = { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' };

/**
 * @param {string[]} shipped
 * @param {Partial<import('./dependency-audit.mjs').LockedPackage>} entry
 */
const licenseProblems = (shipped, entry) =>
  auditLicenses(
    { 'node_modules/a': { ...locked, ...entry }, 'node_modules/b': { ...locked, license: 'MPL-2.0' } },
    new Set(shipped),
    rules,
  );

describe('licences', () => {
  test('what is on the list passes', () => {
    expect(licenseProblems(['node_modules/a'], {})).toEqual([]);
  });

  test('an unknown one is reported with the package and where to allow it', () => {
    const [problem, ...more] = licenseProblems([], { license: 'AGPL-3.0-only' });
    expect(problem).toMatch(/^a 1\.0\.0 has the licence 'AGPL-3\.0-only'.*dependency-audit\.mjs$/);
    expect(more).toEqual([]);
  });

  test('none at all is reported', () => {
    expect(licenseProblems([], { license: '' })).toEqual([expect.stringContaining('a 1.0.0 names no licence')]);
  });

  test('one for tools may not ship', () => {
    expect(licenseProblems(['node_modules/b'], {})).toEqual([
      expect.stringContaining("b 1.0.0 ships under 'MPL-2.0', which is allowed for tools only"),
    ]);
  });

  test('an allowance that nothing needs any more is reported', () => {
    expect(auditLicenses({ 'node_modules/a': locked }, new Set(), rules)).toEqual([
      expect.stringContaining("nothing is under 'MPL-2.0'"),
    ]);
  });
});

test('only exact versions from a registry, with their hashes, and without the place they came from', () => {
  /** @param {Partial<import('./dependency-audit.mjs').LockedPackage>} entry */
  const problemsOf = (entry) => checkOrigins({ '': {}, 'node_modules/a': { ...locked, ...entry } });
  expect(problemsOf({})).toEqual([]);
  expect(problemsOf({ version: '1.0.0-rc.1' })).toEqual([]);
  expect(problemsOf({ version: 'git+ssh://git@example.org/a.git#abc' })).toHaveLength(1);
  expect(problemsOf({ integrity: 'sha1-x' })).toEqual([expect.stringContaining('sha512')]);
  expect(problemsOf({ resolved: 'https://example.org/a.tgz' })).toEqual([expect.stringContaining('example.org')]);
  expect(problemsOf({ link: true })).toEqual([expect.stringContaining('is a link')]);
});

test('a package that runs code when it is installed is named, and so is a reason without one', () => {
  const lock = { 'node_modules/a': { ...locked, hasInstallScript: true } };
  expect(checkInstallScripts(lock, rules)).toEqual([expect.stringContaining('a runs a script')]);
  expect(checkInstallScripts(lock, { ...rules, installScripts: { a: 'why' } })).toEqual([]);
  expect(checkInstallScripts({ 'node_modules/a': locked }, { ...rules, installScripts: { a: 'why' } })).toEqual([
    expect.stringContaining('a runs no script'),
  ]);
});

describe('several versions of one package', () => {
  const lock = {
    'node_modules/a': locked,
    'node_modules/b/node_modules/a': { ...locked, version: '2.0.0' },
    'node_modules/c/node_modules/a': { ...locked, version: '3.0.0' },
  };
  const both = new Set(['node_modules/a', 'node_modules/b/node_modules/a']);

  test('that ship are reported with their versions', () => {
    expect(checkDuplicates(lock, both, rules)).toEqual([
      expect.stringContaining('a ships in versions 1.0.0 and 2.0.0'),
    ]);
  });

  test('are fine with a reason, which is reported once it is not needed', () => {
    const allowed = { ...rules, duplicates: { a: 'b needs the old one' } };
    expect(checkDuplicates(lock, both, allowed)).toEqual([]);
    expect(checkDuplicates(lock, new Set(['node_modules/a']), allowed)).toEqual([
      expect.stringContaining('a ships in one version'),
    ]);
  });

  test('are nobody’s business among tools', () => {
    expect(checkDuplicates(lock, new Set(['node_modules/a']), rules)).toEqual([]);
  });
});

test('package.json and the lockfile say the same', () => {
  const lock = { '': { dependencies: { a: '1.0.0' } }, 'node_modules/a': locked };
  expect(checkManifestMatches(lock, { dependencies: { a: '1.0.0' } })).toEqual([]);
  expect(checkManifestMatches(lock, { dependencies: { a: '1.0.1' } })).toHaveLength(1);
  expect(checkManifestMatches(lock, { dependencies: { a: '1.0.0' }, devDependencies: { b: '1.0.0' } })).toHaveLength(1);
});

describe('what ships', () => {
  test('is imported by the product, by value, from a package', () => {
    const text = `
      import { z } from 'zod';
      import type { Node } from 'types-only';
      import {
        open,
      } from '@scope/several-lines/part';
      import './own.css';
      import 'for-its-effect/style.css';
      import fs from 'fs';
      import { app } from 'electron';
      export { a } from 'again';
      const late = await import('late');`;
    expect(findImports([text, "@import 'font/index.css';"])).toEqual([
      '@scope/several-lines',
      'again',
      'font',
      'for-its-effect',
      'late',
      'zod',
    ]);
  });

  test('or needed by that, from where Node finds it', () => {
    const lock = {
      'node_modules/a': { ...locked, dependencies: { b: '^2.0.0', c: '^1.0.0' } },
      'node_modules/a/node_modules/b': { ...locked, version: '2.0.0', dependencies: { c: '^1.0.0' } },
      'node_modules/b': locked,
      'node_modules/c': { ...locked, optionalDependencies: { 'not-on-this-machine': '1.0.0', a: '1.0.0' } },
      'node_modules/tool': locked,
    };
    expect([...findShippedPackages(lock, ['a'])].sort()).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  test('a package that was packed and is no dependency of the sources is reported', () => {
    expect(findUnaudited(root, ['node_modules/zod', 'node_modules/eslint'])).toEqual([
      expect.stringContaining('node_modules/eslint ships'),
    ]);
  });
});

test("this repository's dependencies keep the rules", () => {
  expect(checkDependencies(root)).toEqual([]);
});
