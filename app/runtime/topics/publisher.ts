import type { StructType } from '../../model/message-type.ts';
import { allOf, encodeObject } from '../host-routing.ts';
import { checkedTraceId, hostMessageId, type HeaderWriter } from '../message-header.ts';
import { ReceivedMessage } from '../message.ts';
import type { SendOptions } from '../send-options.ts';
import type { TypeRegistry } from '../type-registry.ts';
import { publishedType } from './published-type.ts';
import type { Topics } from './topics.ts';

export interface PublishOptions extends Omit<SendOptions, 'type' | 'instance' | 'routing'> {
  /** The message's type, or its name, as `Reading` or `app::Reading`; may be left out where subscribers handle one. */
  readonly type?: string | StructType;
  /** The topic's latest value: kept for those who subscribe later, until the next one. */
  readonly retain?: boolean;
}

/** Who got a message that the host published. */
export interface PublishReceipt {
  /** Subscribed actors; of each one instance. */
  readonly actors: number;
  /** Functions on the host. */
  readonly listeners: number;
}

interface PublisherInit {
  readonly topics: Topics;
  readonly types: TypeRegistry;
  readonly headers: HeaderWriter;
}

/** Publishes for the host. */
export class Publisher {
  readonly #init: PublisherInit;

  constructor(init: PublisherInit) {
    this.#init = init;
  }

  publish(topic: string, message: object, options: PublishOptions): Promise<PublishReceipt> {
    const { types } = this.#init;
    return this.#publish(topic, options, (type) => encodeObject(types.codec(type), message));
  }

  async #publish(
    topic: string,
    { type: name, retain = false, ...options }: PublishOptions,
    encode: (type: StructType) => Uint8Array,
  ): Promise<PublishReceipt> {
    const { topics, types } = this.#init;
    const subscribers = topics.subscribersOf(topic);
    const type = publishedType({ topic, name }, subscribers, types);
    const bytes = encode(type);
    const message = this.#stamp(type, bytes, options);
    const listeners = topics.announce(topic, message, retain);
    const sending = { ...options, traceId: message.traceId };
    const sends = subscribers.map((actor) => actor.postBytes(type, bytes, sending));
    await allOf('PublishIncomplete', `subscribers of '${topic}'`, sends);
    return { actors: subscribers.length, listeners };
  }

  /** As listeners get it, and later subscribers. */
  #stamp(type: StructType, bytes: Uint8Array, { traceId }: SendOptions): ReceivedMessage {
    const { headers } = this.#init;
    const { number, hlcLow, hlcHigh } = headers.stamp();
    const messageId = hostMessageId(number);
    return new ReceivedMessage({
      from: { actor: 'host', instance: 0, port: 'topic' },
      type,
      messageId,
      correlationId: undefined,
      traceId: traceId === undefined ? messageId : checkedTraceId(traceId),
      hlcLow,
      hlcHigh,
      bytes,
    });
  }
}
