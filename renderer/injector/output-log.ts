import type { OutputBatch, OutputRow } from '../../app/contract/run.ts';

/** As many as the host keeps. */
const CAPACITY = 10_000;

/** What a repaint shows; a new object after each change. */
export interface OutputView {
  readonly runId: number;
  /** Oldest first. */
  readonly rows: readonly OutputRow[];
  /** Outputs so far, shown or not. */
  readonly total: number;
}

/** The outputs that have reached this window, outside React. Listeners are told at most once in `repaintMs`. */
export class OutputLog {
  readonly #repaintMs: number;
  readonly #listeners = new Set<() => void>();
  #rows: OutputRow[] = [];
  #runId = 0;
  #total = 0;
  #view: OutputView = { runId: 0, rows: [], total: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(repaintMs = 200) {
    this.#repaintMs = repaintMs;
  }

  get view(): OutputView {
    return this.#view;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  push(batch: OutputBatch): void {
    if (batch.runId !== this.#runId) this.#begin(batch.runId);
    this.#total = Math.max(this.#total, batch.total);
    const last = this.#rows.at(-1)?.seq ?? 0;
    for (const row of batch.rows) if (row.seq > last) this.#rows.push(row);
    this.#trim();
    this.#schedule();
  }

  /** Number of the latest row before which some are missing: a stream may skip what came too fast for it. */
  get gapBefore(): number | undefined {
    return this.#rows.findLast(({ seq }, index) => seq !== (this.#rows[index - 1]?.seq ?? 0) + 1)?.seq;
  }

  /** Rows that were missing, in any order. */
  fill(rows: readonly OutputRow[]): void {
    const known = new Set(this.#rows.map(({ seq }) => seq));
    const missing = rows.filter(({ seq }) => !known.has(seq));
    this.#rows = [...this.#rows, ...missing].sort((a, b) => a.seq - b.seq);
    this.#repaint();
  }

  clear(): void {
    this.#begin(0);
    this.#repaint();
  }

  #begin(runId: number): void {
    this.#runId = runId;
    this.#rows = [];
    this.#total = 0;
  }

  #trim(): void {
    // In steps: dropping one at a time would move all the others each time.
    if (this.#rows.length > CAPACITY * 1.1) this.#rows = this.#rows.slice(-CAPACITY);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#repaint(), this.#repaintMs);
  }

  #repaint(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#view = { runId: this.#runId, rows: this.#rows.slice(), total: this.#total };
    for (const listener of this.#listeners) listener();
  }
}
