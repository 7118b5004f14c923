import { X } from 'lucide-react';
import type { ReactElement } from 'react';

import type { KernelInfo } from '../../../app/model/program.ts';
import { channelEnds, type TopologyChannel } from '../../../app/model/topology/topology.ts';
import { useLiveValue } from '../../stores/live-value.ts';
import { useProject } from '../../stores/project.store.ts';
import { channelIndex } from '../../stores/run-index.ts';
import { channelKey, useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { IconButton } from '../../ui/button.tsx';
import { SelectBox } from '../../ui/field.tsx';
import { Fold } from '../../ui/fold.tsx';
import { shortTypeName } from '../../ui/format.ts';
import { TypeDot } from '../../ui/type-dot.tsx';
import { perSecond } from '../canvas/live-text.ts';
import { useConnectTargets } from '../connect-targets.ts';
import { connectChannel, disconnectChannels } from '../edits.ts';
import styles from './properties.module.css';

interface PortListProps {
  readonly id: string;
  readonly kernel: KernelInfo;
  readonly isReadOnly: boolean;
}

const none: readonly TopologyChannel[] = [];

/** What the actor takes and sends, and where to; connecting works here without a pointer. */
export function PortList({ id, kernel, isReadOnly }: PortListProps): ReactElement {
  const channels = useTopology(({ topology }) => topology?.channels) ?? none;
  const targets = useConnectTargets(id);
  return (
    <Fold title="Ports">
      {kernel.handlers.map(({ message }) => (
        <div key={message.name} className={styles['row']} title={message.doc}>
          <TypeDot type={message.name} />
          <b>{shortTypeName(message.name)}</b>
          <span className={styles['end']}>in</span>
        </div>
      ))}
      {kernel.outputs.map(({ name, message, doc }) => (
        <div key={name}>
          <div className={styles['row']} title={doc}>
            <TypeDot type={message.name} />
            <b>{name}</b>
            <span className={styles['end']}>out, {shortTypeName(message.name)}</span>
          </div>
          {channels
            .filter(({ from }) => from === `${id}.${name}`)
            .map((channel) => (
              <ChannelRow key={channelKey(channel)} channel={channel} isReadOnly={isReadOnly} />
            ))}
          {!isReadOnly && (
            <ConnectBox from={`${id}.${name}`} targets={targets.find(({ output }) => output === name)?.targets ?? []} />
          )}
        </div>
      ))}
    </Fold>
  );
}

function ChannelRow({
  channel,
  isReadOnly,
}: {
  readonly channel: TopologyChannel;
  readonly isReadOnly: boolean;
}): ReactElement {
  const { targetId, actorId, port } = channelEnds(channel);
  return (
    <div className={styles['link']}>
      <span>to</span>
      <button type="button" onClick={() => useSelection.getState().select([], [channelKey(channel)])}>
        {targetId}
      </button>
      <span className={styles['end']}>
        <ChannelRate channel={channel} />
      </span>
      {!isReadOnly && (
        <IconButton
          label={`Disconnect ${actorId}.${port} from ${targetId}`}
          icon={<X size={12} strokeWidth={1.6} />}
          onClick={() => disconnectChannels([channel])}
        />
      )}
    </div>
  );
}

export function ChannelRate({ channel }: { readonly channel: TopologyChannel }): ReactElement {
  const index = useProject(({ run }) => channelIndex(run, channelKey(channel)));
  const isLive = useProject(({ run }) => run.phase === 'running' || run.phase === 'paused');
  const rate = useLiveValue((live) =>
    !isLive || live === undefined || index === undefined ? '' : perSecond(live.channelRates[index] ?? 0),
  );
  return <>{rate}</>;
}

interface ConnectBoxProps {
  readonly from: string;
  readonly targets: readonly { readonly to: string; readonly problem: string | undefined }[];
}

/** Those that do not fit are there, with the reason, and cannot be chosen. */
function ConnectBox({ from, targets }: ConnectBoxProps): ReactElement {
  return (
    <div className={styles['connect']}>
      <SelectBox
        aria-label={`Connect ${from} to`}
        value=""
        disabled={targets.length === 0}
        onChange={(event) => connectChannel({ from, to: event.target.value })}
      >
        <option value="">Connect to…</option>
        {targets.map(({ to, problem }) => (
          <option key={to} value={to} disabled={problem !== undefined} title={problem}>
            {problem === undefined ? to : `${to} (other type)`}
          </option>
        ))}
      </SelectBox>
    </div>
  );
}
