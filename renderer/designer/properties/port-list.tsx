import { X } from 'lucide-react';
import type { ReactElement } from 'react';

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
import { type ConnectTarget, targetName, useConnectTargets } from '../connect-targets.ts';
import { connectChannel, disconnectChannels } from '../edits.ts';
import styles from './properties.module.css';

interface PortListProps {
  readonly id: string;
  readonly inputs: readonly ShownInput[];
  readonly outputs: readonly ShownOutput[];
  readonly isReadOnly: boolean;
}

interface ShownInput {
  /** Qualified name of the message. */
  readonly type: string;
  readonly doc?: string | undefined;
}

interface ShownOutput {
  readonly name: string;
  /** Undefined where it is not known. */
  readonly type: string | undefined;
  readonly doc?: string | undefined;
}

const none: readonly TopologyChannel[] = [];

/** What the actor takes and sends, and where to; connecting works here without a pointer. */
export function PortList({ id, inputs, outputs, isReadOnly }: PortListProps): ReactElement {
  const channels = useTopology(({ topology }) => topology?.channels) ?? none;
  const targets = useConnectTargets(id);
  return (
    <Fold title="Ports">
      {inputs.map(({ type, doc }) => (
        <div key={type} className={styles['row']} title={doc}>
          <TypeDot type={type} />
          <b>{shortTypeName(type)}</b>
          <span className={styles['end']}>in</span>
        </div>
      ))}
      {outputs.map(({ name, type, doc }) => (
        <div key={name}>
          <div className={styles['row']} title={doc}>
            <TypeDot type={type ?? null} />
            <b>{name}</b>
            <span className={styles['end']}>out, {type === undefined ? 'unknown type' : shortTypeName(type)}</span>
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
  readonly targets: readonly ConnectTarget[];
}

/** Those that do not fit are there, with the reason, and cannot be chosen. */
function ConnectBox({ from, targets }: ConnectBoxProps): ReactElement {
  const choose = (index: string): void => {
    const target = targets[Number(index)];
    if (target !== undefined) connectChannel({ from, to: target.to }, target.messageType);
  };
  return (
    <div className={styles['connect']}>
      <SelectBox
        aria-label={`Connect ${from} to`}
        value=""
        disabled={targets.length === 0}
        onChange={({ target: { value } }) => choose(value)}
      >
        <option value="">Connect to…</option>
        {targets.map(({ to, messageType, problem }, index) => (
          <option key={`${to} ${messageType ?? ''}`} value={index} disabled={problem !== undefined} title={problem}>
            {targetName({ to, messageType })}
            {problem !== undefined && ' (other type)'}
          </option>
        ))}
      </SelectBox>
    </div>
  );
}
