import { File, FilePlus } from 'lucide-react';
import { ContextMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import { runCommand } from '../../stores/commands.store.ts';
import { useIsDirty } from '../../stores/dirty.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { IconButton } from '../../ui/button.tsx';
import menu from '../../ui/menu.module.css';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { useFileDialog } from '../file-dialogs.store.ts';
import { matches, Section } from './explorer-section.tsx';
import styles from './explorer.module.css';

export function FileSection({ filter }: { readonly filter: string }): ReactElement {
  const files = useProject((state) => state.files);
  const paths = Object.keys(files).sort();
  return (
    <Section
      title="Files"
      count={paths.length}
      action={
        <IconButton
          label="New file"
          icon={<FilePlus size={14} strokeWidth={1.35} />}
          onClick={() => runCommand('project.newFile')}
        />
      }
    >
      {paths
        .filter((path) => matches(path, filter))
        .map((path) => (
          <FileItem key={path} path={path} />
        ))}
    </Section>
  );
}

function FileItem({ path }: { readonly path: string }): ReactElement {
  const isDirty = useIsDirty(path);
  const errors = useProject(
    ({ problems }) => problems[path]?.problems.filter(({ severity }) => severity === 'error').length ?? 0,
  );
  const isTopology = useProject(({ topologyPath }) => topologyPath === path);
  const open = (): void => useNavigation.getState().openFile(path);
  const ask = (kind: 'rename' | 'delete'): void => useFileDialog.setState({ open: { kind, path } });
  return (
    <li>
      <ContextMenu.Root>
        <ContextMenu.Trigger asChild>
          <button
            type="button"
            data-explorer-item
            className={styles['item']}
            onClick={open}
            onKeyDown={(event) => {
              if (event.key === 'F2' && !isTopology) ask('rename');
              else if (event.key === 'Delete' && !isTopology) ask('delete');
            }}
          >
            <File size={14} strokeWidth={1.35} />
            <span className={styles['name']}>{path}</span>
            <span className={styles['end']}>
              {errors > 0 && <StateGlyph state="faulted" label={errors === 1 ? '1 error' : `${errors} errors`} />}
              {isDirty && <span className={styles['dirty']} role="img" aria-label="unsaved" />}
            </span>
          </button>
        </ContextMenu.Trigger>
        <ContextMenu.Portal>
          <ContextMenu.Content className={menu['menu']}>
            <ContextMenu.Item className={menu['item']} onSelect={open}>
              Open
            </ContextMenu.Item>
            <ContextMenu.Item className={menu['item']} disabled={isTopology} onSelect={() => ask('rename')}>
              Rename… <kbd>F2</kbd>
            </ContextMenu.Item>
            <ContextMenu.Item className={menu['item']} disabled={isTopology} onSelect={() => ask('delete')}>
              Delete… <kbd>Del</kbd>
            </ContextMenu.Item>
          </ContextMenu.Content>
        </ContextMenu.Portal>
      </ContextMenu.Root>
    </li>
  );
}
