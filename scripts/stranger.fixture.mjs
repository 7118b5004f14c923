import { chmodSync } from 'node:fs';

/** Nobody in particular. */
const STRANGER = 65_534;

/**
 * Works as a user who may read the folder and not write it.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function asStranger(folder, work) {
  const isRoot = process.geteuid?.() === 0;
  chmodSync(folder, 0o555);
  // Root may write everywhere.
  if (isRoot) process.seteuid?.(STRANGER);
  try {
    return await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
}

/** @returns {{ uid?: number, gid?: number }} what makes a process that is started a stranger's, where that takes something */
export function strangersProcess() {
  return process.geteuid?.() === 0 ? { uid: STRANGER, gid: STRANGER } : {};
}
