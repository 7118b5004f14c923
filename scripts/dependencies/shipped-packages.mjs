import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';

/** @typedef {import('../dependency-audit.mjs').Lock} Lock */

/** Never in a bundle: the application's binary is Electron, and its package only fetches that. */
const provided = ['electron'];

/** Runs where the product does not. */
const isForTests = /\.(test|fixture)\.tsx?$|^(app|main)\/testing\/|^renderer\/preview\//;

const patterns = [
  // Types leave nothing behind.
  /(?:^|\n)\s*(?:import|export)\s+(?!type[\s{])[^;'"]*?from\s*['"]([^'"]+)['"]/g,
  /(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g,
  /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g,
  /@import\s+(?:url\()?['"]([^'"]+)['"]/g,
];

/** @param {string} folder of a package: `node_modules/a/node_modules/@b/c` */
export function nameOf(folder) {
  return folder.replace(/^.*node_modules\//, '');
}

/**
 * The packages that the product's sources import. The bundles hold what of these is used; `npm run package:check`
 * compares.
 *
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {string[]}
 */
export function readShippedImports(root, paths) {
  const sources = paths.filter(
    (path) => /^(app|main|renderer|native)\/.*\.(tsx?|css)$/.test(path) && !isForTests.test(path),
  );
  return findImports(sources.map((path) => readFileSync(join(root, path), 'utf8')));
}

/**
 * @param {readonly string[]} texts
 * @returns {string[]}
 */
export function findImports(texts) {
  const names = texts.flatMap((text) =>
    patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, specifier = '']) => packageOf(specifier))),
  );
  return [...new Set(names)].filter((name) => name !== '' && !provided.includes(name)).sort();
}

/** @param {string} specifier */
function packageOf(specifier) {
  if (/^[./]/.test(specifier) || isBuiltin(specifier)) return '';
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
}

/**
 * The packages that `roots` need at run time, directly or through others, where npm has put them.
 *
 * @param {Lock} lock
 * @param {readonly string[]} roots names of packages
 * @returns {Set<string>} their folders
 */
export function findShippedPackages(lock, roots) {
  /** @type {Set<string>} */
  const found = new Set();
  const queue = roots.map((name) => resolve(lock, '', name));
  for (let folder = queue.pop(); folder !== undefined || queue.length > 0; folder = queue.pop()) {
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = lock[folder] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      queue.push(resolve(lock, folder, name));
  }
  return found;
}

/**
 * As Node looks for it: in the importer's own node_modules, then in those above. Undefined for one that is not installed.
 *
 * @param {Lock} lock
 * @param {string} importer
 * @param {string} name
 */
function resolve(lock, importer, name) {
  for (let folder = importer; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (Object.hasOwn(lock, candidate)) return candidate;
    if (folder === '') return undefined;
  }
}
