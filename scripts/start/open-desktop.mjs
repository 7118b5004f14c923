import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NotWritable } from '../not-writable.mjs';
import { fetchElectron } from './fetch-electron.mjs';
import { FetchFailure, describeFetchFailure } from './fetch-failure.mjs';
import { createFetchMemory } from './fetch-memory.mjs';
import { findElectron } from './find-electron.mjs';
import { describeObstacles, readMachineFacts } from './obstacle.mjs';
import { createProgress } from './progress.mjs';
import { runToEnd } from './run-to-end.mjs';
import { describeStartFailure } from './start-failure.mjs';

const LIMITS = { answerMs: 10_000, stallMs: 30_000 };
const PATIENT_LIMITS = { answerMs: 60_000, stallMs: 120_000 };

/**
 * @typedef {{ kind: 'ended', exitCode: number } | { kind: 'impossible', reason: string }} DesktopOutcome
 * @typedef {{ kind: 'ready', path: string } | { kind: 'impossible', reason: string }} Electron
 * @typedef {{ root: string, env: NodeJS.ProcessEnv, request: import('./arguments.mjs').StartRequest }} DesktopOptions
 */

/**
 * Opens the studio's window and waits until it is closed, or says why there can be none.
 *
 * @param {DesktopOptions} options
 * @returns {Promise<DesktopOutcome>}
 */
export async function openDesktop(options) {
  const { root, env, request } = options;
  const electron = await prepareElectron(options);
  if (electron.kind === 'impossible') return electron;
  const args = [root, ...(request.project === undefined ? [] : [request.project])];
  const ending = await runToEnd(electron.path, args, { env: withoutNodeMode(env), isStderrWatched: true });
  const reason = describeStartFailure(ending);
  return reason === undefined ? { kind: 'ended', exitCode: ending.exitCode } : { kind: 'impossible', reason };
}

/**
 * What costs nothing to know comes first: nobody waits for a download that is of no use.
 *
 * @param {DesktopOptions} options
 * @returns {Promise<Electron>}
 */
async function prepareElectron({ root, env, request }) {
  if (!existsSync(join(root, 'dist', 'shell.cjs'))) {
    return { kind: 'impossible', reason: 'this version has no desktop part (dist/shell.cjs is missing).' };
  }
  const isFetchWanted = request.isFetchWanted === true;
  /** @param {string} [path] */
  const obstaclesOf = (path) =>
    request.isInsisted === true ? undefined : describeObstacles(readMachineFacts(env), path);
  const finding = findElectron(root, env);
  const before = obstaclesOf(finding.kind === 'found' ? finding.path : undefined);
  if (before !== undefined && !isFetchWanted) return { kind: 'impossible', reason: before };
  if (finding.kind === 'unusable') return { kind: 'impossible', reason: finding.reason };
  const electron =
    finding.kind === 'found'
      ? { kind: /** @type {const} */ ('ready'), path: finding.path }
      : await fetchUnlessHopeless({ ...finding, root, env, isFetchWanted });
  if (electron.kind === 'impossible') return electron;
  const reason = obstaclesOf(electron.path);
  return reason === undefined ? electron : { kind: 'impossible', reason };
}

/**
 * @param {{ packageDir: string, version: string, root: string, env: NodeJS.ProcessEnv, isFetchWanted: boolean }} options
 * @returns {Promise<Electron>}
 * @throws when Ctrl-C cancels it
 */
async function fetchUnlessHopeless({ packageDir, version, root, env, isFetchWanted }) {
  const dist = join(root, 'dist');
  const memory = createFetchMemory({ path: join(dist, 'electron-fetch.json'), version, env });
  const retry = 'now: npm start -- --fetch-electron';
  const failed = isFetchWanted ? undefined : memory.recall();
  if (failed !== undefined) {
    const minutes = Math.max(1, Math.round(failed.ageMs / 60_000));
    const reason = `Electron could not be fetched ${minutes} min ago: ${failed.reason}. Again after an hour, or ${retry}`;
    return { kind: 'impossible', reason };
  }
  try {
    const path = await fetchVisibly({ packageDir, version, dist, limits: isFetchWanted ? PATIENT_LIMITS : LIMITS });
    memory.forget();
    return { kind: 'ready', path };
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    // Nothing can be remembered there, and it costs nothing to find out again.
    if (error instanceof NotWritable) {
      return { kind: 'impossible', reason: `Electron could not be fetched: ${error.message}` };
    }
    const why = error instanceof FetchFailure ? error.message : describeFetchFailure(error);
    memory.remember(why);
    const reason = `Electron could not be fetched: ${why}. Again after an hour, or ${retry}`;
    return { kind: 'impossible', reason };
  }
}

/** @param {{ packageDir: string, version: string, dist: string, limits: import('./fetch-electron.mjs').FetchLimits }} options */
async function fetchVisibly({ packageDir, version, dist, limits }) {
  const startedAt = Date.now();
  const cancel = new AbortController();
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => cancel.abort(new Cancelled(signal));
  const progress = createProgress({ label: `Electron ${version}`, output: process.stderr });
  process.stderr.write(`Fetching Electron ${version} for the studio's window, once ...\n`);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const path = await fetchElectron({
      packageDir,
      lockPath: join(dist, '.electron-lock'),
      signal: cancel.signal,
      limits,
      onProgress: progress.update,
      onWait: () => process.stderr.write('Another start is fetching it; waiting for that one.\n'),
    });
    progress.end();
    process.stderr.write(`Fetched in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.\n`);
    return path;
  } finally {
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** Somebody stopped the fetch. */
export class Cancelled extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('Stopped; nothing was installed.');
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/**
 * Terminals inside of Electron applications may hand this down; with it Electron is Node and opens no window.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function withoutNodeMode(env) {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = env;
  return rest;
}
