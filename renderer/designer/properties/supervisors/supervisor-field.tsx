import type { ReactElement } from 'react';

import { supervisorOf } from '../../../../app/model/topology/edit/edit-supervisors.ts';
import type { TopologySupervisor } from '../../../../app/model/topology/topology.ts';
import { useTopology } from '../../../stores/topology.store.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { putUnder, showSupervisor, supervise } from '../../supervisor-edits.ts';
import styles from '../properties.module.css';
import { strategyWords } from './strategies.ts';

interface SupervisorFieldProps {
  readonly ids: readonly string[];
  readonly isReadOnly: boolean;
}

/** Who starts the actors again when they fail; "various" where they differ. */
export function SupervisorField({ ids, isReadOnly }: SupervisorFieldProps): ReactElement | null {
  const topology = useTopology((state) => state.topology);
  if (topology === undefined) return null;
  const found = ids.map((id) => supervisorOf(topology, id));
  const [first] = found;
  const isSame = found.every((supervisor) => supervisor?.id === first?.id);
  return (
    <>
      <Field label="Supervisor" note={isSame ? meaning(first) : undefined}>
        {(fieldIds) => (
          <SelectBox
            {...fieldIds}
            disabled={isReadOnly}
            value={isSame ? (first?.id ?? '') : '*'}
            onChange={({ target: { value } }) => {
              if (value === '+') supervise(ids);
              else putUnder(ids, value === '' ? undefined : value);
            }}
          >
            {!isSame && <option value="*">various</option>}
            <option value="">none</option>
            {topology.supervisors?.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
            <option value="+">New supervisor</option>
          </SelectBox>
        )}
      </Field>
      {isSame && first !== undefined && (
        <div className={styles['pad']}>
          <Button onClick={() => showSupervisor(first.id)}>Show {first.id}</Button>
        </div>
      )}
    </>
  );
}

function meaning(supervisor: TopologySupervisor | undefined): string {
  if (supervisor === undefined) return 'When it fails, it stays failed.';
  const { label, explanation } = strategyWords(supervisor.strategy);
  return `${label}. ${explanation}`;
}
