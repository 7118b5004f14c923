import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} MachineFacts
 * @property {NodeJS.Platform} platform
 * @property {boolean} isRoot
 * @property {boolean} hasDisplay
 * @property {boolean} isSandboxOff somebody set ELECTRON_DISABLE_SANDBOX
 */

/**
 * What decides whether Chromium can lock its processes in on Linux.
 *
 * @typedef {object} SandboxFacts
 * @property {string} maxUserNamespaces what the kernel's settings say, '' where it does not have them
 * @property {string} unprivilegedClone
 * @property {string} appArmorRestricts
 * @property {string} helperPath
 * @property {boolean} isHelperSetUp owned by root, mode 4755
 */

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {MachineFacts}
 */
export function readMachineFacts(env) {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasDisplay: Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']),
    isSandboxOff: env['ELECTRON_DISABLE_SANDBOX'] !== undefined,
  };
}

/**
 * Why Electron cannot run here: everything that speaks against it, so that nobody mends one thing and meets the next.
 *
 * @param {MachineFacts} facts
 * @param {string} [electronPath] where it is, once it is there
 * @returns {string | undefined}
 */
export function describeObstacles(facts, electronPath) {
  return joinObstacles(facts, electronPath === undefined ? undefined : readSandboxFacts(electronPath));
}

/**
 * @param {MachineFacts} facts
 * @param {SandboxFacts} [sandbox]
 */
export function joinObstacles({ platform, isRoot, hasDisplay, isSandboxOff }, sandbox) {
  if (platform !== 'linux') return undefined;
  const isRefused = isRoot && !isSandboxOff;
  const obstacles = [
    ...(hasDisplay ? [] : ['there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set).']),
    ...(isRefused ? ['Electron refuses to run as root.'] : []),
    ...(sandbox === undefined || isSandboxOff ? [] : [sandboxObstacle(sandbox)]),
  ].filter((sentence) => sentence !== undefined);
  if (obstacles.length === 0) return undefined;
  return obstacles.join(' ') + (isRefused && obstacles.length === 1 ? ' Another user gets the window.' : '');
}

/**
 * @param {string} electronPath
 * @returns {SandboxFacts}
 */
export function readSandboxFacts(electronPath) {
  const helperPath = join(dirname(electronPath), 'chrome-sandbox');
  const helper = statSync(helperPath, { throwIfNoEntry: false });
  return {
    maxUserNamespaces: readSetting('user/max_user_namespaces'),
    unprivilegedClone: readSetting('kernel/unprivileged_userns_clone'),
    appArmorRestricts: readSetting('kernel/apparmor_restrict_unprivileged_userns'),
    helperPath,
    isHelperSetUp: helper !== undefined && helper.uid === 0 && (helper.mode & 0o7777) === 0o4755,
  };
}

/**
 * Chromium's sandbox uses user namespaces, or else a helper that belongs to root. It is never switched off from here.
 *
 * @param {SandboxFacts} facts
 */
export function sandboxObstacle(facts) {
  const why = namespacesRefusedBy(facts);
  if (why === undefined || facts.isHelperSetUp) return undefined;
  const path = `'${facts.helperPath.replaceAll("'", String.raw`'\''`)}'`;
  return (
    `Electron's sandbox needs permission (${why}). Give it once: ` +
    `sudo chown root:root ${path} && sudo chmod 4755 ${path}`
  );
}

/** @param {SandboxFacts} facts */
function namespacesRefusedBy({ maxUserNamespaces, unprivilegedClone, appArmorRestricts }) {
  if (maxUserNamespaces === '0') return 'user.max_user_namespaces is 0';
  if (unprivilegedClone === '0') return 'kernel.unprivileged_userns_clone is 0';
  if (appArmorRestricts === '1') return 'kernel.apparmor_restrict_unprivileged_userns is 1';
  return undefined;
}

/** @param {string} name below /proc/sys */
function readSetting(name) {
  try {
    return readFileSync(join('/proc/sys', name), 'utf8').trim();
  } catch {
    return '';
  }
}
