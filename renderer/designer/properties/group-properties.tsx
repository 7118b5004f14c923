import type { ReactElement } from 'react';

import type { LinkedActor } from '../../../app/model/topology/linked-actor.ts';
import type { TopologyHost } from '../../../app/model/topology/topology.ts';
import { runCommand } from '../../stores/commands.store.ts';
import { Button } from '../../ui/button.tsx';
import { Fold } from '../../ui/fold.tsx';
import { PlacementFields } from './placement-fields.tsx';
import { SupervisorField } from './supervisors/supervisor-field.tsx';
import styles from './properties.module.css';

interface GroupPropertiesProps {
  readonly actors: readonly LinkedActor[];
  readonly hosts: readonly TopologyHost[];
  readonly isReadOnly: boolean;
}

/** What several actors share; host actors have settings of their own only. */
export function GroupProperties({ actors, hosts, isReadOnly }: GroupPropertiesProps): ReactElement {
  const ids = [...actors.map(({ actor }) => actor.id), ...hosts.map(({ id }) => id)];
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{ids.length} actors</h2>
      </div>
      <p className={styles['doc']}>{ids.join(', ')}</p>
      {actors.length > 0 && <Shared actors={actors} isReadOnly={isReadOnly} />}
      {!isReadOnly && (
        <div className={`${styles['pad']} ${styles['buttons']}`}>
          <Button onClick={() => runCommand('design.duplicate')}>Duplicate</Button>
          <Button onClick={() => runCommand('design.delete')}>Delete {ids.length} actors</Button>
        </div>
      )}
    </>
  );
}

function Shared({ actors, isReadOnly }: Omit<GroupPropertiesProps, 'hosts'>): ReactElement {
  const ids = actors.map(({ actor }) => actor.id);
  return (
    <Fold title="Placement">
      <PlacementFields key={ids.join(' ')} actors={actors} isReadOnly={isReadOnly} />
      <SupervisorField ids={ids} isReadOnly={isReadOnly} />
    </Fold>
  );
}
