import { desktop } from '../bridge/desktop.ts';
import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { showFailure } from '../stores/toasts.store.ts';
import { useFileDialog } from './file-dialogs.store.ts';
import { goToProject } from './route.ts';

/** By the system's dialog on the desktop. A browser may be on another machine than the folders, so it asks the host. */
export async function chooseProject(): Promise<void> {
  if (desktop === undefined) {
    useFileDialog.setState({ open: { kind: 'open-folder' } });
    return;
  }
  const path = await desktop.chooseProject();
  if (path !== null) await openProject(path);
}

/** @param path a project's folder, or its topology */
export async function openProject(path: string): Promise<void> {
  try {
    goToProject(await studio.projects.open.mutate(path));
  } catch (error) {
    showFailure(`'${path}' was not opened`, toFailure(error));
  }
}
