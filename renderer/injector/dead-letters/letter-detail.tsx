import { Copy, Filter, X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

import type { DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { actorOfLabel } from '../../ui/actor-label.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { deadLetterReasons } from '../../ui/dead-letter-reasons.ts';
import { formatBytes, formatClock, formatCount, shortTypeName } from '../../ui/format.ts';
import { JsonTree } from '../../ui/json-tree.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { TypeDot } from '../../ui/type-dot.tsx';
import { copyJson } from '../../ui/export-rows.ts';
import messages from '../messages.module.css';
import { canSend } from '../send-settings.ts';
import styles from './dead-letters.module.css';
import { removeLetters, replayLetters } from './letter-actions.ts';
import { LetterEditor } from './letter-editor.tsx';
import { formatAge, hexLines } from './letter-filter.ts';
import { beginEditing, chooseFilter, letterKey, useLetters } from './letters.store.ts';

/** One dead letter in full, and what can be done with it. */
export function LetterDetail({ row }: { readonly row: DeadLetterRow }): ReactElement {
  const isEditing = useLetters(({ editing }) => editing.includes(letterKey(row.seq)));
  return (
    <aside className={`${messages['detail']} ${styles['letter']}`} aria-label={`Dead letter ${row.seq}`}>
      <h3>
        <TypeDot type={row.type} />
        {row.type === null ? 'Unknown type' : shortTypeName(row.type)}
        <span className={styles['grow']} />
        {row.message !== undefined && (
          <IconButton label="Copy as JSON" icon={<Copy size={12} />} onClick={() => copyJson(row.message)} />
        )}
        <IconButton
          label="Close the details"
          icon={<X size={12} />}
          onClick={() => useLetters.setState({ selected: undefined })}
        />
      </h3>
      {row.fault !== undefined && <Fault fault={row.fault} />}
      {!isEditing && <Actions row={row} />}
      {isEditing ? <LetterEditor row={row} /> : <Payload row={row} />}
      <Header row={row} />
    </aside>
  );
}

function Actions({ row }: { readonly row: DeadLetterRow }): ReactElement {
  const blocked = useProject(({ run }) => canSend(run.phase));
  const selection = { seqs: [row.seq] };
  return (
    <>
      <div className={styles['actions']}>
        <Button disabled={blocked !== undefined} onClick={() => void replayLetters({ selection })}>
          Send again
        </Button>
        <Button onClick={() => beginEditing(row.seq)}>Edit and send</Button>
        <Button look="quiet" onClick={() => void removeLetters(selection)}>
          Remove
        </Button>
      </div>
      {blocked !== undefined && <p className={styles['note']}>{blocked} Run them to send it again.</p>}
    </>
  );
}

function Fault({ fault }: { readonly fault: NonNullable<DeadLetterRow['fault']> }): ReactElement {
  const { detail, location } = fault;
  return (
    <div className={styles['fault']}>
      <StateGlyph state="faulted" />
      <span>{detail}</span>
      {location !== undefined && (
        <button type="button" onClick={() => useNavigation.getState().openFile(location.file, location)}>
          {location.file} line {location.line}
        </button>
      )}
    </div>
  );
}

function Payload({ row: { seq, message, bytesHex, sizeBytes, type } }: { readonly row: DeadLetterRow }): ReactElement {
  if (message !== undefined) return <JsonTree value={message} label={`Payload of dead letter ${seq}`} />;
  const lines = hexLines(bytesHex ?? '');
  const why = type === null ? 'No loaded program declares its type.' : `Its bytes cannot be a ${shortTypeName(type)}.`;
  return (
    <>
      <p className={styles['note']}>
        {why} {formatBytes(sizeBytes)}
        {sizeBytes * 2 > (bytesHex ?? '').length && `, the first ${lines.length * 16} shown`}:
      </p>
      <pre className={styles['bytes']} aria-label={`Bytes of dead letter ${seq}`}>
        {lines.map(({ offset, bytes }) => `${offset}  ${bytes}\n`).join('')}
      </pre>
    </>
  );
}

function Header({ row }: { readonly row: DeadLetterRow }): ReactElement {
  return (
    <dl>
      <Entry name="Reason">{deadLetterReasons[row.reason]}</Entry>
      <Entry name="From" end={<OnlyThese part="from" word={actorOfLabel(row.from)} />}>
        {row.from}
      </Entry>
      <Entry name="To" end={<OnlyThese part="to" word={actorOfLabel(row.to)} />}>
        {row.to}
      </Entry>
      <Entry name="Because of">{row.by}</Entry>
      <Entry name="Died">{`${formatClock(row.atMs)}, ${formatAge(row.atMs - row.sentAtMs)} after it was sent`}</Entry>
      <Entry name="Trace" end={<OnlyThese part="text" word={row.traceId} />}>
        <code>{row.traceId}</code>
      </Entry>
      <Entry name="Id">
        <code>{row.messageId}</code>
      </Entry>
      <Entry name="Priority">{row.priority}</Entry>
      <Entry name="Forwarded">{row.hops === 0 ? 'never' : `${row.hops} times`}</Entry>
      <Entry name="Number">{formatCount(row.seq)}</Entry>
      {row.replay !== undefined && (
        <Entry name="Sent again">{`${formatClock(row.replay.atMs)} to ${row.replay.to}`}</Entry>
      )}
    </dl>
  );
}

interface EntryProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly end?: ReactNode;
}

function Entry({ name, children, end }: EntryProps): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {children}
        {end}
      </dd>
    </>
  );
}

function OnlyThese({ part, word }: { readonly part: 'from' | 'to' | 'text'; readonly word: string }): ReactElement {
  return (
    <IconButton
      className={styles['only'] ?? ''}
      label={`Show only those ${part === 'text' ? 'of this trace' : `${part} ${word}`}`}
      icon={<Filter size={11} />}
      onClick={() => chooseFilter({ [part]: word })}
    />
  );
}
