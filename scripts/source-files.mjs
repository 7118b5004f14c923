import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const generatedFolders = new Set(['node_modules', 'dist', 'coverage', 'build', 'prebuilds', '.git']);

/**
 * The files of the working tree that git tracks or would track, as sorted paths relative to `root`.
 *
 * @param {string} root
 */
export function listSourceFiles(root) {
  const paths = existsSync(join(root, '.git')) ? listByGit(root) : walk(root, '');
  return paths.filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true).sort();
}

/** Files of others stay as they were published: nothing here formats, names or splits them. @param {string} path */
export function isThirdParty(path) {
  return /^kernels\/test\/nvidia\/.*\.(cu|cuh|h)$/.test(path);
}

/** @param {string} root */
function listByGit(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const output = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  return output.split('\0').filter((path) => path !== '');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function walk(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return generatedFolders.has(entry.name) ? [] : walk(root, path);
    return [path];
  });
}

/**
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {Map<string, string>} path → hash of its contents
 */
export function hashFiles(root, paths) {
  return new Map(paths.map((path) => [path, hashText(readFileSync(join(root, path)))]));
}

/** @param {string | Uint8Array} text */
export function hashText(text) {
  return createHash('sha256').update(text).digest('hex');
}
