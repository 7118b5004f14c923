import { ChevronDown, Pause, Play, Scale, Search, Square } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import { keyLabel, runCommand } from '../../stores/commands.store.ts';
import { HOST_AWAY } from '../../stores/connection.store.ts';
import { useNavigation, type LayoutName } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { IconButton } from '../../ui/button.tsx';
import menu from '../../ui/menu.module.css';
import { usePalette } from '../palette.store.ts';
import { Mark } from '../mark.tsx';
import { DevicePicker } from './device-picker.tsx';
import { Outdated, RunBadge } from './run-badge.tsx';
import styles from './toolbar.module.css';

const icon = { size: 16, strokeWidth: 1.35 } as const;

export function Toolbar(): ReactElement {
  const hasProject = useProject(({ project }) => project !== undefined);
  return (
    <header className={styles['toolbar']}>
      <div className={styles['start']}>
        <Mark />
        {hasProject ? <ProjectMenu /> : <span className={styles['project']}>Welcome</span>}
        {hasProject && (
          <>
            <span className={styles['separator']} />
            <RunGroup />
            <DevicePicker />
            <RunBadge />
            <Outdated />
          </>
        )}
      </div>
      <button type="button" className={styles['command']} onClick={() => usePalette.setState({ isOpen: true })}>
        <Search {...icon} />
        <span className={styles['grow']}>{hasProject ? 'Go to actor, file, command' : 'Open sample, command'}</span>
        <kbd>{keyLabel('Ctrl+K')}</kbd>
      </button>
      <div className={styles['end']}>{hasProject && <Layouts />}</div>
    </header>
  );
}

function ProjectMenu(): ReactElement {
  const name = useProject(({ project }) => project?.name ?? '');
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={styles['project']} aria-label={`Project ${name}`}>
        {name}
        <ChevronDown size={12} strokeWidth={1.6} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu['menu']} align="start" sideOffset={4}>
          <MenuCommand id="project.saveAll" label="Save all" keys="Ctrl+Shift+S" />
          <MenuCommand id="project.newFile" label="New file…" />
          <DropdownMenu.Separator className={menu['separator']} />
          <MenuCommand id="project.open" label="Open folder…" keys="Ctrl+O" />
          <MenuCommand id="project.new" label="New project…" />
          <MenuCommand id="project.close" label="Close project" />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function MenuCommand({
  id,
  label,
  keys,
}: {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
}): ReactElement {
  return (
    <DropdownMenu.Item className={menu['item']} onSelect={() => runCommand(id)}>
      {label}
      {keys !== undefined && <kbd>{keyLabel(keys)}</kbd>}
    </DropdownMenu.Item>
  );
}

function RunGroup(): ReactElement {
  const phase = useProject(({ run }) => run.phase);
  const isLive = phase === 'running' || phase === 'paused';
  const away = phase === 'unknown' ? { offReason: HOST_AWAY } : {};
  return (
    <div className={styles['group']} role="toolbar" aria-label="Run">
      <IconButton
        label={phase === 'paused' ? 'Continue' : 'Run'}
        keys="F5"
        icon={<Play {...icon} fill="currentColor" />}
        disabled={phase !== 'idle' && phase !== 'paused'}
        {...away}
        onClick={() => runCommand('run.start')}
      />
      <IconButton
        label="Pause"
        keys="F6"
        icon={<Pause {...icon} fill="currentColor" />}
        aria-pressed={phase === 'paused'}
        disabled={phase !== 'running'}
        {...away}
        onClick={() => runCommand('run.pause')}
      />
      <IconButton
        label="Stop"
        keys="Shift+F5"
        icon={<Square size={14} strokeWidth={1.35} fill="currentColor" />}
        disabled={!isLive && phase !== 'starting' && phase !== 'compiling'}
        {...away}
        onClick={() => runCommand('run.stop')}
      />
      <IconButton
        label="Compare CPU and GPU"
        icon={<Scale {...icon} />}
        {...away}
        onClick={() => runCommand('run.compare')}
      />
    </div>
  );
}

const layouts: readonly { readonly name: LayoutName; readonly label: string }[] = [
  { name: 'design', label: 'Design' },
  { name: 'code', label: 'Code' },
  { name: 'monitor', label: 'Monitor' },
];

function Layouts(): ReactElement {
  const current = useNavigation(({ layout }) => layout);
  const setLayout = useNavigation((state) => state.setLayout);
  return (
    <nav className={styles['layouts']} aria-label="Layout">
      {layouts.map(({ name, label }, index) => (
        <button
          key={name}
          type="button"
          aria-current={name === current ? 'page' : undefined}
          title={`${label} (${keyLabel(`Ctrl+${index + 1}`)})`}
          onClick={() => setLayout(name)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}
