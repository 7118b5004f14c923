import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { openProjectId } from './project-session.ts';
import { showFailure } from './toasts.store.ts';

/** For a source, or a header, whose compile the compiler did not live through. Saves nothing. */
export async function compileAgain(path: string): Promise<void> {
  try {
    await studio.files.compileAgain.mutate({ projectId: openProjectId(), path });
  } catch (error) {
    showFailure(`${path} is not compiled again`, toFailure(error));
  }
}
