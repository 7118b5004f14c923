import { ACTOR, DELIVERY_OUTCOME, DEVICE_REASONS, LEDGER, LEDGER_RECORD } from '../../abi/arena-layout.ts';
import type { Arena } from '../../device/arena.ts';

const OUTCOMES: ReadonlyMap<number, keyof typeof DELIVERY_OUTCOME> = new Map(
  Object.entries(DELIVERY_OUTCOME).map(([name, code]) => [code, name as keyof typeof DELIVERY_OUTCOME]),
);

/** A record of an actor's worker. One object for all: take what you need out of it. */
export interface DeviceRecord {
  readonly outcome: keyof typeof DELIVERY_OUTCOME;
  readonly high: number;
  readonly low: number;
  readonly traceHigh: number;
  readonly traceLow: number;
  readonly typeId: number;
  readonly peer: number;
  readonly reason: string;
}

/** Addresses of an actor's block and of its ledger, and how many records that holds. */
interface LedgerPlace {
  readonly actor: number;
  readonly ledger: number;
  readonly capacity: number;
}

/** The host's end of an actor's ledger: the only reader. */
export class DeviceLedger {
  /** Records that hold no outcome: a handler has written over them. */
  malformed = 0;
  readonly #u32: Uint32Array;
  readonly #actor: number;
  readonly #ledger: number;
  readonly #mask: number;
  readonly #records: number;
  readonly #record: { -readonly [Name in keyof DeviceRecord]: DeviceRecord[Name] } = {
    ...{ outcome: 'sent', high: 0, low: 0, traceHigh: 0, traceLow: 0, typeId: 0, peer: 0, reason: 'none' },
  };

  /** What the host has laid out: the ledger's own words may be overwritten. */
  constructor(arena: Arena, { actor, ledger, capacity }: LedgerPlace) {
    this.#u32 = arena.u32;
    this.#actor = actor;
    this.#ledger = ledger;
    this.#mask = capacity - 1;
    this.#records = ledger + LEDGER.sizeBytes;
  }

  /** A handler has written over where its worker finds it, so that records may be missing. */
  get isDamaged(): boolean {
    const u32 = this.#u32;
    return (
      this.malformed > 0 ||
      u32[(this.#actor + ACTOR.ledger) >>> 2] !== this.#ledger ||
      u32[(this.#ledger + LEDGER.capacity) >>> 2] !== this.#mask + 1 ||
      u32[(this.#ledger + LEDGER.records) >>> 2] !== this.#records
    );
  }

  /** Visits all records and gives their places back. True when the actor waited for them: it must be woken. */
  drain(visit: (record: DeviceRecord) => void): boolean {
    const u32 = this.#u32;
    const headWord = (this.#ledger + LEDGER.head) >>> 2;
    const waitingWord = (this.#ledger + LEDGER.waiting) >>> 2;
    const head = u32[headWord]!;
    const tail = Atomics.load(u32, (this.#ledger + LEDGER.tail) >>> 2);
    const count = Math.min((tail - head) >>> 0, this.#mask + 1);
    for (let index = 0; index < count; index++) if (this.#read((head + index) >>> 0)) visit(this.#record);
    if (count > 0) Atomics.store(u32, headWord, tail);
    if (Atomics.load(u32, waitingWord) === 0) return false;
    Atomics.store(u32, waitingWord, 0);
    return true;
  }

  #read(position: number): boolean {
    const u32 = this.#u32;
    const at = (this.#records + ((position & this.#mask) >>> 0) * LEDGER_RECORD.sizeBytes) >>> 2;
    const word = u32[at + (LEDGER_RECORD.outcome >>> 2)]!;
    const outcome = OUTCOMES.get(word & 0xff);
    if (outcome === undefined) {
      this.malformed++;
      return false;
    }
    const record = this.#record;
    record.outcome = outcome;
    record.reason = DEVICE_REASONS[word >>> 16] ?? 'none';
    record.low = u32[at + (LEDGER_RECORD.messageId >>> 2)]!;
    record.high = u32[at + (LEDGER_RECORD.messageId >>> 2) + 1]!;
    record.traceLow = u32[at + (LEDGER_RECORD.traceId >>> 2)]!;
    record.traceHigh = u32[at + (LEDGER_RECORD.traceId >>> 2) + 1]!;
    record.typeId = u32[at + (LEDGER_RECORD.typeId >>> 2)]!;
    record.peer = u32[at + (LEDGER_RECORD.peer >>> 2)]!;
    return true;
  }
}
