import { Command as Cmdk } from 'cmdk';
import type { ReactElement } from 'react';

import { showNode } from '../designer/canvas/canvas-actions.ts';
import { keyLabel, useCommands } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import styles from './command-palette.module.css';
import { usePalette } from './palette.store.ts';

const close = (): void => usePalette.setState({ isOpen: false });

/** Closes first: what is run may open something of its own. */
function choose(act: () => unknown): void {
  close();
  setTimeout(act, 0);
}

/** Ctrl K: every actor, file and command by its name. */
export function CommandPalette(): ReactElement {
  const isOpen = usePalette((state) => state.isOpen);
  return (
    <Cmdk.Dialog
      open={isOpen}
      onOpenChange={(open) => usePalette.setState({ isOpen: open })}
      label="Go to actor, file, command"
      overlayClassName={styles['overlay'] ?? ''}
      contentClassName={styles['content'] ?? ''}
      loop
    >
      <Cmdk.Input className={styles['input']} placeholder="Go to actor, file, command" />
      <Cmdk.List className={styles['list']}>
        <Cmdk.Empty className={styles['empty']}>Nothing has that name.</Cmdk.Empty>
        <Actors />
        <Files />
        <Commands />
      </Cmdk.List>
    </Cmdk.Dialog>
  );
}

function Actors(): ReactElement | null {
  const topology = useTopology((state) => state.topology);
  const actors = [
    ...(topology?.actors ?? []).map(({ id, kernel }) => ({ id, note: kernel })),
    ...(topology?.hosts ?? []).map(({ id, host }) => ({ id, note: host })),
  ];
  if (actors.length === 0) return null;
  return (
    <Cmdk.Group heading="Actors" className={styles['group']}>
      {actors.map(({ id, note }) => (
        <Cmdk.Item
          key={id}
          className={styles['item']}
          value={`actor ${id}`}
          onSelect={() => choose(() => showNode(id))}
        >
          <span className={styles['name']}>{id}</span>
          <span className={styles['note']}>{note}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}

function Files(): ReactElement | null {
  const files = useProject((state) => state.files);
  const paths = Object.keys(files).sort();
  if (paths.length === 0) return null;
  return (
    <Cmdk.Group heading="Files" className={styles['group']}>
      {paths.map((path) => (
        <Cmdk.Item
          key={path}
          className={styles['item']}
          value={`file ${path}`}
          onSelect={() => choose(() => useNavigation.getState().openFile(path))}
        >
          <span className={styles['name']}>{path}</span>
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}

function Commands(): ReactElement {
  const commands = useCommands((state) => state.commands);
  return (
    <Cmdk.Group heading="Commands" className={styles['group']}>
      {[...commands.values()].map((command) => (
        <Cmdk.Item
          key={command.id}
          className={styles['item']}
          value={`${command.group} ${command.title}`}
          disabled={command.isEnabled?.() === false}
          onSelect={() => choose(() => command.run())}
        >
          <span className={styles['note']}>{command.group}</span>
          <span className={styles['name']}>{command.title}</span>
          {command.keys !== undefined && <kbd>{keyLabel(command.keys)}</kbd>}
        </Cmdk.Item>
      ))}
    </Cmdk.Group>
  );
}
