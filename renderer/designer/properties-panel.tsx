import type { ReactElement } from 'react';

import { linkActors } from '../../app/model/topology/linked-actor.ts';
import { channelKey, useSelection } from '../stores/selection.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { usePrograms } from '../stores/type-hues.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { runDesignerKey } from './designer-commands.ts';
import { ActorProperties } from './properties/actor-properties.tsx';
import { ChannelProperties } from './properties/channel-properties.tsx';
import { GroupProperties } from './properties/group-properties.tsx';
import { HostProperties } from './properties/hosts/host-properties.tsx';
import styles from './properties/properties.module.css';
import { TopologyProperties } from './properties/topology-properties.tsx';

/** What is selected, in full: an actor, a host actor, several, a channel, or the topology. */
export function PropertiesPanel(): ReactElement {
  return (
    <div className={styles['panel']} onKeyDown={runDesignerKey}>
      <div className={styles['scroll']}>
        <Selected />
      </div>
      <OutdatedNote />
    </div>
  );
}

function Selected(): ReactElement {
  const { topology, problems } = useTopology();
  const programs = usePrograms();
  const { actorIds, channels: keys } = useSelection();
  if (topology === undefined) return <EmptyState title="No topology to show" />;
  const isReadOnly = problems.length > 0;
  const actors = linkActors(topology, programs).filter(({ actor }) => actorIds.includes(actor.id));
  const hosts = (topology.hosts ?? []).filter(({ id }) => actorIds.includes(id));
  const [first] = actors;
  const [host] = hosts;
  if (actors.length + hosts.length > 1) {
    return <GroupProperties actors={actors} hosts={hosts} isReadOnly={isReadOnly} />;
  }
  if (host !== undefined) return <HostProperties key={host.id} host={host} isReadOnly={isReadOnly} />;
  if (first !== undefined) return <ActorProperties key={first.actor.id} linked={first} isReadOnly={isReadOnly} />;
  const channels = (topology.channels ?? []).filter((channel) => keys.includes(channelKey(channel)));
  if (channels.length > 0) return <ChannelProperties channels={channels} isReadOnly={isReadOnly} />;
  return <TopologyProperties topology={topology} isReadOnly={isReadOnly} />;
}

/** Says when what is shown is not what runs. */
function OutdatedNote(): ReactElement | null {
  const isOutdated = useProject(({ run }) => run.isOutdated && run.phase !== 'idle' && run.phase !== 'unknown');
  if (!isOutdated) return null;
  return (
    <p className={styles['outdated']} role="status">
      The actors run as they were started. Stop and start them to take up the changes.
    </p>
  );
}
