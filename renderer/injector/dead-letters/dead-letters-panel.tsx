import { useMemo, useState, type ReactElement } from 'react';

import type { DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import { shortMessage } from '../../../app/model/message-form/short-message.ts';
import { type Command, useOfferedCommands } from '../../stores/commands.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatClock, formatCount, shortTypeName } from '../../ui/format.ts';
import { RowList } from '../../ui/row-list.tsx';
import { TypeDot } from '../../ui/type-dot.tsx';
import messages from '../messages.module.css';
import { canSend } from '../send-settings.ts';
import styles from './dead-letters.module.css';
import { LetterBar, ReasonChips } from './letter-bar.tsx';
import { LetterDetail } from './letter-detail.tsx';
import { everyLetter, formatAge, toInput } from './letter-filter.ts';
import { removeLetters, replayLetters } from './letter-actions.ts';
import { beginEditing, useLetters, useListedLetters } from './letters.store.ts';

const commands: readonly Command[] = [
  {
    id: 'deadLetters.replay',
    title: 'Send the dead letters that match again',
    group: 'Inject',
    isEnabled: () => {
      const { run, deadLetters } = useProject.getState();
      return deadLetters.total > 0 && canSend(run.phase) === undefined;
    },
    run: () => void replayLetters({ selection: { filter: toInput(useLetters.getState().filter) } }),
  },
  {
    id: 'deadLetters.showAll',
    title: 'Show all dead letters, without a filter',
    group: 'Inject',
    run: () => useLetters.setState({ filter: everyLetter }),
  },
];

const SHOWN = 1000;
const SHOWN_AT_MOST = 10_000;

/** Messages that could not be delivered or processed: why, what was in them, and the ways to mend it. */
export function DeadLettersPanel(): ReactElement {
  useOfferedCommands(commands);
  const total = useProject((state) => state.deadLetters.total);
  const [limit, setLimit] = useState(SHOWN);
  const listed = useListedLetters(limit);
  if (total === 0) return <NoLetters />;
  return (
    <div className={`${messages['panel']} ${styles['room']}`}>
      <LetterBar listed={listed} />
      <ReasonChips listed={listed} />
      {listed.hasMore && (
        <p className={styles['more']}>
          The latest {formatCount(limit)} that match are shown.
          {limit < SHOWN_AT_MOST && (
            <Button look="quiet" onClick={() => setLimit(SHOWN_AT_MOST)}>
              Show older
            </Button>
          )}
        </p>
      )}
      <Letters rows={listed.rows} />
    </div>
  );
}

function Letters({ rows }: { readonly rows: readonly DeadLetterRow[] }): ReactElement {
  const selected = useLetters((state) => state.selected);
  const [isFollowing, setIsFollowing] = useState(true);
  const row = useMemo(() => rows.find(({ seq }) => seq === selected), [rows, selected]);
  return (
    <div className={styles['split']}>
      <div className={styles['table']}>
        <div className={`${styles['cells']} ${styles['head']}`} aria-hidden>
          {['Time', 'Reason', 'From', 'To', 'Type', 'Age', 'Trace', 'Message'].map((word) => (
            <span key={word}>{word}</span>
          ))}
        </div>
        {rows.length === 0 ? (
          <p className={styles['none']}>No dead letter matches.</p>
        ) : (
          <RowList
            label="Dead letters"
            rows={rows}
            seqOf={seqOf}
            selected={selected}
            onSelect={(seq) => useLetters.setState({ selected: seq })}
            isFollowing={isFollowing}
            onFollow={setIsFollowing}
            rowClassName={styles['cells']}
            onOpen={beginEditing}
            onDelete={(seq) => removeOne(rows, seq)}
          >
            {(letter) => <Cells row={letter} />}
          </RowList>
        )}
      </div>
      {row !== undefined && <LetterDetail key={row.seq} row={row} />}
    </div>
  );
}

/** The one after it is selected then, so that the keyboard goes on. */
function removeOne(rows: readonly DeadLetterRow[], seq: number): void {
  const at = rows.findIndex((row) => row.seq === seq);
  useLetters.setState({ selected: (rows[at + 1] ?? rows[at - 1])?.seq });
  void removeLetters({ seqs: [seq] });
}

function seqOf({ seq }: DeadLetterRow): number {
  return seq;
}

function Cells({ row }: { readonly row: DeadLetterRow }): ReactElement {
  return (
    <>
      <time>{formatClock(row.atMs)}</time>
      <span className={row.replay === undefined ? 'warning' : styles['done']}>
        {row.reason}
        {row.replay !== undefined && ', sent again'}
      </span>
      <span>{row.from}</span>
      <span className={styles['to']}>{row.to}</span>
      <span className={messages['type']}>
        <TypeDot type={row.type} />
        {row.type === null ? 'unknown' : shortTypeName(row.type)}
      </span>
      <span className={styles['number']}>{formatAge(row.atMs - row.sentAtMs)}</span>
      <code>{row.traceId}</code>
      <span>{row.message === undefined ? `${formatCount(row.sizeBytes)} bytes` : shortMessage(row.message)}</span>
    </>
  );
}

function NoLetters(): ReactElement {
  const phase = useProject((state) => state.run.phase);
  return (
    <EmptyState title="No dead letters">
      {phase === 'idle'
        ? 'The actors are stopped. Messages that cannot be delivered or processed show here.'
        : 'Every message so far was delivered and processed.'}
    </EmptyState>
  );
}
