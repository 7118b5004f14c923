// Prints as JSON whether the studio can open in a window here; fetches nothing. `ringstudio doctor` runs this.
import { root } from '../setup.mjs';
import { findElectron } from './find-electron.mjs';
import { machineObstacle, readMachineFacts, readSandboxFacts, sandboxObstacle } from './obstacle.mjs';

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
  const facts = readMachineFacts(env);
  const obstacle = machineObstacle(facts);
  const finding = findElectron(root, env);
  if (finding.kind === 'unusable') return { state: 'unusable', reason: finding.reason };
  if (finding.kind === 'missing') {
    return { state: 'missing', version: finding.version, ...(obstacle !== undefined && { reason: obstacle }) };
  }
  const { path, version } = finding;
  const needsSandbox = facts.platform === 'linux' && !facts.isSandboxOff;
  const reason = obstacle ?? (needsSandbox ? sandboxObstacle(readSandboxFacts(path)) : undefined);
  return reason === undefined ? { state: 'ready', path, version } : { state: 'blocked', path, version, reason };
}

if (import.meta.filename === process.argv[1]) console.log(JSON.stringify(desktopStatus(root, process.env)));
