import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { useActiveFile } from '../stores/active-file.store.ts';
import type { Command } from '../stores/commands.store.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { showFailure } from '../stores/toasts.store.ts';

const openPath = (): string | undefined => {
  const { path } = useActiveFile.getState();
  return path === undefined || documents.text(path) === undefined ? undefined : path;
};

const isDirty = (path: string): boolean =>
  documents.isUnsent(path) || useProject.getState().files[path]?.isDirty === true;

/** Saves the files, which compiles them and loads them into the actors that run; all unsaved ones without `paths`. */
export async function saveFiles(paths?: readonly string[]): Promise<void> {
  try {
    if (paths === undefined) await documents.flush();
    else await Promise.all(paths.map((path) => documents.flush(path)));
    const chosen = paths === undefined ? {} : { paths: [...paths] };
    await studio.files.save.mutate({ projectId: openProjectId(), ...chosen });
  } catch (error) {
    const what = paths?.length === 1 ? paths[0]! : 'The files';
    showFailure(`${what} ${paths?.length === 1 ? 'is' : 'are'} not saved`, toFailure(error));
  }
}

/** Takes the file back to what is saved. Undo in the editor brings the edits back. */
async function revert(path: string): Promise<void> {
  try {
    await documents.flush(path);
    await studio.files.revert.mutate({ projectId: openProjectId(), path });
  } catch (error) {
    showFailure(`${path} is not reverted`, toFailure(error));
  }
}

/** What can be done with code, for the palette and by key. */
export const editorCommands: readonly Command[] = [
  {
    id: 'code.save',
    title: 'Save file',
    group: 'Code',
    keys: 'Ctrl+S',
    isEnabled: () => useProject.getState().project !== undefined,
    run: () => saveFiles(openPath() === undefined ? undefined : [openPath()!]),
  },
  {
    id: 'code.revert',
    title: 'Revert file to what is saved',
    group: 'Code',
    isEnabled: () => openPath() !== undefined && isDirty(openPath()!),
    run: () => revert(openPath()!),
  },
  {
    id: 'code.compare',
    title: 'Compare file with the running version',
    group: 'Code',
    isEnabled: () => openPath() !== undefined,
    run: () => useNavigation.getState().compareWithRunning(openPath()!),
  },
];
