import type { Node, NodeProps } from '@xyflow/react';
import { Shield } from 'lucide-react';
import { memo, type ReactElement } from 'react';

import { useLiveValue } from '../../stores/live-value.ts';
import { useProject } from '../../stores/project.store.ts';
import { useActorRun } from '../../stores/run-index.ts';
import { stateWords, visibleActorState } from '../../ui/actor-state.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import { useDesigner } from '../designer.store.ts';
import { rateText } from './live-text.ts';
import { ActorFooter } from './actor-footer.tsx';
import styles from './actor-node.module.css';
import { ActorNote } from './actor-note.tsx';
import { useHealthMark } from './health-mark.ts';
import type { ActorContent } from './node-content.ts';
import { nodeLabelId, NodePorts } from './node-parts.tsx';
import { RenameField } from './rename-field.tsx';

export type ActorNodeType = Node<{ readonly content: ActorContent }, 'actor'>;

/** One actor on the canvas. It follows its own telemetry and run state; the document's part comes as `content`. */
export const ActorNode = memo(function ActorNode({
  data: { content },
  selected,
}: NodeProps<ActorNodeType>): ReactElement {
  const { id, instances } = content;
  const run = useActorRun(id);
  const state = useProject((project) => visibleActorState(run, project.run.phase));
  const health = useHealthMark(state === 'running' ? run : undefined);
  const isFound = useDesigner(({ found }) => found?.has(id) ?? false);
  const classes = [styles['node'], styles[state], content.trouble !== undefined && styles['troubled']];
  if (selected) classes.push(styles['selected']);
  if (instances > 1) classes.push(styles['stack']);
  if (isFound) classes.push(styles['found']);
  return (
    <div className={classes.filter(Boolean).join(' ')}>
      <SpokenName content={content} state={state} health={health?.text} />
      <Header content={content} state={state} />
      {content.size !== undefined && <p className={styles['size']}>{content.size}</p>}
      <NodePorts actorId={id} inputs={content.inputs} outputs={content.outputs} />
      <ActorFooter content={content} isLive={state !== 'stopped'} />
      <ActorNote {...{ content, run, state, health }} />
    </div>
  );
});

function Header({ content, state }: { readonly content: ActorContent; readonly state: VisibleState }): ReactElement {
  const { id, kernel, instances, supervisor } = content;
  const isRenaming = useDesigner(({ renaming }) => renaming === id);
  return (
    <header className={styles['header']}>
      <StateGlyph state={state} />
      {isRenaming ? <RenameField id={id} /> : <span className={styles['name']}>{id}</span>}
      {!isRenaming && kernel !== id && <span className={styles['kind']}>{kernel}</span>}
      {!isRenaming && supervisor !== undefined && (
        <span className={styles['watched']} title={`Watched by ${supervisor}`}>
          <Shield size={12} strokeWidth={1.6} aria-hidden />
        </span>
      )}
      {!isRenaming && instances > 1 && <span className={styles['count']}>×{instances}</span>}
    </header>
  );
}

interface SpokenNameProps {
  readonly content: ActorContent;
  readonly state: VisibleState;
  readonly health: string | undefined;
}

/** `mean, running, slow, 482 k messages per second, watched by guard`: the node's accessible name. */
function SpokenName({ content: { id, supervisor, size }, state, health }: SpokenNameProps): ReactElement {
  const watched = supervisor === undefined ? '' : `, watched by ${supervisor}`;
  const rate = useLiveValue((live) => {
    const actor = live?.actors.get(id);
    return state === 'stopped' || actor === undefined ? '' : `, ${rateText(actor.rate)} messages per second`;
  });
  return (
    <span id={nodeLabelId(id)} className="visually-hidden">
      {`${id}, ${stateWords[state].toLowerCase()}${health === undefined ? '' : `, ${health}`}${rate}${size === undefined ? '' : `, ${size}`}${watched}`}
    </span>
  );
}
