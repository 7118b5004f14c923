import { Download, RotateCw, Trash2 } from 'lucide-react';
import { useState, type ReactElement } from 'react';

import type { DeadLetterRow } from '../../../app/contract/dead-letters.ts';
import type { DeadLetterReason } from '../../../app/runtime/message.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { deadLetterReasons } from '../../ui/dead-letter-reasons.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectBox, TextBox } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import { downloadJsonLines } from '../../ui/export-rows.ts';
import { canSend } from '../send-settings.ts';
import styles from './dead-letters.module.css';
import { choicesOf, everyLetter, isEveryLetter, toggleReason, toInput } from './letter-filter.ts';
import { removeLetters, replayLetters } from './letter-actions.ts';
import { chooseFilter, type ListedLetters, useLetters } from './letters.store.ts';

/** Over the table: which letters are shown, and what can be done with all of them. */
export function LetterBar({ listed }: { readonly listed: ListedLetters }): ReactElement {
  const filter = useLetters((state) => state.filter);
  return (
    <div className={styles['bar']}>
      <TextBox
        type="search"
        aria-label="Filter dead letters"
        placeholder="Text, id, cause of a fault"
        value={filter.text}
        onChange={({ target }) => chooseFilter({ text: target.value })}
      />
      <Choice part="to" label="To" rows={listed.rows} />
      <Choice part="from" label="From" rows={listed.rows} />
      <Choice part="type" label="Type" rows={listed.rows} />
      <SelectBox
        aria-label="Sent again"
        value={filter.replayed}
        onChange={({ target }) => chooseFilter({ replayed: target.value as typeof filter.replayed })}
      >
        <option value="any">Sent again: any</option>
        <option value="no">Not yet</option>
        <option value="yes">Sent again</option>
      </SelectBox>
      {!isEveryLetter(filter) && (
        <Button look="quiet" onClick={() => useLetters.setState({ filter: everyLetter })}>
          Show all
        </Button>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly part: 'to' | 'from' | 'type';
  readonly label: string;
  readonly rows: readonly DeadLetterRow[];
}

function Choice({ part, label, rows }: ChoiceProps): ReactElement {
  const chosen = useLetters((state) => state.filter[part]);
  return (
    <SelectBox
      aria-label={`${label}, of the dead letters`}
      value={chosen}
      onChange={({ target }) => chooseFilter({ [part]: target.value })}
    >
      <option value="">{label}: any</option>
      {choicesOf(rows, part, chosen).map((word) => (
        <option key={word} value={word}>
          {word}
        </option>
      ))}
    </SelectBox>
  );
}

function AllActions({ listed: { rows, hasMore } }: { readonly listed: ListedLetters }): ReactElement {
  const filter = useLetters((state) => state.filter);
  const blocked = useProject(({ run }) => canSend(run.phase));
  const [isAsking, setAsking] = useState(false);
  const shown = `${formatCount(rows.length)}${hasMore ? ' or more' : ''}`;
  const selection = { filter: toInput(filter) };
  const remove = (): void => {
    setAsking(false);
    void removeLetters(selection);
  };
  return (
    <>
      <IconButton
        label={`Send all ${shown} again, those that have not been yet`}
        icon={<RotateCw size={14} />}
        disabled={rows.length === 0}
        {...(blocked !== undefined && { offReason: blocked })}
        onClick={() => void replayLetters({ selection })}
      />
      <IconButton
        label={`Remove all ${shown}`}
        icon={<Trash2 size={14} />}
        disabled={rows.length === 0}
        onClick={() => setAsking(true)}
      />
      <IconButton
        label={`Save ${formatCount(rows.length)} rows as JSON lines`}
        icon={<Download size={14} />}
        disabled={rows.length === 0}
        onClick={() => downloadJsonLines('dead-letters.jsonl', rows)}
      />
      {isAsking && (
        <Dialog
          title={isEveryLetter(filter) ? 'Remove all dead letters?' : 'Remove the dead letters that match?'}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>Cancel</Button>
              <Button look="primary" onClick={remove}>
                Remove {shown}
              </Button>
            </>
          }
        >
          Their messages are kept nowhere else. They stay counted.
        </Dialog>
      )}
    </>
  );
}

/** How many there were of each reason since the start, each a filter; and what the list does not hold any more. */
export function ReasonChips({ listed }: { readonly listed: ListedLetters }): ReactElement {
  const { byReason, forgotten = 0, removed = 0, replayed = 0 } = useProject((state) => state.deadLetters);
  const filter = useLetters((state) => state.filter);
  const notes = [
    ...(replayed > 0 ? [`${formatCount(replayed)} sent again`] : []),
    ...(removed > 0 ? [`${formatCount(removed)} removed`] : []),
    ...(forgotten > 0 ? [`${formatCount(forgotten)} forgotten: the latest 10,000 are kept`] : []),
  ];
  return (
    <div className={styles['reasons']} role="group" aria-label="Reasons">
      {Object.entries(byReason).map(([reason, count]) => (
        <button
          key={reason}
          type="button"
          className={styles['chip']}
          aria-pressed={filter.reasons.includes(reason as DeadLetterReason)}
          title={deadLetterReasons[reason as DeadLetterReason]}
          onClick={() => chooseFilter(toggleReason(filter, reason as DeadLetterReason))}
        >
          {reason} <b>{formatCount(count)}</b>
        </button>
      ))}
      <span className={styles['notes']}>{notes.join(', ')}</span>
      <span className={styles['grow']} />
      <AllActions listed={listed} />
    </div>
  );
}
