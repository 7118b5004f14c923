import type { OutputBatch, OutputRow } from '../../../app/contract/run.ts';
import { ReceiveQueue, type StalledSource } from '../../../app/runtime/receive-queue.ts';
import type { ReceivedMessage } from '../../../app/runtime/message.ts';
import { Bell, pause } from './bell.ts';
import { RecentItems } from './recent-items.ts';

interface Output {
  readonly atMs: number;
  readonly message: ReceivedMessage;
}

const KEPT = 10_000;
/** Copies are made up to this many in one turn of the event loop, which takes about a millisecond. */
const MOST_PER_TURN = 1024;
const MOST_PER_BATCH = 200;
const BATCH_EVERY_MS = 100;

/** Takes everything that leaves a topology as it comes, so that no actor waits for it. */
class OutputTap extends ReceiveQueue {
  readonly #take: (message: ReceivedMessage) => void;
  readonly #waiting = new Set<StalledSource>();
  #taken = 0;

  constructor(take: (message: ReceivedMessage) => void) {
    super(KEPT);
    this.#take = take;
  }

  override offer(message: () => ReceivedMessage, source: StalledSource): boolean {
    if (this.#taken === 0) setImmediate(this.#nextTurn);
    if (this.#taken >= MOST_PER_TURN) {
      this.#waiting.add(source);
      return false;
    }
    this.#taken++;
    this.#take(message());
    return true;
  }

  readonly #nextTurn = (): void => {
    this.#taken = 0;
    const sources = [...this.#waiting];
    this.#waiting.clear();
    for (const source of sources) source.takeOutput();
  };
}

/** The outputs of the run: counted, the latest 10,000 kept as bytes, decoded only when somebody looks. */
export class OutputsLog {
  readonly #recent = new RecentItems<Output>(KEPT);
  readonly #bell = new Bell();
  #runId = 0;

  get total(): number {
    return this.#recent.total;
  }

  /** The run ended with an earlier host: what windows have of it is all that is left. */
  restore(runId: number): void {
    this.#runId = runId;
  }

  /** Where the actors of a new run deliver to; what an earlier one still gives is ignored. */
  begin(runId: number): ReceiveQueue {
    this.#runId = runId;
    this.#recent.clear();
    this.#bell.ring();
    return new OutputTap((message) => {
      if (this.#runId !== runId) return;
      this.#recent.add({ atMs: Date.now(), message });
      this.#bell.ring();
    });
  }

  /** Newest first. */
  list(before: number | undefined, limit: number): readonly OutputRow[] {
    return this.#recent.newest(limit, before).map(({ seq, item }) => rowOf(seq, item));
  }

  async *stream(signal: AbortSignal): AsyncGenerator<OutputBatch, void> {
    let sent = { runId: -1, total: 0 };
    while (!signal.aborted) {
      const total = this.total;
      const runId = this.#runId;
      if (sent.runId === runId && sent.total === total) {
        await this.#bell.wait(signal);
        continue;
      }
      const news = total - (sent.runId === runId ? sent.total : 0);
      const rows = this.list(undefined, Math.min(news, MOST_PER_BATCH)).toReversed();
      sent = { runId, total };
      yield { runId, total, rows, skipped: news - rows.length };
      await pause(BATCH_EVERY_MS, signal);
    }
  }
}

function rowOf(seq: number, { atMs, message }: Output): OutputRow {
  const { type, messageId, label, from } = message;
  const row = { seq, atMs, from: label, port: from.port, type: type.name, messageId };
  try {
    return { ...row, message: message.json() };
  } catch (error) {
    return { ...row, problem: error instanceof Error ? error.message : String(error) };
  }
}
