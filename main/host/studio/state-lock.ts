import { StudioError } from '../../../app/base/studio-error.ts';
import { FolderLock } from '../../storage/folder-lock.ts';
import { defaultStateDir } from '../../storage/state-folder.ts';

/**
 * Takes the state folder for this process: two hosts would overwrite each other's drafts.
 *
 * @throws StudioError `StudioRunning`
 */
export async function lockStateFolder(): Promise<FolderLock> {
  const taken = await FolderLock.take(defaultStateDir(process.env));
  if (taken instanceof FolderLock) return taken;
  const { pid, host, port } = taken;
  const where = host === undefined || port === undefined ? '' : `, at http://${host}:${port}`;
  throw new StudioError('StudioRunning', `a studio is running already (process ${pid}${where}).`, {
    tip:
      'Open another window on it with the address that it printed, end it, or name another folder for the state in ' +
      'RINGSTUDIO_STATE_DIR.',
  });
}
