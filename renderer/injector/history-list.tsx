import { useVirtualizer } from '@tanstack/react-virtual';
import { CornerUpLeft, RotateCw } from 'lucide-react';
import { useRef, type ReactElement } from 'react';

import { shortMessage } from '../../app/model/message-form/short-message.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Fold } from '../ui/fold.tsx';
import { formatClock, formatMicros, shortTypeName } from '../ui/format.ts';
import { UNKNOWN } from '../ui/lost-run.ts';
import { TypeDot } from '../ui/type-dot.tsx';
import styles from './history-list.module.css';
import shared from './injector.module.css';
import { NOT_SENT, type Outcome, type SentMessage, useInjector } from './injector.store.ts';

const ROW = 24;

interface HistoryListProps {
  /** Sends it once more, as it was sent. */
  readonly onResend: (sent: SentMessage) => void;
  /** Shows it in the form. */
  readonly onLoad: (sent: SentMessage) => void;
}

/** What was sent from here, latest first. */
export function HistoryList(props: HistoryListProps): ReactElement {
  const sent = useInjector((state) => state.sent);
  return (
    <Fold
      title="Sent"
      className={styles['history']!}
      end={
        <>
          {sent.length > 0 && (
            <Button look="quiet" onClick={() => useInjector.setState({ sent: [], shownReply: undefined })}>
              Clear
            </Button>
          )}
          {sent.length}
        </>
      }
    >
      {sent.length === 0 ? (
        <p className={shared['note']}>No messages sent yet.</p>
      ) : (
        <HistoryRows sent={sent} {...props} />
      )}
    </Fold>
  );
}

function HistoryRows({ sent, ...actions }: HistoryListProps & { readonly sent: readonly SentMessage[] }): ReactElement {
  const scroller = useRef<HTMLUListElement>(null);
  const rows = useVirtualizer({
    count: sent.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => sent[sent.length - 1 - index]!.id,
    overscan: 6,
  });
  return (
    <ul ref={scroller} className={styles['sent']} aria-label="Sent messages" tabIndex={-1}>
      <li aria-hidden style={{ height: rows.getTotalSize() }} />
      {rows.getVirtualItems().map(({ key, index, start }) => (
        <SentRow key={key} sent={sent[sent.length - 1 - index]!} top={start} {...actions} />
      ))}
    </ul>
  );
}

interface SentRowProps extends HistoryListProps {
  readonly sent: SentMessage;
  readonly top: number;
}

function SentRow({ sent, top, onResend, onLoad }: SentRowProps): ReactElement {
  const isShown = useInjector((state) => state.shownReply === sent.id);
  const text = shortMessage(sent.message);
  const name = `${shortTypeName(sent.type)} ${text}`;
  return (
    <li
      className={`${styles['sentRow']} ${isShown ? styles['shown'] : ''}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      <button
        type="button"
        className={styles['sentMain']}
        title={`${name}\nto ${sent.to}`}
        aria-label={`${name} to ${sent.to}, ${outcomeWords(sent.outcome)}`}
        onClick={() => useInjector.setState({ shownReply: sent.id })}
        onDoubleClick={() => onLoad(sent)}
      >
        <time>{formatClock(sent.atMs)}</time>
        <TypeDot type={sent.type} />
        <span className={styles['sentText']}>
          <b>{shortTypeName(sent.type)}</b> {text}
        </span>
        <span className={outcomeClass(sent.outcome)}>{outcomeWords(sent.outcome)}</span>
      </button>
      <span className={styles['sentButtons']}>
        <IconButton label="Show in the form" icon={<CornerUpLeft size={12} />} onClick={() => onLoad(sent)} />
        <IconButton label="Send again" icon={<RotateCw size={12} />} onClick={() => onResend(sent)} />
      </span>
    </li>
  );
}

function outcomeWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'reply':
      return `${formatMicros(outcome.reply.latencyUs * 1000)} µs`;
    case 'sent':
      return 'sent';
    case 'dead-letter':
      return 'dead letter';
    case 'waiting':
      return 'waiting';
    case 'ignored':
      return 'ignored';
    case 'unknown':
      return UNKNOWN;
    case 'failed':
      if (outcome.failure.code === NOT_SENT) return 'not sent';
      return outcome.failure.code === 'RequestTimeout' ? 'no reply' : 'error';
  }
}

function outcomeClass({ kind }: Outcome): string {
  return `${styles['outcome']} ${kind === 'failed' ? 'faulted' : kind === 'unknown' || kind === 'dead-letter' ? 'warning' : ''}`;
}
