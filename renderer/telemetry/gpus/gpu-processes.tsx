import type { ReactElement } from 'react';

import type { GpuDevice } from '../../../app/contract/gpu-figures.ts';
import { formatBytes } from '../../ui/format.ts';
import { processGaps, processRows, UNKNOWN, type ProcessRow } from './gpu-words.ts';
import styles from './gpus.module.css';

/** Who uses the device. What cannot be listed is said. */
export function GpuProcesses({ device }: { readonly device: GpuDevice }): ReactElement {
  const rows = processRows(device);
  const gaps = processGaps(device);
  return (
    <div className={styles['processes']}>
      {rows.length > 0 && (
        <table className={styles['table']} aria-label="Processes">
          <thead>
            <tr>
              <th scope="col" className={styles['pid']}>
                Process
              </th>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col" className={styles['number']}>
                Memory
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length === 0 && gaps.length === 0 && <p className={styles['none']}>No process uses this GPU.</p>}
      {gaps.map((gap) => (
        <p key={gap} className={styles['none']}>
          {gap}
        </p>
      ))}
    </div>
  );
}

function Row({ row: { pid, name, kind, usedBytes } }: { readonly row: ProcessRow }): ReactElement {
  return (
    <tr>
      <th scope="row">{pid}</th>
      <td className={name === null ? styles['unknown'] : styles['name']} title={name ?? 'the system does not tell it'}>
        {name ?? UNKNOWN}
      </td>
      <td>{kind}</td>
      <td
        className={`${styles['number']} ${usedBytes === null ? styles['unknown'] : styles['value']}`}
        title={usedBytes === null ? 'the driver does not tell it for single processes' : undefined}
      >
        {usedBytes === null ? UNKNOWN : formatBytes(usedBytes)}
      </td>
    </tr>
  );
}
