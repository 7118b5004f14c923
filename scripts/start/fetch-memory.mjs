import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const REMEMBERED_MS = 60 * 60 * 1000;

/**
 * A fetch that failed is not tried again at every start: on a machine that is offline each would wait for it. A new
 * version, or other settings of mirror or proxy, is a new case.
 *
 * @param {{ path: string, version: string, env: Readonly<Record<string, string | undefined>>, now?: () => number }} options
 */
export function createFetchMemory({ path, version, env, now = Date.now }) {
  const key = hashCase(version, env);
  return {
    /** @returns {{ reason: string, ageMs: number } | undefined} */
    recall() {
      try {
        const { failed, reason, atMs } = JSON.parse(readFileSync(path, 'utf8'));
        const ageMs = now() - atMs;
        return failed === key && ageMs >= 0 && ageMs < REMEMBERED_MS ? { reason: String(reason), ageMs } : undefined;
      } catch {
        return undefined;
      }
    },
    /** @param {string} reason */
    remember(reason) {
      attempt(() => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, JSON.stringify({ failed: key, reason, atMs: now() }));
      });
    },
    forget() {
      attempt(() => rmSync(path, { force: true }));
    },
  };
}

/**
 * What cannot be kept costs the next start its patience, and must not cost this one the studio.
 *
 * @param {() => void} work
 */
function attempt(work) {
  try {
    work();
  } catch {
    // A disk that is full, or a file of another user.
  }
}

/**
 * Hashed: an address may hold a password.
 *
 * @param {string} version
 * @param {Readonly<Record<string, string | undefined>>} env
 */
function hashCase(version, env) {
  const settings = Object.entries(env).filter(([name]) => /electron_|proxy$|^NODE_EXTRA_CA_CERTS$/i.test(name));
  return createHash('sha256')
    .update(JSON.stringify([version, settings.sort()]))
    .digest('hex');
}
