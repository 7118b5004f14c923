import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * @typedef {{ kind: 'found', path: string, version: string }
 *   | { kind: 'missing', packageDir: string, version: string }
 *   | { kind: 'unusable', reason: string }} ElectronFinding
 *   missing: it can be fetched; unusable: somebody named another one, which fetching does not mend
 */

/**
 * Looks for Electron's executable. Never through `require('electron')`: outside of Electron that starts a download.
 *
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {ElectronFinding}
 */
export function findElectron(root, env) {
  const named = env['RINGSTUDIO_ELECTRON'];
  if (named) {
    if (!isExecutable(named)) {
      return { kind: 'unusable', reason: `RINGSTUDIO_ELECTRON names '${named}', which is not an executable file.` };
    }
    const path = resolve(named);
    return { kind: 'found', path, version: readVersion(dirname(path)) };
  }
  const packageDir = join(root, 'node_modules', 'electron');
  const overridden = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (overridden) {
    const path = join(overridden, electronPathWithin());
    if (isExecutable(path)) return { kind: 'found', path, version: readVersion(overridden) };
    return { kind: 'unusable', reason: `ELECTRON_OVERRIDE_DIST_PATH is set, and '${path}' is not an executable file.` };
  }
  return findInstalled(packageDir);
}

/**
 * @param {string} packageDir
 * @returns {ElectronFinding}
 */
export function findInstalled(packageDir) {
  const wanted = readPackageVersion(packageDir);
  if (wanted === '') {
    return { kind: 'unusable', reason: "the package 'electron' is not installed; npm ci brings it back." };
  }
  const path = join(packageDir, 'dist', electronPathWithin());
  const isComplete =
    readText(join(packageDir, 'path.txt')) === electronPathWithin() &&
    readVersion(join(packageDir, 'dist')) === wanted &&
    isExecutable(path);
  return isComplete ? { kind: 'found', path, version: wanted } : { kind: 'missing', packageDir, version: wanted };
}

/** Where the executable lies in Electron's archive. */
export function electronPathWithin() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * The file `version` that stands at the top of each of Electron's archives.
 *
 * @param {string} distDir
 */
export function readVersion(distDir) {
  return readText(join(distDir, 'version')).trim().replace(/^v/, '');
}

/** @param {string} packageDir */
function readPackageVersion(packageDir) {
  const text = readText(join(packageDir, 'package.json'));
  return text === '' ? '' : String(JSON.parse(text).version);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
