import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findShippedPackages, nameOf, readShippedImports } from './dependencies/shipped-packages.mjs';
import { listSourceFiles } from './source-files.mjs';

/**
 * @typedef {object} LockedPackage an entry of package-lock.json
 * @property {string} [version]
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {boolean} [hasInstallScript]
 * @property {Readonly<Record<string, string>>} [dependencies]
 * @property {Readonly<Record<string, string>>} [optionalDependencies]
 *
 * @typedef {Readonly<Record<string, LockedPackage>>} Lock by folder; '' is ours
 *
 * @typedef {object} Rules each maps what is allowed to the reason
 * @property {Readonly<Record<string, string>>} shippedLicenses of code that users get
 * @property {Readonly<Record<string, string>>} toolLicenses besides these, of what only builds and tests
 * @property {Readonly<Record<string, string>>} installScripts packages that run code when they are installed
 * @property {Readonly<Record<string, string>>} duplicates packages that ship in several versions
 */

/** Expressions as they stand in the lockfile: a new one is looked at once, by a person. @type {Rules} */
export const rules = {
  shippedLicenses: {
    MIT: 'permissive',
    ISC: 'permissive',
    '0BSD': 'permissive, without conditions',
    'BSD-2-Clause': 'permissive',
    'BSD-3-Clause': 'permissive',
    'Apache-2.0': 'permissive; our own',
    'BlueOak-1.0.0': 'permissive',
    'Python-2.0': 'permissive; argparse, which js-yaml names and its bundled form does not need',
    'MIT AND ISC AND BSD-3-Clause': 'permissive, all three',
    '(MPL-2.0 OR Apache-2.0)': "dompurify, which is in Monaco's bundle, under Apache-2.0",
    'OFL-1.1': 'fonts may be bundled with software, not sold alone',
    'EPL-2.0 OR GPL-3.0-or-later': 'elkjs, under EPL-2.0: unmodified, in a file of its own, its source is public',
  },
  toolLicenses: {
    'MPL-2.0': 'copyleft for its own files, none of which ship',
    'CC-BY-4.0': "caniuse's data, for the build",
    WTFPL: 'permissive',
    'WTFPL OR ISC': 'permissive',
    '(WTFPL OR MIT)': 'permissive',
    '(MIT OR CC0-1.0)': 'permissive',
  },
  installScripts: {
    esbuild: "makes sure that its binary is the platform's, and works without",
    'electron-winstaller': "chooses 7-Zip's binary for Squirrel.Windows, a target that is not built here",
  },
  duplicates: {
    zustand: '@xyflow/react is written for version 4, ours for 5; each has its own stores',
  },
};

/**
 * Looks at package-lock.json alone, so that it needs no network: a registry's advisories are not part of it.
 *
 * @param {string} root
 * @returns {string[]} one line per problem, each saying how to mend it
 */
export function checkDependencies(root) {
  const { lock, roots } = readDependencies(root);
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [
    ...checkManifestMatches(lock, manifest),
    ...checkOrigins(lock),
    ...auditLicenses(lock, findShippedPackages(lock, roots), rules),
    ...checkInstallScripts(lock, rules),
    ...checkDuplicates(lock, findShippedPackages(lock, roots), rules),
  ];
}

/**
 * What was really packed must be among what is held to the rules for shipped code.
 *
 * @param {string} root
 * @param {readonly string[]} packed folders of packages
 * @returns {string[]}
 */
export function findUnaudited(root, packed) {
  const { lock, roots } = readDependencies(root);
  const audited = findShippedPackages(lock, roots);
  return packed
    .filter((folder) => !audited.has(folder))
    .map(
      (folder) => `${folder} ships, but the audit takes it for a tool: see scripts/dependencies/shipped-packages.mjs`,
    );
}

/** @param {string} root */
function readDependencies(root) {
  /** @type {Lock} */
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const roots = [...Object.keys(lock['']?.dependencies ?? {}), ...readShippedImports(root, listSourceFiles(root))];
  return { lock, roots };
}

/**
 * @param {Lock} lock
 * @param {{ dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} manifest
 */
export function checkManifestMatches(lock, manifest) {
  const ours = /** @type {typeof manifest} */ (lock[''] ?? {});
  return /** @type {const} */ (['dependencies', 'devDependencies']).flatMap((kind) => {
    const wanted = manifest[kind] ?? {};
    const locked = ours[kind] ?? {};
    return [...new Set([...Object.keys(wanted), ...Object.keys(locked)])]
      .filter((name) => wanted[name] !== locked[name])
      .map((name) => `package-lock.json: ${kind} differ in ${name}: run npm install and commit the lockfile`);
  });
}

/** @param {Lock} lock */
export function checkOrigins(lock) {
  return packagesOf(lock).flatMap(([folder, { version = '', integrity = '', resolved, link }]) => {
    if (link === true) return [`${folder} is a link to a folder: a clone has no such folder`];
    const problems = [];
    if (!/^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version)) {
      problems.push(`${folder} has the version '${version}': only exact versions from a registry are allowed`);
    }
    if (!integrity.startsWith('sha512-')) problems.push(`${folder} has no sha512 in 'integrity': lock it again`);
    if (resolved !== undefined) {
      problems.push(`${folder} names where it came from (${resolved}): lock it with omit-lockfile-registry-resolved`);
    }
    return problems;
  });
}

/**
 * @param {Lock} lock
 * @param {ReadonlySet<string>} shipped
 * @param {Rules} allowed
 */
export function auditLicenses(lock, shipped, { shippedLicenses, toolLicenses }) {
  const problems = [];
  const seen = new Set();
  for (const [folder, { license = '', version = '' }] of packagesOf(lock)) {
    seen.add(license);
    const isAllowed = Object.hasOwn(shippedLicenses, license) || Object.hasOwn(toolLicenses, license);
    const isToolOnly = !Object.hasOwn(shippedLicenses, license);
    if (!isAllowed) {
      const what = license === '' ? 'names no licence' : `has the licence '${license}', which nobody has looked at yet`;
      problems.push(`${nameOf(folder)} ${version} ${what}: allow it with a reason in scripts/dependency-audit.mjs`);
    } else if (isToolOnly && shipped.has(folder)) {
      problems.push(
        `${nameOf(folder)} ${version} ships under '${license}', which is allowed for tools only: replace it, or add a ` +
          'reason to shippedLicenses in scripts/dependency-audit.mjs',
      );
    }
  }
  const unused = Object.keys(toolLicenses).filter((license) => !seen.has(license));
  return [...problems, ...unused.map((license) => `toolLicenses: nothing is under '${license}' (any more): remove it`)];
}

/**
 * @param {Lock} lock
 * @param {Rules} allowed
 */
export function checkInstallScripts(lock, { installScripts }) {
  const found = new Set(
    packagesOf(lock).flatMap(([folder, entry]) => (entry.hasInstallScript ? [nameOf(folder)] : [])),
  );
  return [
    ...[...found]
      .filter((name) => !Object.hasOwn(installScripts, name))
      .map(
        (name) => `${name} runs a script when it is installed: allow it with a reason in installScripts, or drop it`,
      ),
    ...Object.keys(installScripts)
      .filter((name) => !found.has(name))
      .map((name) => `installScripts: ${name} runs no script (any more): remove it`),
  ];
}

/**
 * @param {Lock} lock
 * @param {ReadonlySet<string>} shipped
 * @param {Rules} allowed
 */
export function checkDuplicates(lock, shipped, { duplicates }) {
  /** @type {Map<string, Set<string>>} */
  const versions = new Map();
  for (const folder of shipped) {
    const name = nameOf(folder);
    versions.set(name, (versions.get(name) ?? new Set()).add(lock[folder]?.version ?? ''));
  }
  const found = [...versions].filter(([, list]) => list.size > 1);
  return [
    ...found
      .filter(([name]) => !Object.hasOwn(duplicates, name))
      .map(
        ([name, list]) =>
          `${name} ships in versions ${[...list].sort().join(' and ')}: align them, or say why in duplicates`,
      ),
    ...Object.keys(duplicates)
      .filter((name) => !found.some(([duplicate]) => duplicate === name))
      .map((name) => `duplicates: ${name} ships in one version: remove it`),
  ];
}

/** @param {Lock} lock */
function packagesOf(lock) {
  return Object.entries(lock).filter(([folder]) => folder !== '');
}
