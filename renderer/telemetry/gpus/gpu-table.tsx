import type { ReactElement } from 'react';

import type { GpuDevice } from '../../../app/contract/gpu-figures.ts';
import { formatCount } from '../../ui/format.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { deviceKey } from './gpu-history.ts';
import {
  figureWords,
  formatCelsius,
  formatGib,
  formatWhole,
  hasLostData,
  isSlowedByTrouble,
  nameOf,
  pairWords,
  slowdownWords,
  type Words,
} from './gpu-words.ts';
import styles from './gpus.module.css';

interface Column {
  readonly head: string;
  readonly words: (device: GpuDevice) => Words;
  readonly isText?: true;
  readonly isWarning?: (device: GpuDevice) => boolean;
}

const columns: readonly Column[] = [
  { head: 'Use, %', words: ({ gpuPercent }) => figureWords(gpuPercent, formatWhole) },
  { head: 'Memory, GiB', words: (gpu) => pairWords(gpu.memoryUsedBytes, gpu.memoryTotalBytes, formatGib) },
  { head: 'Power, W', words: (gpu) => pairWords(gpu.powerWatts, gpu.powerLimitWatts, formatWhole) },
  { head: '°C', words: ({ temperatureCelsius }) => figureWords(temperatureCelsius, formatCelsius) },
  { head: 'SM, MHz', words: (gpu) => pairWords(gpu.smClockMhz, gpu.smClockMaxMhz, formatWhole) },
  { head: 'Memory, MHz', words: (gpu) => pairWords(gpu.memoryClockMhz, gpu.memoryClockMaxMhz, formatWhole) },
  {
    head: 'ECC, uncorrected',
    words: ({ eccUncorrected }) => figureWords(eccUncorrected, formatCount),
    isWarning: hasLostData,
  },
  { head: 'Held back by', words: slowdownWords, isText: true, isWarning: isSlowedByTrouble },
];

interface GpuTableProps {
  readonly devices: readonly GpuDevice[];
  /** The key of the device that the rest of the panel is about. */
  readonly shown: string | undefined;
  readonly onShow: (key: string) => void;
}

/** All devices, a row each. */
export function GpuTable({ devices, shown, onShow }: GpuTableProps): ReactElement {
  return (
    <div className={styles['tableBox']} tabIndex={0} role="region" aria-label="Table of GPUs">
      <table className={styles['table']} aria-label="GPUs">
        <thead>
          <tr>
            <th scope="col">GPU</th>
            {columns.map(({ head, isText }) => (
              <th key={head} scope="col" className={isText === true ? '' : styles['number']}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => {
            const key = deviceKey(device);
            return (
              <tr key={key} data-shown={key === shown} onClick={() => onShow(key)}>
                <th scope="row">
                  <button type="button" aria-pressed={key === shown}>
                    <span>{device.index}</span> {nameOf(device)}
                  </button>
                </th>
                {columns.map((column) => (
                  <Cell key={column.head} column={column} device={device} />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ column, device }: { readonly column: Column; readonly device: GpuDevice }): ReactElement {
  const { text, reason } = column.words(device);
  const isWarning = column.isWarning?.(device) === true;
  const look = reason === undefined ? (text === '0' || text === 'nothing' ? 'zero' : 'value') : 'unknown';
  return (
    <td
      className={`${column.isText === true ? '' : styles['number']} ${styles[look]} ${isWarning ? 'warning' : ''}`}
      title={reason}
    >
      {isWarning && <StateGlyph state="warning" />}
      {text}
    </td>
  );
}
