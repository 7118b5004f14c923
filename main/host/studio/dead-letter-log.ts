import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { DeadLetterRow, DeadLetterSummary } from '../../../app/contract/run.ts';
import { decodeJson } from '../../../app/model/codec/json-decode.ts';
import type { DeadLetter } from '../../../app/runtime/dead-letters/dead-letter.ts';
import type { DeadLetterReason } from '../../../app/runtime/message.ts';
import { RecentItems } from './recent-items.ts';

const KEPT = 10_000;
const EVENT_EVERY_MS = 100;
/** As many as a window keeps of what it has sent. */
const KEPT_SENT = 200;

/** The dead letters of the run: counted by reason, the latest kept. */
export class DeadLetterLog {
  readonly #publish: (event: ProjectEvent) => void;
  readonly #recent = new RecentItems<{ readonly atMs: number; readonly letter: DeadLetter }>(KEPT);
  readonly #counts = new Map<DeadLetterReason, number>();
  #latestSent: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (event: ProjectEvent) => void) {
    this.#publish = publish;
  }

  get summary(): DeadLetterSummary {
    const byReason = Object.fromEntries(this.#counts);
    return { total: this.#recent.total, byReason, latestSent: [...this.#latestSent] };
  }

  add(letter: DeadLetter): void {
    this.#recent.add({ atMs: Date.now(), letter });
    this.#counts.set(letter.reason, (this.#counts.get(letter.reason) ?? 0) + 1);
    if (letter.from === 'host') this.#latestSent.push(letter.messageId);
    if (this.#latestSent.length > KEPT_SENT) this.#latestSent.shift();
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, EVENT_EVERY_MS);
  }

  /** A new run. */
  clear(): void {
    this.#recent.clear();
    this.#counts.clear();
    this.#latestSent = [];
    this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publish({ type: 'dead-letters', deadLetters: this.summary });
  }

  /** Newest first. */
  list(limit: number): readonly DeadLetterRow[] {
    return this.#recent.newest(limit).map(({ seq, item: { atMs, letter } }) => {
      const { reason, from, to, type } = letter;
      return { seq, atMs, reason, from, to, type: type?.name ?? null, ...messageOf(letter) };
    });
  }
}

function messageOf({ type, bytes }: DeadLetter): Pick<DeadLetterRow, 'message'> {
  if (type === undefined) return {};
  try {
    return { message: decodeJson(type, bytes) };
  } catch {
    return {}; // the bytes hold what the type cannot
  }
}
