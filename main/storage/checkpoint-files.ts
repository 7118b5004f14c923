import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';

import { StudioError } from '../../app/base/studio-error.ts';

/** By custom the end of a checkpoint's name. */
export const CHECKPOINT_SUFFIX = '.ringckpt';

/** All of it or nothing: what was there before stays until the new one is whole. */
export async function writeCheckpointFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { mode: 0o600 });
  } catch (cause) {
    throw new StudioError('CheckpointNotWritable', `the checkpoint '${path}' cannot be written: ${reasonOf(cause)}.`, {
      cause,
      tip: 'Name a file in a folder that exists and can be written, on a disk with room.',
    });
  }
}

/** @throws StudioError `CheckpointUnreadable` */
export async function readCheckpointFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new StudioError('CheckpointUnreadable', `the checkpoint '${path}' cannot be read: ${reasonOf(cause)}.`, {
      cause,
      tip: 'Name a file that --checkpoint has written.',
    });
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: (.*?),/.exec(message)?.[1] ?? message;
}
