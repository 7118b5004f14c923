import type { ReactElement } from 'react';

import { bigintsAsText } from '../../../../app/model/bigints-as-text.ts';
import type { Distribution } from '../../../../app/model/topology/distribution.ts';
import type { Fill } from '../../../../app/model/topology/edit/host-fills.ts';
import { DraftField } from '../draft-field.tsx';
import styles from '../properties.module.css';
import { distributionWords } from './distributions.ts';
import { templateText } from './fixed-value.ts';
import { withTyped } from './typed-parameter.ts';

interface DistributionFieldsProps {
  readonly distribution: Distribution;
  readonly isOff: boolean;
  readonly onChange: (fill: Fill) => void;
}

export function DistributionFields({ distribution, isOff, onChange }: DistributionFieldsProps): ReactElement {
  const values = new Map<string, unknown>(Object.entries(distribution));
  return (
    <div className={styles['parameters']}>
      {distributionWords[distribution.kind].parameters.map((parameter) => {
        const { key, label, absent, rule, isJson = false } = parameter;
        const value = values.get(key);
        const changed = (text: string): Distribution | undefined => withTyped(distribution, parameter, text);
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
