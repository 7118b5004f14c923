import { assertNever } from '../../base/assert-never.ts';
import type { Ending, LedgerTotals } from './delivery.ts';

/** A message and who is to get it. */
export interface DeliveryKey {
  /** The message's id as two words. */
  readonly high: number;
  readonly low: number;
  /** Actor id; 0 is the host, ids from 2^31 on are of actors that run there. */
  readonly receiver: number;
}

/** What has to be known when a delivery ends. */
export interface DeliveryRecord {
  readonly traceHigh: number;
  readonly traceLow: number;
  readonly typeId: number;
  readonly from: string;
  readonly to: string;
}

export interface DeliveryEnd {
  readonly outcome: Ending;
  readonly reason: string | undefined;
}

/** It was no delivery to its receiver, but the way to others, to whom deliveries begin: it counts for nothing. */
export const PASSED_ON = 'passed-on';
type Conclusion = DeliveryEnd | typeof PASSED_ON;

export interface IndexedDelivery {
  readonly key: DeliveryKey;
  readonly record: DeliveryRecord;
}

export interface UnmatchedEnd {
  readonly key: DeliveryKey;
  readonly end: Conclusion;
  readonly record: DeliveryRecord;
}

interface EarlyEnd {
  readonly end: Conclusion;
  /** What whoever ended it knows of it. */
  readonly record: DeliveryRecord;
}

/** All of one message to one receiver: more than one where somebody sends it again. */
interface Entry {
  /** In order. One of both is always empty. */
  readonly open: DeliveryRecord[];
  /** Told before their beginnings: the ledgers of sender and receiver are read one after the other. */
  readonly early: EarlyEnd[];
}

const WORD = 2 ** 32;
/** Bits of a message's number in the upper word of its id; the other 20 are its sender's id. */
const NUMBER_HIGH = 0xfff;

/**
 * Which deliveries are open, and how many have ended how. An end is told once and for all: then the delivery leaves the
 * index. Ends may come before beginnings.
 */
export class DeliveryIndex {
  /** By sender and receiver, then by the message's number; both are exact in a double. */
  readonly #pairs = new Map<number, Map<number, Entry>>();
  readonly #dropped = new Map<string, number>();
  readonly #deadLettered = new Map<string, number>();
  #begun = 0;
  #processed = 0;
  #open = 0;
  #early = 0;

  get totals(): LedgerTotals {
    return {
      begun: this.#begun,
      processed: this.#processed,
      dropped: new Map(this.#dropped),
      deadLettered: new Map(this.#deadLettered),
      open: this.#open,
    };
  }

  /** Ends whose beginnings have not been told. */
  get earlyCount(): number {
    return this.#early;
  }

  /** Gives the delivery's end where that came first. */
  begin(key: DeliveryKey, record: DeliveryRecord): Conclusion | undefined {
    const entry = this.#entry(key);
    const early = entry.early.shift();
    this.#begun++;
    if (early === undefined) {
      entry.open.push(record);
      this.#open++;
      return undefined;
    }
    this.#early--;
    this.#count(early.end);
    this.#forgetIfEmpty(key, entry);
    return early.end;
  }

  /** Gives what began first; undefined where that has not been told yet: then what `known` says is kept. */
  end(key: DeliveryKey, end: Conclusion, known: () => DeliveryRecord): DeliveryRecord | undefined {
    const entry = this.#entry(key);
    const record = entry.open.shift();
    if (record === undefined) {
      entry.early.push({ end, record: known() });
      this.#early++;
      return undefined;
    }
    this.#open--;
    this.#count(end);
    this.#forgetIfEmpty(key, entry);
    return record;
  }

  /** One that ended as it began. */
  complete(end: DeliveryEnd): void {
    this.#begun++;
    this.#count(end);
  }

  /** Those to a receiver, or from a sender, if given. */
  *open({
    receiver,
    sender,
  }: { readonly receiver?: number; readonly sender?: number } = {}): Generator<IndexedDelivery> {
    for (const { key, entry } of this.#entries()) {
      if (receiver !== undefined && key.receiver !== receiver) continue;
      if (sender !== undefined && key.high >>> 12 !== sender) continue;
      for (const record of entry.open) yield { key, record };
    }
  }

  *unmatched(): Generator<UnmatchedEnd> {
    for (const { key, entry } of this.#entries()) for (const early of entry.early) yield { key, ...early };
  }

  *#entries(): Generator<{ readonly key: DeliveryKey; readonly entry: Entry }> {
    for (const [pair, numbers] of this.#pairs) {
      const receiver = pair % WORD;
      const sender = (pair - receiver) / WORD;
      for (const [number, entry] of numbers) {
        const high = ((sender << 12) | Math.floor(number / WORD)) >>> 0;
        yield { key: { high, low: number % WORD, receiver }, entry };
      }
    }
  }

  #entry(key: DeliveryKey): Entry {
    const pair = pairOf(key);
    const number = numberOf(key);
    let numbers = this.#pairs.get(pair);
    if (numbers === undefined) this.#pairs.set(pair, (numbers = new Map<number, Entry>()));
    let entry = numbers.get(number);
    if (entry === undefined) numbers.set(number, (entry = { open: [], early: [] }));
    return entry;
  }

  #forgetIfEmpty(key: DeliveryKey, { open, early }: Entry): void {
    if (open.length > 0 || early.length > 0) return;
    const pair = pairOf(key);
    const numbers = this.#pairs.get(pair);
    numbers?.delete(numberOf(key));
    if (numbers?.size === 0) this.#pairs.delete(pair);
  }

  #count(end: Conclusion): void {
    if (end === PASSED_ON) {
      this.#begun--;
      return;
    }
    const { outcome, reason = 'none' } = end;
    switch (outcome) {
      case 'processed':
        this.#processed++;
        break;
      case 'dropped':
        this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1);
        break;
      case 'dead-lettered':
        this.#deadLettered.set(reason, (this.#deadLettered.get(reason) ?? 0) + 1);
        break;
      default:
        assertNever(outcome);
    }
  }
}

function pairOf({ high, receiver }: DeliveryKey): number {
  return (high >>> 12) * WORD + receiver;
}

function numberOf({ high, low }: DeliveryKey): number {
  return (high & NUMBER_HIGH) * WORD + low;
}
