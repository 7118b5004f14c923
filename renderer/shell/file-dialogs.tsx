import { useState, type ReactElement, type SubmitEvent } from 'react';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { setTopology, useTopology } from '../stores/topology.store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, SelectBox, TextBox } from '../ui/field.tsx';
import { useFileDialog, type FileDialog } from './file-dialogs.store.ts';
import { FolderDialog } from './folder-dialog.tsx';
import { goToProject } from './route.ts';

const close = (): void => useFileDialog.setState({ open: undefined });

export function FileDialogs(): ReactElement | null {
  const open = useFileDialog((state) => state.open);
  if (open === undefined) return null;
  if (open.kind === 'open-folder') return <FolderDialog onClose={close} />;
  if (open.kind === 'delete') return <DeleteDialog path={open.path} />;
  return <NameDialog dialog={open} />;
}

type NameKind = Exclude<FileDialog, { kind: 'delete' | 'open-folder' }>;

const words = {
  new: { title: 'New file', act: 'Create file', label: 'Path' },
  rename: { title: 'Rename file', act: 'Rename file', label: 'New path' },
  'new-project': { title: 'New project', act: 'Create project', label: 'Name' },
} as const;

const templates = {
  new: [
    ['kernel', 'Kernel that answers'],
    ['stateful', 'Kernel with a state'],
    ['source', 'Kernel that sends'],
    ['header', 'Header with a message type'],
    ['empty', 'Empty'],
  ],
  'new-project': [
    ['kernel', 'With one actor that answers'],
    ['empty', 'Empty'],
  ],
} as const;

type Template = 'kernel' | 'stateful' | 'source' | 'header' | 'empty';

async function act(dialog: NameKind, name: string, template: Template): Promise<void> {
  if (dialog.kind === 'new-project') {
    goToProject(await studio.projects.create.mutate({ name, template: template === 'empty' ? 'empty' : 'kernel' }));
    return;
  }
  const projectId = openProjectId();
  if (dialog.kind === 'new') {
    await studio.files.create.mutate({ projectId, path: name, template });
  } else {
    await documents.flush();
    await studio.files.rename.mutate({ projectId, path: dialog.path, newPath: name });
    followRenamedSource(dialog.path, name);
  }
  useNavigation.getState().openFile(name);
}

/** Actors whose kernels are in the file go on finding them there. */
function followRenamedSource(path: string, newPath: string): void {
  const { topology } = useTopology.getState();
  if (topology?.actors.some(({ source }) => source === path) !== true) return;
  const actors = topology.actors.map((actor) => (actor.source === path ? { ...actor, source: newPath } : actor));
  setTopology({ ...topology, actors });
}

function suggestedName(dialog: NameKind): string {
  if (dialog.kind === 'rename') return dialog.path;
  return dialog.kind === 'new' ? 'actor.cu' : 'my-actors';
}

function NameDialog({ dialog }: { readonly dialog: NameKind }): ReactElement {
  const [name, setName] = useState(() => suggestedName(dialog));
  const [template, setTemplate] = useState<Template>('kernel');
  const [error, setError] = useState<string>();
  const { title, act: button, label } = words[dialog.kind];
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await act(dialog, name.trim(), template);
      close();
    } catch (thrown) {
      const { message, tip } = toFailure(thrown);
      setError(tip === undefined ? message : `${message} ${tip}`);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" form="name-form" disabled={name.trim() === ''}>
            {button}
          </Button>
        </>
      }
    >
      <form id="name-form" onSubmit={(event) => void submit(event)}>
        <Field label={label} error={error}>
          {(ids) => (
            <TextBox
              {...ids}
              autoFocus
              value={name}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {dialog.kind !== 'rename' && (
          <Field label="Begin with">
            {(ids) => (
              <SelectBox {...ids} value={template} onChange={(event) => setTemplate(event.target.value as Template)}>
                {templates[dialog.kind].map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </SelectBox>
            )}
          </Field>
        )}
      </form>
    </Dialog>
  );
}

function DeleteDialog({ path }: { readonly path: string }): ReactElement {
  const [error, setError] = useState<string>();
  const isUsed = useProject(({ programs }) => (programs[path]?.kernels.length ?? 0) > 0);
  const remove = async (): Promise<void> => {
    try {
      await studio.files.delete.mutate({ projectId: openProjectId(), path });
      close();
    } catch (thrown) {
      setError(toFailure(thrown).message);
    }
  };
  return (
    <Dialog
      title={`Delete ${path}?`}
      onClose={close}
      actions={
        <>
          <Button autoFocus onClick={close}>
            Keep it
          </Button>
          <Button look="primary" onClick={() => void remove()}>
            Delete {path}
          </Button>
        </>
      }
    >
      <p>
        The file is removed from the project folder
        {isUsed ? ', and actors that run its kernels cannot start again' : ''}.
      </p>
      {error !== undefined && <p role="alert">{error}</p>}
    </Dialog>
  );
}
