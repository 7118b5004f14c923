import { clientId, studio } from '../bridge/client.ts';
import { Documents } from './document-sync.ts';
import { useProject } from './project.store.ts';
import { UnsentTexts } from './unsent-texts.ts';

/** The open project's texts in this window. */
export const documents = new Documents(
  {
    edit: (edit) => studio.files.edit.mutate({ ...edit, clientId, projectId: useProject.getState().project?.id ?? '' }),
  },
  new UnsentTexts(() => useProject.getState().project?.dir ?? ''),
  clientId,
);
