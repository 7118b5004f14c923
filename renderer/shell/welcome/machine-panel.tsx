import type { ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { useQueryOnce } from '../../bridge/query-once.ts';
import { formatBytes, formatClock } from '../../ui/format.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { CudaParts } from './cuda-parts.tsx';
import styles from './welcome.module.css';

/** What this machine can do, and why it cannot do the rest. */
export function MachinePanel(): ReactElement {
  const machine = useQueryOnce(() => studio.machine.query());
  return (
    <aside className={styles['machine']} aria-label="This machine">
      <h2>This machine</h2>
      {machine === undefined ? (
        <p className={styles['lead']}>Looking…</p>
      ) : (
        <>
          <p className={styles['lead']}>Checked {formatClock(machine.checkedAtMs)}</p>
          <div className={styles['device']}>
            <h3>
              <StateGlyph state="running" />
              CPU (simulated device)
              <span className={styles['ready']}>Ready</span>
            </h3>
            <p>
              {machine.cpu.workers === 1 ? '1 worker' : `${machine.cpu.workers} workers`},{' '}
              {formatBytes(machine.cpu.arenaBytes)} device memory, of which pages are used as needed. Compiles with{' '}
              {machine.cpu.compiler}, which comes with the studio.
            </p>
          </div>
          <div className={styles['device']}>
            <h3>
              <StateGlyph state={machine.cuda.isAvailable ? 'running' : 'stopped'} />
              CUDA
              {machine.cuda.isAvailable ? (
                <span className={styles['ready']}>{machine.cuda.canCompile ? 'Ready' : 'Precompiled code only'}</span>
              ) : (
                <span className={styles['off']}>Not available</span>
              )}
            </h3>
            <p>{machine.cuda.reason}</p>
            <p>{machine.cuda.remedy}</p>
            <CudaParts cuda={machine.cuda} />
          </div>
          <p className={styles['none']}>
            Times on the CPU device compare runs with each other. They do not predict a GPU. Version {machine.version}.
            Projects are kept in {machine.projectsDir}.
          </p>
        </>
      )}
    </aside>
  );
}
