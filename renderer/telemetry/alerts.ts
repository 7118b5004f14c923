import type { DeadLetterSummary } from '../../app/contract/run.ts';
import type { DeadLetterReason } from '../../app/runtime/message.ts';
import type { ShownRun } from '../stores/project.store.ts';
import type { LiveTelemetry } from '../stores/telemetry-history.ts';
import { formatCount } from '../ui/format.ts';
import type { Alert } from './alert.ts';
import { healthAlerts } from './health-alerts.ts';
import { lostLimits, lostText, lostTitle } from '../ui/lost-run.ts';

export interface Facts {
  readonly run: ShownRun;
  readonly live: LiveTelemetry | undefined;
  readonly deadLetters: DeadLetterSummary;
  readonly nowMs: number;
}

export function alertsOf(facts: Facts): readonly Alert[] {
  const lost = lostWithHost(facts);
  if (facts.run.phase === 'idle' && facts.run.actors.length === 0) return lost;
  return [...lost, ...faults(facts), ...health(facts), ...fullQueues(facts), ...drops(facts)];
}

function lostWithHost({ run: { lost } }: Facts): readonly Alert[] {
  if (lost === undefined) return [];
  const text = `${lostText(lost)} ${lostLimits(lost)}`.trim();
  const sinceMs = lost.lastSignAtMs ?? lost.foundAtMs;
  return [{ key: `lost:${lost.foundAtMs}`, kind: 'lost', title: lostTitle, text, sinceMs }];
}

function health({ run, nowMs }: Facts): readonly Alert[] {
  return healthAlerts(run).map((alert) => ({ ...alert, sinceMs: nowMs }));
}

function faults({ run }: Facts): readonly Alert[] {
  return run.actors.flatMap(({ id, instances, state, sinceMs, fault }): readonly Alert[] => {
    if (state !== 'failed') return [];
    const who = instances > 1 && fault !== undefined ? `${id}#${fault.instance}` : id;
    const location = fault?.location;
    const place = location === undefined ? '' : ` At ${location.file} line ${location.line}.`;
    const end = run.lost === undefined ? '' : ' It ended with the studio host, unmended.';
    return [
      {
        key: `faulted:${id}`,
        kind: 'faulted',
        ...(run.phase !== 'idle' && { actorId: id }), // there is nothing to restart else
        title: `${who} faulted`,
        text: `${sentence(fault?.detail ?? 'The cause is not known')}${place}${end}`,
        sinceMs: fault?.atMs ?? sinceMs,
        ...(location === undefined ? {} : { location }),
      },
    ];
  });
}

function sentence(words: string): string {
  return words.endsWith('.') ? words : `${words}.`;
}

function fullQueues({ run, live, nowMs }: Facts): readonly Alert[] {
  if (live?.runId !== run.runId || run.phase === 'idle') return []; // nobody waits any more
  return run.actors.flatMap(({ id, capacity, instances, state }): readonly Alert[] => {
    const depth = live.actors.get(id)?.depth ?? 0;
    if (state === 'failed' || depth < capacity * instances) return [];
    const waits = state === 'deactivated' ? `${id} is paused.` : 'Its senders wait, or its policy rejects.';
    const text = `${formatCount(depth)} messages wait; one queue holds ${formatCount(capacity)}. ${waits}`;
    return [{ key: `full:${id}`, kind: 'full', actorId: id, title: `${id} is full`, text, sinceMs: nowMs }];
  });
}

const dropWords: Readonly<Record<DeadLetterReason, string>> = {
  'actor-failed': 'were in the hands of an actor that failed',
  'actor-reset': 'lay in the queues of an actor that was started afresh',
  'unhandled-type': 'had a type that the receiver does not handle',
  'target-failed': 'went to an actor that has failed',
  'target-terminated': 'went to an actor that has ended',
  'queue-full': 'found the queue of the receiver full',
  'too-many-hops': 'were forwarded more than 64 times',
  expired: 'were past their deadline',
  'invalid-topic': 'were published to what is no topic',
  'no-such-actor': 'went to a name that no actor has',
  'too-many-topics': 'were published to one topic too many',
  corrupted: 'had their header written over by a handler',
};

function drops({ deadLetters, nowMs }: Facts): readonly Alert[] {
  return Object.entries(deadLetters.byReason)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({
      key: `dropped:${reason}`,
      kind: 'dropped' as const,
      title: `${formatCount(count)} dead ${count === 1 ? 'letter' : 'letters'}: ${reason}`,
      text: `${count === 1 ? 'It' : 'They'} ${dropWords[reason as DeadLetterReason].replace(/^were|^had their/, (word) => (count === 1 ? singular(word) : word))}.`,
      sinceMs: nowMs,
    }));
}

function singular(words: string): string {
  return words === 'were' ? 'was' : 'had its';
}

export interface AlertBook {
  readonly runId: number;
  readonly open: readonly Alert[];
  /** Latest first. */
  readonly cleared: readonly (Alert & { readonly clearedMs: number })[];
}

export const emptyBook: AlertBook = { runId: 0, open: [], cleared: [] };
const KEPT_CLEARED = 20;
/** A queue that is full, or an actor that waits, for a moment is not yet worth a line. */
const FULL_AFTER_MS = 2000;

/** The book after these facts. Gives the same object where nothing has changed. */
export function nextBook(book: AlertBook, facts: Facts): AlertBook {
  const before = book.runId === facts.run.runId ? book : { ...emptyBook, runId: facts.run.runId };
  const known = new Map(before.open.map((alert) => [alert.key, alert]));
  const open = alertsOf(facts).map((alert) => {
    const older = known.get(alert.key);
    const merged = older === undefined || alert.kind === 'faulted' ? alert : { ...alert, sinceMs: older.sinceMs };
    return older !== undefined && isSame(older, merged) ? older : merged;
  });
  const keys = new Set(open.map(({ key }) => key));
  const gone = before.open.filter(({ key }) => !keys.has(key)).filter((alert) => isWorthKeeping(alert, facts));
  const isUnchanged =
    before === book && open.length === book.open.length && open.every((alert, index) => alert === book.open[index]);
  if (isUnchanged) return book;
  const cleared = [...gone.map((alert) => ({ ...alert, clearedMs: facts.nowMs })), ...before.cleared];
  return { runId: facts.run.runId, open, cleared: cleared.slice(0, KEPT_CLEARED) };
}

/** Whether an open alert is shown already. */
export function isDue(alert: Alert, nowMs: number): boolean {
  return (
    (alert.kind !== 'full' && alert.kind !== 'blocked' && alert.kind !== 'slow') ||
    nowMs - alert.sinceMs >= FULL_AFTER_MS
  );
}

/** What ended with its host has not been mended. */
function isWorthKeeping(alert: Alert, { run, nowMs }: Facts): boolean {
  if (alert.kind === 'dropped' || !isDue(alert, nowMs)) return false;
  return alert.kind === 'lost' || run.lost === undefined;
}

function isSame(a: Alert, b: Alert): boolean {
  return a.title === b.title && a.text === b.text && a.sinceMs === b.sinceMs;
}
