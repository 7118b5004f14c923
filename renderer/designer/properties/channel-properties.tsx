import type { ReactElement } from 'react';

import { channelEnds, type TopologyChannel } from '../../../app/model/topology/topology.ts';
import { messageOfHost } from '../../../app/model/topology/host-message.ts';
import { linkActors } from '../../../app/model/topology/linked-actor.ts';
import { targetInstances } from '../../../app/model/topology/edit/edit-routing.ts';
import { runCommand } from '../../stores/commands.store.ts';
import { channelKey, useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { usePrograms } from '../../stores/type-hues.ts';
import { Button } from '../../ui/button.tsx';
import { shortTypeName } from '../../ui/format.ts';
import { TypeDot } from '../../ui/type-dot.tsx';
import { ChannelRate } from './port-list.tsx';
import { RoutingFields } from './routing-fields.tsx';
import styles from './properties.module.css';

interface ChannelPropertiesProps {
  readonly channels: readonly TopologyChannel[];
  readonly isReadOnly: boolean;
}

export function ChannelProperties({ channels, isReadOnly }: ChannelPropertiesProps): ReactElement {
  const title = channels.length === 1 ? 'Channel' : `${channels.length} channels`;
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']}>{title}</h2>
        {!isReadOnly && (
          <Button className={styles['push'] ?? ''} onClick={() => runCommand('design.delete')}>
            Delete
          </Button>
        )}
      </div>
      {channels.map((channel) => (
        <OneChannel key={channelKey(channel)} channel={channel} isReadOnly={isReadOnly} />
      ))}
    </>
  );
}

interface OneChannelProps {
  readonly channel: TopologyChannel;
  readonly isReadOnly: boolean;
}

function OneChannel({ channel, isReadOnly }: OneChannelProps): ReactElement {
  const { actorId, port, targetId } = channelEnds(channel);
  const topology = useTopology((state) => state.topology);
  const programs = usePrograms();
  const linked = topology === undefined ? [] : linkActors(topology, programs);
  const source = linked.find(({ actor }) => actor.id === actorId)?.kernel;
  const host = topology?.hosts?.find(({ id }) => id === actorId);
  const message =
    topology !== undefined && host !== undefined && host.host !== 'sink'
      ? messageOfHost(host, { topology, actors: linked })
      : source?.outputs.find(({ name }) => name === port)?.message;
  const type = message?.name;
  const select = (id: string): void => useSelection.getState().select([id]);
  return (
    <div className={styles['pad']}>
      <div className={styles['row']}>
        <span>Type</span>
        <span className={styles['end']}>
          <TypeDot type={type ?? null} /> {type === undefined ? 'unknown' : shortTypeName(type)}
        </span>
      </div>
      <div className={styles['row']}>
        <span>From</span>
        <Button look="quiet" className={styles['push'] ?? ''} onClick={() => select(actorId)}>
          {channel.from}
        </Button>
      </div>
      <div className={styles['row']}>
        <span>To</span>
        <Button look="quiet" className={styles['push'] ?? ''} onClick={() => select(targetId)}>
          {targetId}
        </Button>
      </div>
      <div className={styles['row']}>
        <span>Rate</span>
        <span className={styles['end']}>
          <ChannelRate channel={channel} />
        </span>
      </div>
      {topology !== undefined && !topology.hosts?.some(({ id }) => id === targetId) && (
        <RoutingFields
          channel={channel}
          message={message}
          instances={targetInstances(topology, channel)}
          isReadOnly={isReadOnly}
        />
      )}
    </div>
  );
}
