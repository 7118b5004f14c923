import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Codec } from '../model/codec/codec.ts';
import type { MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { HostLane } from './host-lane.ts';
import { hostMessageId, type HeaderWriter, type MessageId } from './message-header.ts';
import type { SendOptions } from './send-options.ts';

/** A call of `fill` costs more than so many bytes' stores. */
const INLINE_ZEROS = 256;

interface Batch {
  readonly count: number;
  readonly payload: (address: number, index: number) => void;
}

/** Writes messages into host rings. What cannot be written leaves nothing behind; what can is published at once. */
export class MessageWriter {
  readonly #views: MemoryViews;
  readonly #headers: HeaderWriter;

  constructor(views: MemoryViews, headers: HeaderWriter) {
    this.#views = views;
    this.#headers = headers;
  }

  /** Number of the last message written. */
  get lastNumber(): number {
    return this.#headers.lastNumber;
  }

  get lastId(): MessageId {
    return hostMessageId(this.#headers.lastNumber);
  }

  /** How the messages that are written from now on are sent. */
  mark(options: SendOptions, flags = 0): void {
    this.#headers.mark(options, flags);
  }

  /** False when the ring is full. Allocates nothing: most messages are sent one by one. */
  object(lane: HostLane, codec: Codec, message: object): boolean {
    checkNotReentered(lane);
    const slot = lane.reserve();
    if (slot === -1) return false;
    try {
      codec.write(this.#views, slot + HEADER.sizeBytes, message);
    } catch (error) {
      lane.ring.abandon(1);
      throw error;
    }
    this.#headers.readClock();
    this.#headers.write(slot, codec.type.typeId | 0, codec.type.sizeBytes);
    lane.publish(1);
    return true;
  }

  /** Writes messages from index `from` on; returns how many there was room for. */
  objects(
    lane: HostLane,
    codec: Codec,
    { messages, from }: { readonly messages: readonly object[]; readonly from: number },
  ): number {
    return this.#write(lane, codec.type, {
      count: messages.length - from,
      payload: (address, index) => {
        codec.write(this.#views, address, messages[from + index]!);
      },
    });
  }

  /** A message that is encoded already. False when the ring is full. */
  bytes(lane: HostLane, type: StructType, bytes: Uint8Array): boolean {
    const payload = (address: number): void => {
      this.#views.u8.set(bytes, address);
    };
    return this.#write(lane, type, { count: 1, payload }) === 1;
  }

  /** Writes a message that found no room where it is asked to, as it would lie in the ring. */
  aside(slot: number, type: StructType, payload: (address: number) => void): void {
    payload(slot + HEADER.sizeBytes);
    this.#headers.readClock();
    this.#headers.write(slot, type.typeId, type.sizeBytes);
  }

  /** `fill` gets a cursor over each zeroed slot. Returns how many there was room for. */
  each<T extends object>(
    lane: HostLane,
    codec: Codec<T>,
    { count, fill }: { readonly count: number; readonly fill: (message: T, index: number) => void },
  ): number {
    const cursor = codec.cursor(this.#views);
    const { sizeBytes } = codec.type;
    const views = this.#views;
    return this.#write(lane, codec.type, {
      count,
      payload: (address, index) => {
        clear(views, address, sizeBytes);
        fill(cursor.at(address), index);
      },
    });
  }

  #write(lane: HostLane, { typeId, sizeBytes }: StructType, { count, payload }: Batch): number {
    let done = 0;
    checkNotReentered(lane);
    this.#headers.readClock();
    try {
      for (; done < count; done++) {
        const slot = lane.reserve();
        if (slot === -1) break;
        payload(slot + HEADER.sizeBytes, done);
        this.#headers.write(slot, typeId | 0, sizeBytes);
      }
    } catch (error) {
      lane.ring.abandon(1);
      throw error;
    } finally {
      if (done > 0) lane.publish(done);
    }
    return done;
  }
}

/** What is being written would be published half finished by whoever publishes first. */
function checkNotReentered({ ring, label }: HostLane): void {
  if (!ring.isBeingWritten) return;
  throw new StudioError('ReentrantSend', `a message for '${label}' is still being written.`, {
    tip: 'Send the next one when `fill` has returned, and not from a getter of a message.',
  });
}

/** A slot's payload, whose room is a multiple of 64. */
function clear({ u8, f64 }: MemoryViews, address: number, sizeBytes: number): void {
  if (sizeBytes > INLINE_ZEROS) {
    u8.fill(0, address, address + sizeBytes);
    return;
  }
  const end = (address + sizeBytes + 7) >>> 3;
  for (let at = address >>> 3; at < end; at++) f64[at] = 0;
}
