import type { ReactElement } from 'react';

import type { Figure, GpuDevice } from '../../../app/contract/gpu-figures.ts';
import {
  eccWords,
  figureWords,
  formatCelsius,
  formatGib,
  formatWhole,
  nameOf,
  slowdownWords,
  type Words,
} from './gpu-words.ts';
import styles from './gpus.module.css';

/** Every figure of one device, and for what is unknown the reason. */
export function GpuFigures({ device }: { readonly device: GpuDevice }): ReactElement {
  const rows: readonly (readonly [string, Words])[] = [
    ['Use of the GPU', unit(device.gpuPercent, formatWhole, '%')],
    ['Use of its memory', unit(device.memoryPercent, formatWhole, '%')],
    ['Memory used', unit(device.memoryUsedBytes, formatGib, ' GiB')],
    ['Memory, total', unit(device.memoryTotalBytes, formatGib, ' GiB')],
    ['Power', unit(device.powerWatts, formatWhole, ' W')],
    ['Power limit', unit(device.powerLimitWatts, formatWhole, ' W')],
    ['Temperature', unit(device.temperatureCelsius, formatCelsius, ' °C')],
    ['SM clock', unit(device.smClockMhz, formatWhole, ' MHz')],
    ['SM clock, highest', unit(device.smClockMaxMhz, formatWhole, ' MHz')],
    ['Memory clock', unit(device.memoryClockMhz, formatWhole, ' MHz')],
    ['Memory clock, highest', unit(device.memoryClockMaxMhz, formatWhole, ' MHz')],
    ['Clocks held back by', slowdownWords(device)],
    ['ECC', eccWords(device)],
    ['UUID', figureWords(device.uuid, (uuid) => uuid)],
  ];
  return (
    <section className={styles['figures']} aria-label={`Figures of ${nameOf(device)}`} tabIndex={0}>
      <h3>{nameOf(device)}</h3>
      <dl>
        {rows.map(([label, { text, reason }]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={reason === undefined ? '' : styles['unknown']}>
              {reason === undefined ? text : `${text}: ${reason}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function unit(figure: Figure<number>, format: (value: number) => string, suffix: string): Words {
  return figureWords(figure, (value) => `${format(value)}${suffix}`);
}
