import type { ReactElement } from 'react';

import { canFill } from '../../../../app/model/topology/edit/host-fills.ts';
import { messageOfHost, possibleMessages, type SourceHost } from '../../../../app/model/topology/host-message.ts';
import { hostOutput } from '../../../../app/model/topology/host-schema.ts';
import { linkActors } from '../../../../app/model/topology/linked-actor.ts';
import type { TopologyHost } from '../../../../app/model/topology/topology.ts';
import { useProject } from '../../../stores/project.store.ts';
import { useHostRun } from '../../../stores/run-index.ts';
import { useTopology } from '../../../stores/topology.store.ts';
import { usePrograms } from '../../../stores/type-hues.ts';
import { visibleHostState } from '../../../ui/actor-state.ts';
import { Fold } from '../../../ui/fold.tsx';
import { rename, renameProblem } from '../../edits.ts';
import { HostIcon } from '../../hosts/host-icon.tsx';
import { hostKindWords } from '../../hosts/host-kinds.ts';
import { DraftField } from '../draft-field.tsx';
import { PortList } from '../port-list.tsx';
import styles from '../properties.module.css';
import { StateBadge } from '../state-badge.tsx';
import { HostFindings } from './host-findings.tsx';
import { HostSettings } from './host-settings.tsx';
import { HostTotals } from './host-totals.tsx';
import { MessageFields } from './message-fields.tsx';
import { TypeField } from './type-field.tsx';

interface HostPropertiesProps {
  readonly host: TopologyHost;
  readonly isReadOnly: boolean;
}

/** A host actor: what it does, what it sends, where to. */
export function HostProperties({ host, isReadOnly }: HostPropertiesProps): ReactElement {
  const { id } = host;
  const run = useHostRun(id);
  const state = useProject((project) => visibleHostState(run, project.run.phase));
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']} title={id}>
          {id}
        </h2>
        <StateBadge state={state} />
        <span className={`${styles['push']} ${styles['kind']}`}>
          <HostIcon kind={host.host} size={14} />
          {hostKindWords[host.host].label}
        </span>
      </div>
      <p className={styles['doc']}>{hostKindWords[host.host].doc}</p>
      <HostFindings id={id} failure={state === 'faulted' ? run?.error : undefined} />
      <Fold title="Settings" end="on the host">
        <DraftField
          label="Name"
          value={id}
          isOff={isReadOnly}
          check={(name) => renameProblem(id, name)}
          onChange={(name) => rename(id, name)}
        />
        <HostSettings host={host} isReadOnly={isReadOnly} />
      </Fold>
      {host.host === 'sink' ? (
        <p className={styles['note']}>
          It takes every type. Connect outputs to it on the canvas, or from their actors.
        </p>
      ) : (
        <Sending host={host} isReadOnly={isReadOnly} />
      )}
      <HostTotals host={host} isLive={state !== 'stopped'} />
    </>
  );
}

function Sending({
  host,
  isReadOnly,
}: {
  readonly host: SourceHost;
  readonly isReadOnly: boolean;
}): ReactElement | null {
  const topology = useTopology((state) => state.topology);
  const programs = usePrograms();
  if (topology === undefined) return null;
  const surroundings = { topology, actors: linkActors(topology, programs) };
  const message = messageOfHost(host, surroundings);
  return (
    <>
      <Fold title="Message">
        <TypeField host={host} types={possibleMessages(host, surroundings)} message={message} isOff={isReadOnly} />
        {canFill(host) && <MessageFields host={host} message={message} isOff={isReadOnly} />}
      </Fold>
      <PortList
        id={host.id}
        inputs={[]}
        outputs={[{ name: hostOutput, type: message?.name, doc: message?.doc }]}
        isReadOnly={isReadOnly}
      />
    </>
  );
}
