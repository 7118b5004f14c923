import type {
  DeadLetterFilterInput,
  DeadLetterListInput,
  DeadLetterRow,
  DeadLetterSelectionInput,
  ReplayInput,
  ReplayResult,
} from '../../../app/contract/dead-letters.ts';
import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { DeadLetterSummary } from '../../../app/contract/run.ts';
import type { SourceLocation } from '../../../app/base/studio-error.ts';
import { contentsOf, type DeadLetter } from '../../../app/runtime/dead-letters/dead-letter.ts';
import { fits, type DeadLetterFilter } from '../../../app/runtime/dead-letters/dead-letter-filter.ts';
import { LetterStore } from '../../../app/runtime/dead-letters/letter-store.ts';
import type { DeadLetterReason } from '../../../app/runtime/message.ts';
import type { LiveRun } from './live-run.ts';

const KEPT = 10_000;
const EVENT_EVERY_MS = 100;
/** As many as a window keeps of what it has sent. */
const KEPT_SENT = 200;
/** Of a payload that nobody can read. */
const SHOWN_BYTES = 512;

/** The dead letters of the run: counted by reason, the latest kept, also when the run has ended. */
export class DeadLetterLog {
  readonly #publish: (event: ProjectEvent) => void;
  #store = createStore();
  readonly #counts = new Map<DeadLetterReason, number>();
  /** Of faults, once they are found out. */
  readonly #locations = new WeakMap<DeadLetter, SourceLocation>();
  #total = 0;
  #removed = 0;
  #replayed = 0;
  #latestSent: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (event: ProjectEvent) => void) {
    this.#publish = publish;
  }

  get summary(): DeadLetterSummary {
    return {
      total: this.#total,
      byReason: Object.fromEntries(this.#counts),
      latestSent: [...this.#latestSent],
      forgotten: this.#store.forgotten,
      removed: this.#removed,
      replayed: this.#replayed,
    };
  }

  add(letter: DeadLetter): void {
    this.#store.add(letter);
    this.#total++;
    this.#counts.set(letter.reason, (this.#counts.get(letter.reason) ?? 0) + 1);
    if (letter.from === 'host') this.#latestSent.push(letter.messageId);
    if (this.#latestSent.length > KEPT_SENT) this.#latestSent.shift();
    void letter.fault?.location.then((location) => {
      if (location !== undefined) this.#locations.set(letter, location);
    });
    this.#tellSoon();
  }

  /** A new run. */
  clear(): void {
    this.#store = createStore();
    this.#counts.clear();
    this.#total = this.#removed = this.#replayed = 0;
    this.#latestSent = [];
    this.flush();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publish({ type: 'dead-letters', deadLetters: this.summary });
  }

  /** Newest first. */
  list({ limit, before = Infinity, filter = {} }: DeadLetterListInput): readonly DeadLetterRow[] {
    const letters = this.#fitting(filter).filter(({ id }) => id < before);
    return letters
      .slice(-limit)
      .reverse()
      .map((letter) => this.#row(letter));
  }

  /** Gives how many there were. */
  remove(selection: DeadLetterSelectionInput): number {
    const count = this.#chosen(selection).filter(({ id }) => this.#store.remove(id)).length;
    this.#removed += count;
    if (count > 0) this.flush();
    return count;
  }

  /** Sends letters again, to actors that run. @throws StudioError `UnknownActor` */
  async replay({ runtime, recorder }: LiveRun, { selection, to, edit }: ReplayInput): Promise<ReplayResult> {
    const wanted = 'seqs' in selection ? selection : { filter: { isReplayed: false, ...selection.filter } };
    const letters = this.#chosen(wanted);
    const { replayed, failed } = await runtime.deadLetters.replay(letters, { to, edit });
    recorder.note();
    for (const { letter, replay } of replayed) this.#store.noteReplay(letter.id, replay);
    this.#replayed += replayed.length;
    this.flush();
    return {
      replayed: replayed.map(({ letter, replay }) => ({ seq: letter.id, messageId: replay.messageId, to: replay.to })),
      failed: failed.map(({ letter, error: { message, tip, problems } }) => ({
        seq: letter.id,
        message,
        problems,
        ...(tip !== undefined && { tip }),
      })),
    };
  }

  #fitting(filter: DeadLetterFilterInput): readonly DeadLetter[] {
    // A reason that there is not is the reason of no letter.
    const wanted = filter as DeadLetterFilter;
    const all = [...this.#store.all(0)];
    return all.filter((letter) => fits(letter, this.#store.replayOf(letter.id) !== undefined, wanted));
  }

  /** In order of arrival. */
  #chosen(selection: DeadLetterSelectionInput): readonly DeadLetter[] {
    if ('filter' in selection) return this.#fitting(selection.filter);
    const seqs = [...new Set(selection.seqs)].sort((a, b) => a - b);
    return seqs.flatMap((seq) => this.#store.get(seq, 0) ?? []);
  }

  #row(letter: DeadLetter): DeadLetterRow {
    const { id, type, bytes, fault, ...rest } = letter;
    const message = contentsOf(letter);
    const location = this.#locations.get(letter);
    const replay = this.#store.replayOf(id);
    return {
      seq: id,
      ...rest,
      type: type?.name ?? null,
      sizeBytes: bytes.length,
      ...(message === undefined
        ? { bytesHex: Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex') }
        : { message }),
      ...(fault !== undefined && {
        fault: { cause: fault.cause, detail: fault.detail, ...(location !== undefined && { location }) },
      }),
      ...(replay !== undefined && { replay }),
    };
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, EVENT_EVERY_MS);
  }
}

function createStore(): LetterStore {
  return new LetterStore({ capacity: KEPT, maxAgeMs: Infinity });
}
