import { DEVICE_REASONS, FLAG_DEAD_LETTER, FLAG_DROPPED, FLAG_PROCESSED, HEADER } from '../abi/arena-layout.ts';
import type { Arena } from '../device/arena.ts';
import type { MessageId } from './message-header.ts';
import { deadLetterReason, type DeadLetterReason, type DropReason } from './message.ts';

/** What became of a message. */
export type Fate =
  | { readonly outcome: 'processed' }
  | { readonly outcome: 'dropped'; readonly reason: DropReason }
  | { readonly outcome: 'dead-lettered'; readonly reason: DeadLetterReason }
  /** It lies in the queue of an actor that has failed or ended. */
  | { readonly outcome: 'undelivered' }
  /** The runtime was disposed before anybody could say. */
  | { readonly outcome: 'unknown' };

export type Receipt = Fate & {
  /** Of a duplicate: the id of the message that had been accepted. */
  readonly messageId: MessageId;
};

interface PendingReceipt {
  readonly position: number;
  readonly settle: (fate: Fate) => void;
}

/** Who wants to know what becomes of a message in one host ring, in order of their positions. */
export class Receipts {
  readonly #arena: Arena;
  readonly #slotAt: (position: number) => number;
  #pending: PendingReceipt[] = [];

  constructor(arena: Arena, slotAt: (position: number) => number) {
    this.#arena = arena;
    this.#slotAt = slotAt;
  }

  get count(): number {
    return this.#pending.length;
  }

  /** Of the message at `position`, which lies behind all others. */
  expect(position: number, settle: (fate: Fate) => void): void {
    this.#pending.push({ position, settle });
  }

  /** What lies below `head` is done, and not overwritten yet. */
  passed(head: number): void {
    if (this.#pending.length === 0) return;
    let done = 0;
    for (const { position, settle } of this.#pending) {
      if (((head - position) | 0) <= 0) break;
      settle(this.#read(position));
      done++;
    }
    this.#pending.splice(0, done);
  }

  /** Of one message, which its slot does not tell. */
  settleAt(position: number, fate: Fate): void {
    this.#pending = this.#pending.filter((receipt) => {
      if (receipt.position !== position) return true;
      receipt.settle(fate);
      return false;
    });
  }

  /** Nothing more will happen to any of them. */
  settleAll(fate: Fate): void {
    for (const { settle } of this.#pending.splice(0)) settle(fate);
  }

  #read(position: number): Fate {
    const slot = this.#slotAt(position);
    const flags = this.#arena.u32[(slot + HEADER.port) >>> 2]! >>> 16;
    const code = this.#arena.u32[(slot + HEADER.priority) >>> 2]! >>> 16;
    if ((flags & FLAG_DEAD_LETTER) !== 0) {
      return { outcome: 'dead-lettered', reason: deadLetterReason(code) ?? 'corrupted' };
    }
    if ((flags & FLAG_DROPPED) !== 0) {
      return { outcome: 'dropped', reason: DEVICE_REASONS[code] === 'cleared' ? 'cleared' : 'dropped-oldest' };
    }
    return (flags & FLAG_PROCESSED) === 0 ? { outcome: 'unknown' } : { outcome: 'processed' };
  }
}
