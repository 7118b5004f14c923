import type { ReactElement } from 'react';

import type { LinkedActor } from '../../../app/model/topology/linked-actor.ts';
import { runCommand } from '../../stores/commands.store.ts';
import { Button } from '../../ui/button.tsx';
import { Fold } from '../../ui/fold.tsx';
import { PlacementFields } from './placement-fields.tsx';
import { SupervisorField } from './supervisors/supervisor-field.tsx';
import styles from './properties.module.css';

interface GroupPropertiesProps {
  readonly actors: readonly LinkedActor[];
  readonly isReadOnly: boolean;
}

export function GroupProperties({ actors, isReadOnly }: GroupPropertiesProps): ReactElement {
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{actors.length} actors</h2>
      </div>
      <p className={styles['doc']}>{actors.map(({ actor }) => actor.id).join(', ')}</p>
      <Fold title="Placement">
        <PlacementFields key={actors.map(({ actor }) => actor.id).join(' ')} actors={actors} isReadOnly={isReadOnly} />
        <SupervisorField ids={actors.map(({ actor }) => actor.id)} isReadOnly={isReadOnly} />
      </Fold>
      {!isReadOnly && (
        <div className={`${styles['pad']} ${styles['buttons']}`}>
          <Button onClick={() => runCommand('design.duplicate')}>Duplicate</Button>
          <Button onClick={() => runCommand('design.delete')}>Delete {actors.length} actors</Button>
        </div>
      )}
    </>
  );
}
