import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotWritable, isUnwritable } from './not-writable.mjs';

const POLL_MS = 50;
/** A lock file without a readable owner is only half written; after this long its writer must have died. */
const HALF_WRITTEN_MS = 2000;

/**
 * Runs `work` while no other process holds `lockPath`. The file names its owner, so that the lock of a process that
 * was killed is taken over instead of waited for.
 *
 * @template T
 * @param {string} lockPath
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, onWait?: () => void }} [options] signal: ends the waiting, not the work; onWait: told
 *   once when another process holds the lock
 * @returns {Promise<T>}
 * @throws {NotWritable} or what `work` throws
 */
export async function withLock(lockPath, work, options = {}) {
  try {
    await acquire(lockPath, options);
  } catch (error) {
    throw isUnwritable(error) ? new NotWritable(dirname(lockPath), error) : error;
  }
  try {
    return await work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

/**
 * @param {string} lockPath
 * @param {{ signal?: AbortSignal, onWait?: () => void }} options
 */
async function acquire(lockPath, { signal, onWait }) {
  mkdirSync(dirname(lockPath), { recursive: true });
  let isWaiting = false;
  while (!tryAcquire(lockPath)) {
    signal?.throwIfAborted();
    if (isAbandoned(lockPath)) rmSync(lockPath, { force: true });
    else {
      if (!isWaiting) onWait?.();
      isWaiting = true;
      await sleep(POLL_MS);
    }
  }
}

/** @param {string} lockPath */
function tryAcquire(lockPath) {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** @param {string} lockPath */
function isAbandoned(lockPath) {
  try {
    const owner = Number(readFileSync(lockPath, 'utf8'));
    if (owner > 0) return !isAlive(owner);
    return Date.now() - statSync(lockPath).mtimeMs > HALF_WRITTEN_MS;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
