import { FolderOpen, Plus, X } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';

import type { RecentProject } from '../../../app/contract/project.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { keyLabel, runCommand } from '../../stores/commands.store.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { showFailure } from '../../stores/toasts.store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Mark } from '../mark.tsx';
import { openProject } from '../choose-project.ts';
import styles from './welcome.module.css';

export function StartPanel(): ReactElement {
  return (
    <section className={styles['start']} aria-label="Start">
      <div className={styles['title']}>
        <Mark size={36} />
        <div>
          <h1>Ring Kernel Studio</h1>
          <p>Actors that live on the GPU</p>
        </div>
      </div>
      <div className={styles['acts']}>
        <button type="button" onClick={() => runCommand('project.new')}>
          <Plus size={16} strokeWidth={1.35} />
          New project
        </button>
        <button type="button" onClick={() => runCommand('project.open')}>
          <FolderOpen size={16} strokeWidth={1.35} />
          Open folder
          <kbd>{keyLabel('Ctrl+O')}</kbd>
        </button>
      </div>
      <Recent />
    </section>
  );
}

function Recent(): ReactElement {
  const [projects, setProjects] = useState<readonly RecentProject[]>();
  const refresh = useCallback(() => {
    studio.projects.recent.query().then(setProjects, () => undefined); // the room says that nobody answers
  }, []);
  const status = useConnection((state) => state.status);
  useEffect(() => {
    if (status === 'open') refresh();
  }, [refresh, status]);
  const forget = (dir: string): void => {
    studio.projects.forget.mutate(dir).then(refresh, (error: unknown) => {
      showFailure('The entry was not removed', toFailure(error));
    });
  };
  return (
    <>
      <h2 className={styles['heading']}>Recent</h2>
      {projects?.length === 0 && <p className={styles['none']}>No projects yet. Open a sample, or make one.</p>}
      <ul>
        {projects?.map((project) => (
          <li key={project.dir} className={styles['recent']}>
            <button type="button" disabled={!project.exists} onClick={() => void openProject(project.dir)}>
              <span className={styles['name']}>
                {project.name}
                <time>{dayOf(project.openedAtMs)}</time>
              </span>
              <span className={styles['dir']}>
                {project.exists ? project.dir : `${project.dir} is not there any more`}
              </span>
            </button>
            <IconButton
              label={`Remove ${project.name} from the list`}
              icon={<X size={12} strokeWidth={1.6} />}
              onClick={() => forget(project.dir)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

function dayOf(unixMs: number): string {
  const day = new Date(unixMs);
  const isToday = day.toDateString() === new Date().toDateString();
  return isToday
    ? `Today, ${day.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`
    : day.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
