import { Plus } from 'lucide-react';
import { useState, type ReactElement } from 'react';

import type { ProgramInfo } from '../../app/model/program.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TextBox } from '../ui/field.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { HostGroup } from './palette/host-group.tsx';
import { KernelItem } from './palette/kernel-item.tsx';
import { openNewKernel, useNewKernel } from './palette/new-kernel.store.ts';
import { NewKernelForm } from './palette/new-kernel-form.tsx';
import styles from './palette/palette.module.css';
import { runDesignerKey } from './designer-commands.ts';

/** Every kernel of the project, and the kinds of host actors, to be dragged to the canvas or added by Enter. */
export function PalettePanel(): ReactElement {
  const [filter, setFilter] = useState('');
  const programs = useProject((state) => state.programs);
  const files = useProject((state) => state.files);
  const isAsking = useNewKernel(({ isOpen }) => isOpen);
  const sources = Object.keys(files).filter((path) => path.endsWith('.cu'));
  return (
    <div className={styles['panel']} onKeyDown={runDesignerKey}>
      <div className={styles['filter']}>
        <TextBox
          type="search"
          aria-label="Filter the palette"
          placeholder="Filter the palette"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      <div className={styles['list']}>
        {sources.length === 0 && <EmptyState title="No kernels yet">Kernels of the project appear here.</EmptyState>}
        {sources.sort().map((path) => (
          <FileGroup key={path} path={path} program={programs[path]} filter={filter} />
        ))}
        <HostGroup filter={filter} />
      </div>
      <div className={styles['new']}>
        {isAsking ? (
          <NewKernelForm />
        ) : (
          <Button icon={<Plus size={14} strokeWidth={1.6} />} onClick={openNewKernel}>
            New kernel…
          </Button>
        )}
      </div>
    </div>
  );
}

interface FileGroupProps {
  readonly path: string;
  readonly program: ProgramInfo | undefined;
  readonly filter: string;
}

function FileGroup({ path, program, filter }: FileGroupProps): ReactElement | null {
  const wanted = filter.trim().toLowerCase();
  const kernels = (program?.kernels ?? []).filter(({ name, doc = '' }) =>
    `${path} ${name} ${doc}`.toLowerCase().includes(wanted),
  );
  const isWanted = kernels.length > 0 || path.toLowerCase().includes(wanted);
  if (!isWanted) return null;
  return (
    <section aria-label={path}>
      <h3 className={styles['file']}>{path}</h3>
      <Trouble path={path} hasProgram={program !== undefined} />
      {program?.kernels.length === 0 && <p className={styles['note']}>declares no kernel</p>}
      <ul>
        {kernels.map((kernel) => (
          <KernelItem key={kernel.name} kernel={kernel} source={path} />
        ))}
      </ul>
    </section>
  );
}

/** Why a file's kernels are missing, or older than its text. */
function Trouble({ path, hasProgram }: { readonly path: string; readonly hasProgram: boolean }): ReactElement | null {
  const first = useProject(({ problems }) => problems[path]?.problems.find(({ severity }) => severity === 'error'));
  const isChecking = useProject(({ checking }) => checking[path] === true);
  if (first === undefined) {
    return hasProgram || !isChecking ? null : <p className={styles['note']}>is being read</p>;
  }
  const place = first.location ?? { file: path };
  return (
    <button
      type="button"
      className={styles['trouble']}
      title={first.message}
      onClick={() => useNavigation.getState().openFile(place.file, 'line' in place ? place : undefined)}
    >
      <StateGlyph state="faulted" label="Error" />
      <span>{first.message}</span>
    </button>
  );
}
