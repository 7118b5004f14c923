import type { ReactElement } from 'react';

import { supervisorOf } from '../../../../app/model/topology/edit/edit-supervisors.ts';
import type { Topology } from '../../../../app/model/topology/topology.ts';
import { SelectBox } from '../../../ui/field.tsx';
import { Fold } from '../../../ui/fold.tsx';
import { useDesigner } from '../../designer.store.ts';
import { supervise } from '../../supervisor-edits.ts';
import styles from '../properties.module.css';
import { SupervisorEditor } from './supervisor-editor.tsx';

interface SupervisorListProps {
  readonly topology: Topology;
  readonly isReadOnly: boolean;
}

/** Who starts failed actors again: all supervisors of the topology. */
export function SupervisorList({ topology, isReadOnly }: SupervisorListProps): ReactElement {
  const { supervisors = [], actors } = topology;
  const shown = useDesigner((state) => state.supervisor);
  const alone = actors.filter(({ id }) => supervisorOf(topology, id) === undefined);
  const isShown = supervisors.some(({ id }) => id === shown?.id);
  return (
    <Fold key={isShown ? shown?.count : 0} title="Supervisors" end={supervisors.length}>
      {supervisors.length === 0 && <p className={styles['note']}>An actor that fails stays failed.</p>}
      {supervisors.map((supervisor, index) => (
        <SupervisorEditor
          key={supervisor.id === shown?.id ? `${index} ${shown.count}` : index} // stays open when it is renamed
          supervisor={supervisor}
          topology={topology}
          isReadOnly={isReadOnly}
        />
      ))}
      {!isReadOnly && alone.length > 0 && (
        <div className={styles['pad']}>
          <SelectBox
            aria-label="Add a supervisor of"
            value=""
            onChange={({ target: { value } }) => supervise(value === '*' ? alone.map(({ id }) => id) : [value])}
          >
            <option value="">Add a supervisor of…</option>
            {alone.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
            {alone.length > 1 && <option value="*">all {alone.length} actors without one</option>}
          </SelectBox>
        </div>
      )}
    </Fold>
  );
}
