import type { ReactElement } from 'react';

import { bigintsAsText } from '../../../../app/model/bigints-as-text.ts';
import { type Distribution, distributionSchema } from '../../../../app/model/topology/distribution.ts';
import type { Fill } from '../../../../app/model/topology/edit/host-fills.ts';
import { DraftField } from '../draft-field.tsx';
import styles from '../properties.module.css';
import { distributionWords } from './distributions.ts';
import { templateText } from './fixed-value.ts';

interface DistributionFieldsProps {
  readonly distribution: Distribution;
  readonly isOff: boolean;
  readonly onChange: (fill: Fill) => void;
}

export function DistributionFields({ distribution, isOff, onChange }: DistributionFieldsProps): ReactElement {
  const values = new Map<string, unknown>(Object.entries(distribution));
  return (
    <div className={styles['parameters']}>
      {distributionWords[distribution.kind].parameters.map(({ key, label, absent, rule, isJson = false }) => {
        const value = values.get(key);
        const changed = (text: string): Distribution | undefined =>
          withParameter(distribution, key, read(text, isJson));
        return (
          <DraftField
            key={key}
            {...{ label, isOff, placeholder: absent }}
            value={value === undefined ? '' : isJson ? JSON.stringify(value, bigintsAsText) : templateText(value)}
            check={(text) => (changed(text) === undefined ? rule : undefined)}
            onChange={(text) => {
              const next = changed(text);
              if (next !== undefined) onChange({ kind: 'distribution', distribution: next });
            }}
          />
        );
      })}
    </div>
  );
}

/** Undefined where the file format refuses it. An emptied parameter is left out. */
function withParameter(distribution: Distribution, key: string, value: unknown): Distribution | undefined {
  const entries = Object.entries({ ...distribution, [key]: value }).filter(([, entry]) => entry !== undefined);
  return distributionSchema.safeParse(Object.fromEntries(entries)).data;
}

/** What is no number, or no JSON, is no parameter either. */
function read(text: string, isJson: boolean): unknown {
  if (text === '') return undefined;
  if (!isJson) return Number(text.replaceAll(/[,_ ]/g, ''));
  try {
    return JSON.parse(text);
  } catch {
    return Number.NaN;
  }
}
