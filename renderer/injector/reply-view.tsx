import type { ReactElement } from 'react';

import { Button } from '../ui/button.tsx';
import { Fold } from '../ui/fold.tsx';
import { formatMicros, shortTypeName } from '../ui/format.ts';
import { JsonTree } from '../ui/json-tree.tsx';
import { UNKNOWN } from '../ui/lost-run.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { TypeDot } from '../ui/type-dot.tsx';
import styles from './injector.module.css';
import { type SentMessage, useInjector } from './injector.store.ts';
import { ignoreReply } from './sending.ts';

/** What came of the request that is shown: the latest one, or the one chosen in the history. */
export function ReplyView(): ReactElement {
  const shown = useInjector(({ sent, shownReply }) => sent.find(({ id }) => id === shownReply));
  if (shown === undefined) return <></>;
  return (
    <Fold title={isAnswerMissing(shown) ? 'Not answered' : 'Reply'} end={<ReplyEnd sent={shown} />}>
      <div aria-live="polite">
        <ReplyBody sent={shown} />
      </div>
    </Fold>
  );
}

function isAnswerMissing({ outcome }: SentMessage): boolean {
  return outcome.kind === 'failed' || (outcome.kind === 'unknown' && !outcome.wasAccepted);
}

function unknownText(wasAccepted: boolean, to: string): string {
  return wasAccepted
    ? `${to} had the message, and the studio host died before it was known to be finished.`
    : `The studio host died before ${to} answered. Whether the message was handled is not known.`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ReplyEnd({ sent: { outcome } }: { readonly sent: SentMessage }): ReactElement {
  if (outcome.kind !== 'reply') return <></>;
  return (
    <span
      className={styles['latency']}
      title="From the call on the host to the answer there: without the way to this window"
    >
      {formatMicros(outcome.reply.latencyUs * 1000)} µs
    </span>
  );
}

function ReplyBody({ sent: { id, to, type, outcome } }: { readonly sent: SentMessage }): ReactElement {
  switch (outcome.kind) {
    case 'reply':
      return (
        <>
          <p className={styles['replyHead']}>
            <TypeDot type={outcome.reply.type} />
            <b>{shortTypeName(outcome.reply.type)}</b>
            <span>from {to}</span>
          </p>
          <JsonTree value={outcome.reply.message} label={`Reply ${shortTypeName(outcome.reply.type)}`} />
        </>
      );
    case 'waiting':
      return (
        <p className={styles['waiting']}>
          <span>
            {to} has not answered {shortTypeName(type)} yet.
          </span>
          <Button onClick={() => ignoreReply(id)}>Stop waiting</Button>
        </p>
      );
    case 'ignored':
      return <p className={styles['note']}>The reply of {to} was not waited for.</p>;
    case 'sent':
      return <p className={styles['note']}>Sent without asking for a reply.</p>;
    case 'dead-letter':
      return <p className={styles['note']}>It has become a dead letter of {to}: the list of these has the reason.</p>;
    case 'unknown':
      return (
        <p className={styles['failure']} role="alert">
          <StateGlyph state="warning" />
          <span>
            {upperFirst(UNKNOWN)}. {unknownText(outcome.wasAccepted, to)}
          </span>
        </p>
      );
    case 'failed':
      return (
        <p className={styles['failure']} role="alert">
          <StateGlyph state="faulted" />
          <span>
            {outcome.failure.message}
            {outcome.failure.tip !== undefined && <span className={styles['tip']}> {outcome.failure.tip}</span>}
          </span>
        </p>
      );
  }
}
