import type { Node, NodeProps } from '@xyflow/react';
import { memo, type ReactElement } from 'react';

import type { HostRunState } from '../../../app/contract/run.ts';
import { useLiveValue } from '../../stores/live-value.ts';
import { useProject } from '../../stores/project.store.ts';
import { useHostRun } from '../../stores/run-index.ts';
import { stateWords, visibleHostState } from '../../ui/actor-state.ts';
import { formatCount } from '../../ui/format.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import { useDesigner } from '../designer.store.ts';
import { HostIcon } from '../hosts/host-icon.tsx';
import styles from './actor-node.module.css';
import { perSecond, rateText } from './live-text.ts';
import type { HostContent } from './node-content.ts';
import { nodeLabelId, NodePorts } from './node-parts.tsx';
import { RenameField } from './rename-field.tsx';
import { Sparkline } from './sparkline.tsx';

export type HostNodeType = Node<{ readonly content: HostContent }, 'host'>;

/** One host actor on the canvas: square, and flat, because it does not run on the device. */
export const HostNode = memo(function HostNode({ data: { content }, selected }: NodeProps<HostNodeType>): ReactElement {
  const { id, task, trouble } = content;
  const run = useHostRun(id);
  const state = useProject((project) => visibleHostState(run, project.run.phase));
  const isFound = useDesigner(({ found }) => found?.has(id) ?? false);
  const classes = [styles['node'], styles['host'], styles[state], trouble !== undefined && styles['troubled']];
  if (selected) classes.push(styles['selected']);
  if (isFound) classes.push(styles['found']);
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <SpokenName content={content} state={state} />
      <Header content={content} state={state} />
      <NodePorts actorId={id} inputs={content.inputs} outputs={content.outputs} />
      <p className={styles['task']} title={task}>
        {task}
      </p>
      <HostFooter content={content} state={state} />
      <HostNote content={content} run={run} state={state} />
    </div>
  );
});

interface HostPartProps {
  readonly content: HostContent;
  readonly state: VisibleState;
}

function Header({ content: { id, host }, state }: HostPartProps): ReactElement {
  const isRenaming = useDesigner(({ renaming }) => renaming === id);
  return (
    <header className={styles['header']}>
      <StateGlyph state={state} />
      {isRenaming ? <RenameField id={id} /> : <span className={styles['name']}>{id}</span>}
      {!isRenaming && host !== id && <span className={styles['kind']}>{host}</span>}
      {!isRenaming && (
        <span className={styles['hostKind']} title={host}>
          <HostIcon kind={host} size={14} />
        </span>
      )}
    </header>
  );
}

/** Rate, its last minute, and how many in all; of a sink what waits to be written, where something does. */
function HostFooter({ content: { id, host }, state }: HostPartProps): ReactElement {
  const rate = useLiveValue((live) => {
    const found = live?.hosts.get(id);
    return found === undefined ? undefined : perSecond(found.rate);
  });
  const total = useLiveValue((live) => {
    const found = live?.hosts.get(id);
    if (found === undefined) return '';
    return host === 'sink' ? `${formatCount(found.processed)} written` : `${formatCount(found.sent)} sent`;
  });
  const waiting = useLiveValue((live) => live?.hosts.get(id)?.depth ?? 0);
  if (state === 'stopped') return <footer className={`${styles['footer']} ${styles['quiet']}`}>stopped</footer>;
  if (rate === undefined) return <footer className={`${styles['footer']} ${styles['quiet']}`}>no data</footer>;
  return (
    <footer className={styles['footer']}>
      <b className={styles['rate']}>{rate}</b>
      <Sparkline actorId={id} />
      <span className={styles['total']}>
        {total}
        {waiting > 0 && `, ${formatCount(waiting)} wait`}
      </span>
    </footer>
  );
}

interface HostNoteProps extends HostPartProps {
  readonly run: HostRunState | undefined;
}

/** The line under the node: why it has failed, or cannot run. */
function HostNote({ content: { trouble }, run, state }: HostNoteProps): ReactElement | null {
  const [look, text] =
    state === 'faulted' ? (['faulted', run?.error ?? 'It has failed.'] as const) : (['warning', trouble] as const);
  if (text === undefined) return null;
  return (
    <div className={`${styles['note']} ${styles[`note-${look}`]}`}>
      <StateGlyph state={look} />
      <span className={styles['noteText']}>{text}</span>
    </div>
  );
}

/** `clock, running, timer on the host, 10 messages per second`: the node's accessible name. */
function SpokenName({ content: { id, host, trouble }, state }: HostPartProps): ReactElement {
  const rate = useLiveValue((live) => {
    const found = live?.hosts.get(id);
    return state === 'stopped' || found === undefined ? '' : `, ${rateText(found.rate)} messages per second`;
  });
  return (
    <span id={nodeLabelId(id)} className="visually-hidden">
      {`${id}, ${stateWords[state].toLowerCase()}, ${host} on the host${rate}${trouble === undefined ? '' : `, ${trouble}`}`}
    </span>
  );
}
