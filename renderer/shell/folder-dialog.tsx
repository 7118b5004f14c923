import { CornerLeftUp, Folder, FolderOpen } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';

import type { FolderListing } from '../../app/contract/project.ts';
import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextBox } from '../ui/field.tsx';
import styles from './folder-dialog.module.css';
import { goToProject } from './route.ts';

/** Chooses a folder of the machine that the host runs on. */
export function FolderDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [wanted, setWanted] = useState<string>();
  const [typed, setTyped] = useState('');
  const [listing, setListing] = useState<FolderListing>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    studio.projects.browse.query(wanted).then(
      (found) => {
        setListing(found);
        setTyped(found.dir);
        setError(undefined);
      },
      (thrown: unknown) => setError(toFailure(thrown).message),
    );
  }, [wanted]);
  const open = async (): Promise<void> => {
    try {
      goToProject(await studio.projects.open.mutate(typed));
      onClose();
    } catch (thrown) {
      const { message, tip } = toFailure(thrown);
      setError(tip === undefined ? message : `${message} ${tip}`);
    }
  };
  return (
    <Dialog
      title="Open folder"
      isWide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={typed === ''} onClick={() => void open()}>
            Open this folder
          </Button>
        </>
      }
    >
      <PathBox typed={typed} parent={listing?.parent ?? undefined} onType={setTyped} onGo={setWanted} />
      {error !== undefined && (
        <p role="alert" className="faulted">
          {error}
        </p>
      )}
      <Folders listing={listing} onChoose={setWanted} />
    </Dialog>
  );
}

function PathBox({
  typed,
  parent,
  onType,
  onGo,
}: {
  readonly typed: string;
  readonly parent: string | undefined;
  readonly onType: (dir: string) => void;
  readonly onGo: (dir: string) => void;
}): ReactElement {
  return (
    <form
      className={styles['path']}
      onSubmit={(event) => {
        event.preventDefault();
        onGo(typed);
      }}
    >
      <TextBox aria-label="Folder" value={typed} autoFocus onChange={(event) => onType(event.target.value)} />
      <IconButton
        label="Up"
        icon={<CornerLeftUp size={14} strokeWidth={1.35} />}
        disabled={parent === undefined}
        onClick={() => parent !== undefined && onGo(parent)}
      />
    </form>
  );
}

function Folders({
  listing,
  onChoose,
}: {
  readonly listing: FolderListing | undefined;
  readonly onChoose: (dir: string) => void;
}): ReactElement {
  const join = (name: string): string => {
    const dir = listing?.dir ?? '';
    const separator = dir.includes('\\') ? '\\' : '/';
    return `${dir.replace(/[\\/]$/, '')}${separator}${name}`;
  };
  return (
    <ul className={styles['folders']} aria-label="Folders">
      {listing?.folders.map(({ name, isProject }) => (
        <li key={name}>
          <button type="button" onClick={() => onChoose(join(name))}>
            {isProject ? <FolderOpen size={14} strokeWidth={1.35} /> : <Folder size={14} strokeWidth={1.35} />}
            {name}
            {isProject && <span className={styles['note']}>project</span>}
          </button>
        </li>
      ))}
      {listing?.folders.length === 0 && <li className={styles['note']}>No folders in here.</li>}
    </ul>
  );
}
