import { StudioError } from '../../../app/base/studio-error.ts';
import { FolderLock } from '../../storage/folder-lock.ts';
import { defaultStateDir } from '../../storage/state-folder.ts';
import { reasonOf } from './project-files.ts';

/** Where the system's own words do not say what is in the way. */
const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'a file has its name',
  ENOTDIR: 'a part of the path is a file',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/**
 * Takes the state folder for this process: two hosts would overwrite each other's drafts.
 *
 * @throws StudioError `StudioRunning`, `StateFolderUnusable`
 */
export async function lockStateFolder(): Promise<FolderLock> {
  const folder = defaultStateDir(process.env);
  const taken = await FolderLock.take(folder).catch((error: unknown) => {
    throw unusable(folder, error);
  });
  if (taken instanceof FolderLock) return taken;
  const { pid, host, port } = taken;
  const where = host === undefined || port === undefined ? '' : `, at http://${host}:${port}`;
  throw new StudioError('StudioRunning', `a studio is running already (process ${pid}${where}).`, {
    tip:
      'Open another window on it with the address that it printed, end it, or name another folder for the state in ' +
      'RINGSTUDIO_STATE_DIR.',
  });
}

function unusable(folder: string, cause: unknown): StudioError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const message = `the folder for drafts and settings, '${folder}', cannot be used: ${REASONS[code] ?? reasonOf(cause)}.`;
  return new StudioError('StateFolderUnusable', message, {
    cause,
    tip: 'Mend that, or name another folder in RINGSTUDIO_STATE_DIR.',
  });
}
