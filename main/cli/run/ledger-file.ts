import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';

import { StudioError } from '../../../app/base/studio-error.ts';
import type { Ledger } from '../../../app/runtime/ledger/ledger.ts';
import type { EndedDelivery, OpenDelivery } from '../../../app/runtime/ledger/delivery.ts';
import { reasonOf } from '../project/text-file.ts';
import type { Terminal } from '../terminal.ts';

export interface LedgerFileOptions {
  /** The --ledger option. */
  readonly path: string;
  readonly cwd: string;
}

interface Conclusion {
  readonly following: Disposable;
  readonly terminal: Terminal;
  readonly isStill: boolean;
}

const CHUNK_CHARACTERS = 65_536;

/** `--ledger`: a line for each delivery, written as it ends. By synchronous writes: what is told of does not pile up. */
export class LedgerFile implements Disposable {
  readonly #path: string;
  readonly #file: number;
  readonly #counts = { processed: 0, received: 0, dropped: 0, deadLettered: 0, queued: 0, unknown: 0 };
  #text = '';
  #failure: StudioError | undefined;

  /** @throws StudioError `LedgerNotWritable` */
  constructor({ path, cwd }: LedgerFileOptions) {
    this.#path = path;
    try {
      this.#file = openSync(resolve(cwd, path), 'w');
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  /** Writes what ends from now on. */
  follow(ledger: Ledger): Disposable {
    return ledger.onDidEnd.on((delivery) => {
      this.#count(delivery);
      this.#add(delivery);
    });
  }

  /**
   * Writes what has not ended, and the sum on stderr. Gives how many errors the ledger has; where all stands still, because
   * elsewhere an end may be known whose beginning is not.
   *
   * @throws StudioError `LedgerNotWritable`, also for what could not be written before
   */
  conclude(ledger: Ledger, { following, terminal, isStill }: Conclusion): number {
    const open = ledger.open();
    following[Symbol.dispose]();
    for (const delivery of open) {
      this.#counts[delivery.outcome]++;
      this.#add(delivery);
    }
    this.#flush();
    if (this.#failure !== undefined) throw this.#failure;
    const deliveries = Object.values(this.#counts).reduce((sum, count) => sum + count, 0);
    terminal.note(JSON.stringify({ ledger: 'total', deliveries, ...this.#counts }));
    const errors = isStill ? ledger.audit() : [];
    for (const { messageId: id, to, outcome, reason } of errors)
      terminal.note(JSON.stringify({ ledgerError: 'ended without a beginning', id, to, outcome, reason }));
    return errors.length;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #count({ outcome, isToHost }: EndedDelivery): void {
    switch (outcome) {
      case 'processed':
        this.#counts[isToHost ? 'received' : 'processed']++;
        break;
      case 'dropped':
        this.#counts.dropped++;
        break;
      case 'dead-lettered':
        this.#counts.deadLettered++;
    }
  }

  #add(delivery: EndedDelivery | OpenDelivery): void {
    const { messageId: id, traceId: trace, from, to, type, outcome } = delivery;
    const detail = 'at' in delivery ? { at: delivery.at } : { reason: delivery.reason };
    this.#text += `${JSON.stringify({ id, trace, from, to, type, outcome, ...detail })}\n`;
    if (this.#text.length >= CHUNK_CHARACTERS) this.#flush();
  }

  /** The run goes on when it fails: its results are worth more. */
  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (this.#failure !== undefined) return;
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      this.#failure = this.#failed(cause);
    }
  }

  #failed(cause: unknown): StudioError {
    const message = `--ledger '${this.#path}' cannot be written: ${reasonOf(cause)}.`;
    return new StudioError('LedgerNotWritable', message, { cause });
  }
}
