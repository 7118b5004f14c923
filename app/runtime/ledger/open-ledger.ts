import type { Channels } from '../channels.ts';
import { Ledger, type LedgerInit } from './ledger.ts';

/** Records that an actor may write before the ledger has read them: two batches, of a message in and a message out. */
export const LEDGER_RECORDS = 1024;

export function openLedger(channels: Channels, init: Omit<LedgerInit, 'receiverOf'>): Ledger {
  return new Ledger({
    ...init,
    receiverOf: (instance, slot) => channels.receiverOf(init.directory.actorOf(instance), instance, slot),
  });
}
