import type { ReactElement } from 'react';

import { backoffDefaults } from '../../../../app/model/topology/edit/edit-supervisors.ts';
import type { TopologySupervisor } from '../../../../app/model/topology/topology.ts';
import { changeSupervision } from '../../supervisor-edits.ts';
import { DraftField } from '../draft-field.tsx';
import { numberOf } from '../number-text.ts';
import styles from '../properties.module.css';

interface BackoffFieldsProps {
  readonly supervisor: TopologySupervisor;
  readonly isReadOnly: boolean;
}

const DAY_MS = 86_400_000;

const fields = [
  { key: 'minMs', label: 'First wait', unit: 'ms', least: 0, most: DAY_MS },
  { key: 'factor', label: 'Then times', unit: undefined, least: 1, most: 100 },
  { key: 'maxMs', label: 'Longest wait', unit: 'ms', least: 0, most: DAY_MS },
  { key: 'jitter', label: 'Jitter', unit: '± part', least: 0, most: 1 },
  { key: 'resetAfterMs', label: 'Forget after', unit: 'ms', least: 0, most: DAY_MS },
] as const;

/** How long it waits before a restart. */
export function BackoffFields({ supervisor: { id, backoff }, isReadOnly }: BackoffFieldsProps): ReactElement {
  const values = { ...backoffDefaults, ...backoff } as Readonly<Record<keyof typeof backoffDefaults, number>>; // none is undefined after parsing
  return (
    <div role="group" aria-label={`Back-off of ${id}`}>
      <p className={styles['part']}>Back-off</p>
      {fields.map(({ key, label, unit, least, most }) => (
        <DraftField
          key={key}
          {...{ label, unit, isOff: isReadOnly, value: String(values[key]) }}
          check={(text) => problemOf(text, { ...values, least, most, key })}
          onChange={(text) =>
            changeSupervision(id, 'the back-off', { backoff: { [key]: text === '' ? undefined : numberOf(text) } })
          }
        />
      ))}
    </div>
  );
}

interface Limits {
  readonly key: keyof typeof backoffDefaults;
  readonly least: number;
  readonly most: number;
  readonly minMs: number;
  readonly maxMs: number;
}

function problemOf(text: string, { key, least, most, minMs, maxMs }: Limits): string | undefined {
  if (text === '') return undefined;
  const value = numberOf(text);
  if (!Number.isFinite(value)) return 'Use a number.';
  if (value < least || value > most) return `Use ${least} to ${most.toLocaleString('en-US')}.`;
  if (key === 'minMs' && value > maxMs) return `The longest wait is ${maxMs} ms.`;
  if (key === 'maxMs' && value < minMs) return `The first wait is ${minMs} ms.`;
  return undefined;
}
