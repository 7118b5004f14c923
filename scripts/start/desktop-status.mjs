// Prints as JSON whether the studio can open in a window here; fetches nothing. `ringstudio doctor` runs this.
import { join } from 'node:path';
import { requireWritable } from '../not-writable.mjs';
import { root } from '../setup.mjs';
import { findElectron } from './find-electron.mjs';
import { describeObstacles, readMachineFacts } from './obstacle.mjs';

/**
 * @typedef {{ state: 'ready', path: string, version: string }
 *   | { state: 'blocked', path: string, version: string, reason: string }
 *   | { state: 'missing', version: string, reason?: string }
 *   | { state: 'unusable', reason: string }} DesktopStatus
 *   blocked: Electron is there and cannot run on this machine; missing: it is not fetched yet, and with a reason, fetching
 *   it would not help; unusable: the environment names one that is not there
 */

/**
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {DesktopStatus}
 */
export function desktopStatus(root, env) {
  const finding = findElectron(root, env);
  if (finding.kind === 'unusable') return { state: 'unusable', reason: finding.reason };
  const facts = readMachineFacts(env);
  if (finding.kind === 'missing') {
    const reason = describeObstacles(facts) ?? writeObstacle([join(root, 'dist'), finding.packageDir]);
    return { state: 'missing', version: finding.version, ...(reason !== undefined && { reason }) };
  }
  const { path, version } = finding;
  const reason = describeObstacles(facts, path);
  return reason === undefined ? { state: 'ready', path, version } : { state: 'blocked', path, version, reason };
}

/** @param {readonly string[]} folders that a fetch writes to */
function writeObstacle(folders) {
  try {
    for (const folder of folders) requireWritable(folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

if (import.meta.filename === process.argv[1]) console.log(JSON.stringify(desktopStatus(root, process.env)));
