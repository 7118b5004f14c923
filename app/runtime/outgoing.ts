import type { Codec } from '../model/codec/codec.ts';
import type { MemoryViews } from '../model/codec/memory-views.ts';
import type { StructType } from '../model/message-type.ts';
import type { HostLane } from './host-lane.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Fate } from './receipts.ts';
import type { SendOptions } from './send-options.ts';

/** One message, which may be written more than once until there is room. */
export interface Outgoing {
  readonly type: StructType;
  readonly options: SendOptions;
  /** False when the lane is full. */
  readonly write: (lane: HostLane) => boolean;
  readonly payload: (address: number) => void;
  /** It has been written, into the ring or aside, and has its number. */
  readonly onWritten?: (() => void) | undefined;
  /** Who wants to know what becomes of it. */
  readonly settle?: ((fate: Fate) => void) | undefined;
}

/** Messages that an actor is sent, from objects or from bytes. */
export class OutgoingMessages {
  readonly #writer: MessageWriter;
  readonly #views: MemoryViews;

  constructor(writer: MessageWriter, views: MemoryViews) {
    this.#writer = writer;
    this.#views = views;
  }

  object(codec: Codec, message: object, options: SendOptions): Outgoing {
    return {
      type: codec.type,
      options,
      write: (lane) => this.#writer.object(lane, codec, message),
      payload: (address) => {
        codec.write(this.#views, address, message);
      },
    };
  }

  encoded(type: StructType, bytes: Uint8Array, options: SendOptions): Outgoing {
    return {
      type,
      options,
      write: (lane) => this.#writer.bytes(lane, type, bytes),
      payload: (address) => {
        this.#views.u8.set(bytes, address);
      },
    };
  }
}
