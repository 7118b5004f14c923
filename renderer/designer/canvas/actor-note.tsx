import type { ReactElement } from 'react';

import type { Revision } from '../../../app/contract/revision.ts';
import type { ActorRunState } from '../../../app/contract/run.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useLatestRevision } from '../../stores/run-index.ts';
import { formatClock } from '../../ui/format.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import styles from './actor-node.module.css';
import { canvasActions } from './canvas-actions.ts';
import type { HealthMark } from './health-mark.ts';
import type { ActorContent } from './node-content.ts';

interface Note {
  readonly look: 'faulted' | 'paused' | 'warning' | 'plain';
  readonly text: string;
  readonly hint?: string;
  readonly go?: () => void;
}

interface ActorNoteProps {
  readonly content: ActorContent;
  readonly run: ActorRunState | undefined;
  readonly state: VisibleState;
  readonly health: HealthMark | undefined;
}

/** The line under a node: why it failed or stands still, what is being loaded, what is wrong with its source. */
export function ActorNote({ content, run, state, health }: ActorNoteProps): ReactElement | null {
  const revision = useLatestRevision(content.source);
  const note = noteOf(content, { run, state, revision, health });
  if (note === undefined) return null;
  const inner = (
    <>
      {note.look !== 'plain' && <StateGlyph state={note.look} />}
      <span className={styles['noteText']}>{note.text}</span>
    </>
  );
  const className = `${styles['note']} ${styles[`note-${note.look}`] ?? ''}`;
  if (note.go === undefined) return <div className={className}>{inner}</div>;
  return (
    <button type="button" tabIndex={-1} className={`${className} nodrag`} title={note.hint} onClick={note.go}>
      {inner}
    </button>
  );
}

function noteOf(
  { trouble, source }: ActorContent,
  { run, state, revision, health }: Omit<ActorNoteProps, 'content'> & { readonly revision: Revision | undefined },
): Note | undefined {
  const { openFile } = useNavigation.getState();
  if (state === 'faulted' && run?.fault !== undefined) {
    const { cause, detail, location } = run.fault;
    const text = location === undefined ? words(cause) : `${words(cause)}, line ${location.line}`;
    if (location === undefined) return { look: 'faulted', text, hint: detail };
    return { look: 'faulted', text, hint: detail, go: () => openFile(location.file, location) };
  }
  if (trouble !== undefined) return { look: 'warning', text: trouble, go: () => openFile(source) };
  if (state === 'paused' && run !== undefined) return { look: 'paused', text: `Paused at ${formatClock(run.sinceMs)}` };
  if (health !== undefined) return { look: health.look, text: capitalised(health.text), ...wayFrom(health) };
  if (state === 'stopped' || revision === undefined || run === undefined) return undefined;
  if (revision.status === 'compiling') return { look: 'plain', text: `Loading r${revision.number}` };
  if (revision.status === 'refused' && revision.number > run.revision) {
    return { look: 'warning', text: `r${revision.number} was not loaded`, go: () => openFile(source) };
  }
  return undefined;
}

/** To the actor that it waits for, else to what the alerts say. */
function wayFrom({ culpritId }: HealthMark): Pick<Note, 'hint' | 'go'> {
  if (culpritId !== undefined) return { hint: `Go to ${culpritId}`, go: () => canvasActions()?.goTo(culpritId) };
  return { hint: 'Show the alerts', go: () => useNavigation.getState().showPanel('alerts') };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const words = (cause: string): string => cause.replaceAll('-', ' ');
