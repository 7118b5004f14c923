import type { Channels } from '../channels.ts';
import type { HostActors } from '../host-actors/host-actors.ts';
import type { NameService } from '../names/name-service.ts';
import { Ledger, type LedgerInit } from './ledger.ts';

/** Records that an actor may write before the ledger has read them: two batches, of a message in and a message out. */
export const LEDGER_RECORDS = 1024;

/** Who knows where messages go. */
interface Guides {
  readonly channels: Channels;
  readonly names: NameService;
  readonly hosts: HostActors;
}

export function openLedger({ channels, names, hosts }: Guides, init: Omit<LedgerInit, 'addressees'>): Ledger {
  const { directory } = init;
  return new Ledger({
    ...init,
    addressees: {
      labelOf: (id) => directory.instance(id)?.label ?? hosts.labelOf(id),
      ofEntry: (instance, slot) => {
        const id = channels.receiverOf(directory.actorOf(instance), instance, slot);
        return { id, name: names.addresseeOfEntry(instance, slot) };
      },
      ofDeadLetter: (reason, target) => names.addressee(reason, target),
    },
  });
}
