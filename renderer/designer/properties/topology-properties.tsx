import type { ReactElement } from 'react';

import { bigintsAsText } from '../../../app/model/bigints-as-text.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button } from '../../ui/button.tsx';
import { Fold } from '../../ui/fold.tsx';
import { changeTopology } from '../edits.ts';
import { DraftField } from './draft-field.tsx';
import { SupervisorList } from './supervisors/supervisor-list.tsx';
import styles from './properties.module.css';

interface TopologyPropertiesProps {
  readonly topology: Topology;
  readonly isReadOnly: boolean;
}

/** With nothing selected: the topology as a whole. */
export function TopologyProperties({ topology, isReadOnly }: TopologyPropertiesProps): ReactElement {
  const path = useProject((state) => state.topologyPath);
  const { actors, hosts = [], channels = [], inject = [], device = 'cpu' } = topology;
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{topology.name ?? path}</h2>
        <Button className={styles['push'] ?? ''} onClick={() => useNavigation.getState().openFile(path)}>
          Open file
        </Button>
      </div>
      <p className={styles['doc']}>Select an actor or a channel to see its properties.</p>
      <Fold title="Topology">
        <DraftField
          label="Name"
          value={topology.name ?? ''}
          isOff={isReadOnly}
          onChange={(name) => changeTopology('Rename the topology', { name })}
        />
        <div className={styles['row']}>
          Device <span className={styles['end']}>{device === 'cpu' ? 'CPU' : 'CUDA'}</span>
        </div>
        <div className={styles['row']}>
          Actors <span className={styles['end']}>{actors.length}</span>
        </div>
        <div className={styles['row']}>
          Host actors <span className={styles['end']}>{hosts.length}</span>
        </div>
        <div className={styles['row']}>
          Channels <span className={styles['end']}>{channels.length}</span>
        </div>
      </Fold>
      <SupervisorList topology={topology} isReadOnly={isReadOnly} />
      <Fold title="Messages of a start" end={inject.length}>
        {inject.length === 0 && <p className={styles['note']}>A start sends none. The injector can.</p>}
        {inject.map(({ to, type, message }, index) => (
          <div key={index} className={styles['row']}>
            <b>{to ?? 'whoever takes it'}</b>
            {type}
            <span className={`${styles['end']} ${styles['code']}`}>{messageText(message)}</span>
          </div>
        ))}
      </Fold>
    </>
  );
}

function messageText(message: object): string {
  const text = JSON.stringify(message, bigintsAsText);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
