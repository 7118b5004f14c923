import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProcess } from './packed-application.mjs';
import { PackedHost } from './packed-host.mjs';
import { unbundledPackages } from './unbundled-packages.mjs';

/** @typedef {import('./packed-application.mjs').PackedApplication} PackedApplication */

/** What the sample's two requests are answered with. */
const ANSWERS = [3, 0.3];

/**
 * The variables that a program of the package starts with: its own folders, and none that lead to the repository.
 *
 * @param {PackedApplication} packed
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment({ scratch }) {
  const home = join(scratch, 'home');
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env['PATH'],
    ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
    HOME: home,
    USERPROFILE: home,
    RINGSTUDIO_STATE_DIR: join(home, 'state'),
    RINGSTUDIO_PROJECTS_DIR: join(home, 'projects'),
    RINGSTUDIO_CACHE_DIR: join(home, 'cache'),
    RINGSTUDIO_STUB_NODE: process.execPath,
  };
}

/**
 * A package that runs only because the repository's node_modules are near would run nowhere else.
 *
 * @param {PackedApplication} packed
 * @param {readonly string[]} shipped folders of packages, as in package-lock.json
 * @returns {string[]} what is in reach
 */
export function checkIsolation({ studio }, shipped) {
  const problems = [];
  for (let folder = dirname(studio); folder !== dirname(folder); folder = dirname(folder)) {
    const near = join(folder, 'node_modules');
    if (existsSync(near)) problems.push(`${near} is in reach of the packed studio: set TMPDIR to a folder without one`);
  }
  const { resolve } = createRequire(join(studio, 'dist', 'cli.js'));
  for (const name of new Set(shipped.map((folder) => folder.replace(/^.*node_modules\//, '')))) {
    const isResolved = canResolve(resolve, name);
    const isPacked = Object.hasOwn(unbundledPackages, name);
    if (isPacked && !isResolved) problems.push(`${name} is not in reach of the packed studio`);
    if (!isPacked && isResolved) problems.push(`${name} is in reach of the packed studio`);
  }
  return problems;
}

/**
 * @param {NodeJS.RequireResolve} resolve
 * @param {string} name
 */
function canResolve(resolve, name) {
  try {
    resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {PackedApplication} packed
 * @param {readonly string[]} program its file and first arguments
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkVectorAdd(packed, program) {
  const topology = join(packed.studio, 'kernels', 'samples', 'vector_add', 'topology.ring.json');
  const options = { cwd: packed.scratch, env: cleanEnvironment(packed) };
  const { exitCode, stdout, output } = await runProcess([...program, 'run', topology], options);
  if (exitCode !== 0) return [`${program.join(' ')} run vector_add ended with exit code ${exitCode}:\n${output}`];
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).message.result);
  if (JSON.stringify(results) === JSON.stringify(ANSWERS)) return [];
  return [`vector_add answered ${results.join(' and ')} instead of ${ANSWERS.join(' and ')}:\n${output}`];
}

/**
 * The host as the desktop application starts it, asked as a window asks it.
 *
 * @param {PackedApplication} packed
 * @returns {Promise<string[]>} what is wrong
 */
export async function checkHostProcess(packed) {
  // Copied: the process's first file must not lie in the repository either.
  const harness = join(packed.scratch, 'host-harness.mjs');
  cpSync(join(import.meta.dirname, 'host-harness.mjs'), harness);
  const host = new PackedHost({
    harness,
    host: join(packed.studio, 'dist', 'host.process.js'),
    cwd: packed.scratch,
    env: cleanEnvironment(packed),
  });
  try {
    await host.connect();
    const result = await host.askVectorAdd();
    return result === 3 ? [] : [`vector_add answered ${result} to 1 + 2`];
  } finally {
    await host.end();
  }
}

const LOAD_ADDON = `
  const { path } = require(process.argv[1]);
  const { probe } = require(path(process.argv[2]));
  if (typeof probe !== 'function') throw new Error('it exports no probe()');`;

/**
 * The addon, found and loaded by what is packed with it.
 *
 * @param {PackedApplication} packed
 * @returns {Promise<string[] | { skipped: string }>} what is wrong
 */
export async function checkAddon(packed) {
  const native = join(packed.studio, 'native');
  if (!existsSync(join(native, 'prebuilds', 'linux-x64')))
    return { skipped: 'no addon was built for linux-x64 (native/prebuilds)' };
  if (`${process.platform}-${process.arch}` !== 'linux-x64') return { skipped: 'the packed addon is for linux-x64' };
  const finder = join(packed.studio, 'node_modules', 'node-gyp-build');
  const options = { cwd: packed.scratch, env: cleanEnvironment(packed) };
  const { exitCode, output } = await runProcess([process.execPath, '-e', LOAD_ADDON, finder, native], options);
  return exitCode === 0 ? [] : [`the addon does not load:\n${output}`];
}
