import { accessSync, constants } from 'node:fs';

const OWNER = 'Whoever owns this checkout can do it; or take a copy that belongs to you.';
const ROOM = 'Make room, and try again.';

/** What the system's codes mean for whoever wants to write, and what to do. */
const REASONS = new Map([
  ['EACCES', ['permission denied', OWNER]],
  ['EPERM', ['the system does not permit it', OWNER]],
  ['EROFS', ['the file system is read-only', OWNER]],
  ['ENOSPC', ['the disk is full', ROOM]],
  ['EDQUOT', ['the disk quota is used up', ROOM]],
  ['EEXIST', ['something that is no folder has its name', 'Move that away, and try again.']],
  ['ENOTDIR', ['a part of its path is no folder', 'Move that away, and try again.']],
]);

/** A folder of the checkout cannot be written: what is made there cannot be brought up to date. */
export class NotWritable extends Error {
  /**
   * @param {string} folder
   * @param {NodeJS.ErrnoException} cause
   */
  constructor(folder, cause) {
    const [reason, remedy] = REASONS.get(cause.code ?? '') ?? [cause.message, OWNER];
    super(`'${folder}' cannot be written: ${reason}. ${remedy}`, { cause });
  }
}

/**
 * Whether it is about a place that cannot be written, and not about what was to be written.
 *
 * @param {unknown} error
 * @returns {error is NodeJS.ErrnoException}
 */
export function isUnwritable(error) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && REASONS.has(error.code);
}

/**
 * Before work that would be for nothing. A folder that is not there yet is made by whoever writes it.
 *
 * @param {string} folder
 * @throws {NotWritable}
 */
export function requireWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    if (isUnwritable(error)) throw new NotWritable(folder, error);
  }
}
