import { HEADER } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import type { Codec } from '../model/codec/codec.ts';
import type { MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { ActorInstance } from './actor-instance.ts';
import { hostMessageId, writeId, type HeaderWriter, type MessageId } from './message-header.ts';

/** A call of `fill` costs more than so many bytes' stores. */
const INLINE_ZEROS = 256;

interface Batch {
  readonly count: number;
  readonly payload: (address: number, index: number) => void;
  readonly traceId?: MessageId | undefined;
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

  /** False when the ring is full. Allocates nothing: most messages are sent one by one. */
  object(instance: ActorInstance, codec: Codec, message: object): boolean {
    const hostRing = instance.host.normal;
    checkNotReentered(instance);
    const slot = hostRing.reserve();
    if (slot === -1) return false;
    try {
      codec.write(this.#views, slot + HEADER.sizeBytes, message);
    } catch (error) {
      hostRing.abandon(1);
      throw error;
    }
    this.#headers.readClock();
    this.#headers.write(slot, codec.type.typeId, codec.type.sizeBytes);
    instance.publish(1);
    return true;
  }

  /** Writes messages from index `from` on; returns how many there was room for. */
  objects(
    instance: ActorInstance,
    codec: Codec,
    { messages, from }: { readonly messages: readonly object[]; readonly from: number },
  ): number {
    return this.#write(instance, codec.type, {
      count: messages.length - from,
      payload: (address, index) => {
        codec.write(this.#views, address, messages[from + index]!);
      },
    });
  }

  /** A message that is encoded already, and continues a trace where one is given. False when the ring is full. */
  bytes(
    instance: ActorInstance,
    type: StructType,
    { bytes, traceId }: { readonly bytes: Uint8Array; readonly traceId?: MessageId | undefined },
  ): boolean {
    const payload = (address: number): void => {
      this.#views.u8.set(bytes, address);
    };
    return this.#write(instance, type, { count: 1, payload, traceId }) === 1;
  }

  /** `fill` gets a cursor over each zeroed slot. Returns how many there was room for. */
  each<T extends object>(
    instance: ActorInstance,
    codec: Codec<T>,
    { count, fill }: { readonly count: number; readonly fill: (message: T, index: number) => void },
  ): number {
    const cursor = codec.cursor(this.#views);
    const { sizeBytes } = codec.type;
    const views = this.#views;
    return this.#write(instance, codec.type, {
      count,
      payload: (address, index) => {
        clear(views, address, sizeBytes);
        fill(cursor.at(address), index);
      },
    });
  }

  #write(instance: ActorInstance, { typeId, sizeBytes }: StructType, { count, payload, traceId }: Batch): number {
    const hostRing = instance.host.normal;
    let done = 0;
    checkNotReentered(instance);
    this.#headers.readClock();
    try {
      for (; done < count; done++) {
        const slot = hostRing.reserve();
        if (slot === -1) break;
        payload(slot + HEADER.sizeBytes, done);
        this.#headers.write(slot, typeId, sizeBytes);
        if (traceId !== undefined) writeId(this.#views.u32, slot + HEADER.traceId, traceId);
      }
    } catch (error) {
      hostRing.abandon(1);
      throw error;
    } finally {
      if (done > 0) instance.publish(done);
    }
    return done;
  }
}

/** What is being written would be published half finished by whoever publishes first. */
function checkNotReentered({ host, label }: ActorInstance): void {
  if (!host.normal.isBeingWritten) return;
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
  const end = (address + sizeBytes + 7) >> 3;
  for (let at = address >> 3; at < end; at++) f64[at] = 0;
}
