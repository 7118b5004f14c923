import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The folder of the package that a module of a bundle comes from, relative to the root, as in package-lock.json:
 * `node_modules/a/node_modules/b`. Undefined for a module of ours.
 *
 * @param {string} moduleId
 */
export function packageFolderOf(moduleId) {
  const path = moduleId.replaceAll('\\', '/');
  return /(?<![^/\0])node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/?]+/.exec(path)?.[0];
}

/**
 * A plugin of Vite, once for the bundle and once for the workers within it: `record()` writes the packages whose code,
 * styles or fonts are in what was built. That list is the bundler's own, after it has dropped what nothing uses.
 */
export function createPackageRecorder() {
  /** @type {Set<string>} */
  const folders = new Set();
  /** @param {string} moduleId */
  const add = (moduleId) => {
    const folder = packageFolderOf(moduleId);
    if (folder !== undefined) folders.add(folder);
  };
  const collector = {
    name: 'record-packages',
    /**
     * @param {unknown} _options
     * @param {Record<string, { type: string, modules?: object, originalFileNames?: readonly string[] }>} bundle
     */
    generateBundle(_options, bundle) {
      for (const { modules = {}, originalFileNames = [] } of Object.values(bundle)) {
        for (const moduleId of [...Object.keys(modules), ...originalFileNames]) add(moduleId);
      }
    },
  };
  /** @param {string} path */
  const record = (path) => ({
    ...collector,
    closeBundle() {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify([...folders].sort(), null, 2)}\n`);
    },
  });
  return { collector, record };
}

/**
 * @param {string} path what a recorder wrote
 * @returns {string[]}
 */
export function readRecordedPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
