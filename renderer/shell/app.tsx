import { useEffect, type ReactElement } from 'react';

import { editorCommands } from '../editor/editor-commands.ts';
import { comparisonCommands } from '../comparison/comparison-commands.ts';
import { launchCommands } from '../functions/launch/launch-commands.ts';
import { useOfferedCommands } from '../stores/commands.store.ts';
import { followProject, leaveProject } from '../stores/project-session.ts';
import { HOST_AWAY } from '../stores/connection.store.ts';
import { useProject } from '../stores/project.store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { TipProvider } from '../ui/tip.tsx';
import styles from './app.module.css';
import { CommandPalette } from './command-palette.tsx';
import { shellCommands } from './commands.ts';
import { ConsentDialog } from './consent-dialog.tsx';
import { useDesktop } from './desktop-window.ts';
import { useEventToasts } from './event-toasts.ts';
import { FileDialogs } from './file-dialogs.tsx';
import { useKeyBindings } from './key-bindings.ts';
import { Rail } from './rail.tsx';
import { missProject } from './missing-project.store.ts';
import { goToWelcome, useRoutedProject } from './route.ts';
import { StatusBar } from './status-bar.tsx';
import { Toasts } from './toasts.tsx';
import { Toolbar } from './toolbar/toolbar.tsx';
import { Welcome } from './welcome/welcome.tsx';
import { SLOW_MS, useIsHostAway, useLasts } from './use-host-away.ts';
import { Workbench } from './workbench/workbench.tsx';

export function App(): ReactElement {
  const projectId = useRoutedProject();
  useKeyBindings();
  useOfferedCommands(shellCommands);
  useOfferedCommands(editorCommands);
  useOfferedCommands(launchCommands);
  useOfferedCommands(comparisonCommands);
  useEffect(() => {
    if (projectId === undefined) return undefined;
    followProject(projectId, (failure) => {
      void missProject(projectId, failure);
      goToWelcome(); // a reload must not ask for it again
    });
    return leaveProject;
  }, [projectId]);
  useEventToasts();
  useDesktop();
  useTitle();
  return (
    <TipProvider>
      <div className={styles['app']}>
        <Toolbar />
        {projectId === undefined ? <Welcome /> : <OpenProject key={projectId} projectId={projectId} />}
        <StatusBar />
      </div>
      <CommandPalette />
      <FileDialogs />
      <ConsentDialog />
      <Toasts />
    </TipProvider>
  );
}

function OpenProject({ projectId }: { readonly projectId: string }): ReactElement {
  const isOpen = useProject(({ project }) => project !== undefined);
  return (
    <main className={styles['work']}>
      <Rail />
      <div className={styles['dock']}>{isOpen ? <Workbench projectId={projectId} /> : <Opening />}</div>
    </main>
  );
}

/** Said only where it takes its time. */
function Opening(): ReactElement | null {
  const isAway = useIsHostAway();
  const isSlow = useLasts(SLOW_MS);
  if (isAway) return <EmptyState title={HOST_AWAY}>The project opens as soon as it does.</EmptyState>;
  return isSlow ? <EmptyState title="Opening the project…" /> : null;
}

function useTitle(): void {
  const name = useProject(({ project }) => project?.name);
  useEffect(() => {
    document.title = name === undefined ? 'Ring Kernel Studio' : `${name} - Ring Kernel Studio`;
  }, [name]);
}
