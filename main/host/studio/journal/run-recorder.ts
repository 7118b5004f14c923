import { randomBytes } from 'node:crypto';
import type { BurstState, RunState } from '../../../../app/contract/run.ts';
import type { Actor } from '../../../../app/runtime/actor.ts';
import { QueueTally, type QueueCounts } from '../../../../app/runtime/queue-tally.ts';
import { JournalFile, markRun, removeJournal } from './journal-file.ts';
import { BURST_SLOTS, pulsePatch, recordPatch, type JournalHead } from './journal-layout.ts';

export interface RunRecorderOptions {
  readonly path: string;
  /** As it is told when the actors have been launched. */
  readonly run: RunState;
  readonly actors: readonly Actor[];
  /** How many there were so far. */
  readonly deadLetters: () => number;
  /** The journal cannot be written: the run goes on without. */
  readonly onFailure: (error: unknown) => void;
}

const RECORD_EVERY_MS = 200;
/** A sign of life, even where nothing happens. */
const SIGN_EVERY_MS = 1000;

/**
 * Writes down, for whoever comes after a crash, what a run has accepted and what has come of it. What is accepted is
 * written before anybody is told, one write for a message or a slice of a burst; actors are only looked at, a few times a
 * second.
 */
export class RunRecorder {
  readonly key = randomBytes(9).toString('base64url');
  readonly startedAtMs = Date.now();
  readonly #options: RunRecorderOptions;
  readonly #tally: QueueTally;
  readonly #burstSlots = new Map<string, number>();
  readonly #burstSent: number[] = Array.from({ length: BURST_SLOTS }, () => 0);
  /** There is something that a later host would find. */
  #isMarked = false;
  #file: JournalFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  #accepted = 0;
  #last: QueueCounts | undefined;
  #finishedThrough = 0;
  #writtenAtMs = 0;

  constructor(options: RunRecorderOptions) {
    this.#options = options;
    this.#tally = new QueueTally(options.actors);
    this.#attempt(() => {
      const { key, startedAtMs } = this;
      markRun(options.path);
      this.#isMarked = true;
      this.#file = new JournalFile(options.path, { ...headOf(options.run), key, startedAtMs });
      this.#timer = setInterval(() => this.#record(), RECORD_EVERY_MS);
    });
  }

  /** What has become of the run's messages so far. */
  counts(): QueueCounts {
    return this.#tally.take();
  }

  /** Messages accepted so far, all of them written down. To be called before a window is told of one. */
  note(): number {
    const { accepted } = this.#tally;
    if (accepted !== this.#accepted) {
      this.#accepted = accepted;
      this.#writePulse();
    }
    return accepted;
  }

  /** A burst begins, goes on or ends. To be called before a window is told. */
  burst({ id, to, type, count, sent, status, elapsedMs }: BurstState): void {
    const known = this.#burstSlots.get(id);
    if (known === undefined && status === 'running') {
      const slot = this.#freeSlot();
      if (slot !== undefined) {
        this.#burstSlots.set(id, slot);
        this.#burstSent[slot] = sent;
        this.#writePulse();
        const startedAtMs = Date.now() - elapsedMs;
        this.#attempt(() => this.#file?.append({ slot, burst: { id, to, type, count, startedAtMs } }));
      }
      return;
    }
    if (known !== undefined) this.#burstSent[known] = sent;
    this.note();
    if (known === undefined || status === 'running') return;
    this.#burstSlots.delete(id);
    this.#attempt(() => this.#file?.append({ slot: known, burst: null }));
  }

  /** The actors' memory is about to go: looks at them for the last time. */
  freeze(): void {
    if (this.#timer === undefined) return;
    this.#record();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The run has ended in order: there is nothing to tell. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const file = this.#file;
    this.#file = undefined;
    try {
      if (file !== undefined) file.remove();
      else if (this.#isMarked) removeJournal(this.#options.path);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  #record(): void {
    const counts = this.counts();
    if (counts.isEmpty) this.#finishedThrough = counts.accepted;
    const last = this.#last;
    const isNews =
      counts.accepted !== last?.accepted ||
      counts.finished !== last.finished ||
      counts.fromActors !== last.fromActors ||
      counts.isEmpty !== last.isEmpty;
    const atMs = Date.now();
    if (!isNews && atMs - this.#writtenAtMs < SIGN_EVERY_MS) return;
    this.#last = counts;
    this.#accepted = counts.accepted;
    const { fromActors, finished } = counts;
    const deadLetters = this.#options.deadLetters();
    const finishedThrough = this.#finishedThrough;
    // First: a record that is newer than its pulse would hold more finished messages than were accepted.
    this.#writePulse();
    this.#attempt(() => this.#file?.write(recordPatch({ atMs, fromActors, finished, deadLetters, finishedThrough })));
  }

  #writePulse(): void {
    const atMs = Date.now();
    this.#writtenAtMs = atMs;
    const pulse = { atMs, accepted: this.#accepted, burstSent: this.#burstSent };
    this.#attempt(() => this.#file?.write(pulsePatch(pulse)));
  }

  #freeSlot(): number | undefined {
    const taken = new Set(this.#burstSlots.values());
    const slot = this.#burstSent.findIndex((_, index) => !taken.has(index));
    return slot === -1 ? undefined : slot;
  }

  /**
   * A journal that lags behind would tell less than windows were told: where it cannot be written, its numbers go, and
   * only that there is a run is still known.
   */
  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.onFailure(error);
      this.#giveUp();
    }
  }

  #giveUp(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const file = this.#file;
    this.#file = undefined;
    try {
      file?.giveUp();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}

function headOf({ runId, device, actors, channels }: RunState): Omit<JournalHead, 'key' | 'startedAtMs'> {
  const launched = actors.map(({ id, kernel, source, instances, capacity, revision }) => {
    return { id, kernel, source, instances, capacity, revision };
  });
  return { runId, device, actors: launched, channels: [...channels] };
}
