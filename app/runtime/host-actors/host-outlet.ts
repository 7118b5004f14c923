import { StudioError } from '../../base/studio-error.ts';
import type { Actor } from '../actor.ts';
import { keyOf, type Routing } from '../routing.ts';
import type { SendOptions } from '../send-options.ts';
import type { HostReceiver } from './host-actor-definition.ts';

/** Why a receiver did not take a message; its own words for it. */
const REFUSALS: ReadonlySet<string> = new Set(['QueueFull', 'ActorFailed', 'ActorTerminated', 'ActorReset']);

/** Of a channel from a host actor. */
export interface HostConnectOptions {
  /** Names the message where the receiver handles several. */
  readonly type?: string;
  /** Which instances of the receiver get a message, as on the device. Default `roundRobin`. */
  readonly routing?: Routing;
}

/** A channel from an output of a host actor to an actor. */
export interface HostChannel {
  readonly to: Actor;
  /** Name of the message; undefined where the receiver handles one only. */
  readonly type: string | undefined;
  readonly routing: Routing;
  /** Accepted: by each instance, when all get each message. */
  sent: number;
  /** Not taken by the receiver, by the code of what it answered. */
  readonly refused: Map<string, number>;
}

/** How each message of a channel is sent, to each who gets it. */
interface Way {
  readonly channel: HostChannel;
  readonly options: SendOptions;
}

/** One output of a host actor. */
export class HostOutlet {
  /** Accepted by receivers. */
  sent = 0;
  refusedTotal = 0;
  readonly #signal: AbortSignal;
  #ways: readonly Way[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get channels(): readonly HostChannel[] {
    return [...new Set(this.#ways.map(({ channel }) => channel))];
  }

  /**
   * @throws StudioError `UnknownMessageType` where the actor handles no such message, or several and none is named;
   *   `InvalidKey`
   */
  connect(to: Actor, { type, routing = 'roundRobin' }: HostConnectOptions): HostChannel {
    const message = to.messageType(type);
    const channel = { to, type, routing, sent: 0, refused: new Map<string, number>() };
    const options = { signal: this.#signal, ...(type !== undefined && { type }) };
    const add = (more: SendOptions): void => {
      this.#ways = [...this.#ways, { channel, options: { ...options, ...more } }];
    };
    if (routing === 'broadcast') for (const { index } of to.instances) add({ instance: index });
    else if (routing === 'roundRobin') add({});
    else {
      keyOf(message, routing.key);
      add({ routing });
    }
    return channel;
  }

  get receivers(): readonly HostReceiver[] {
    return this.channels.map(({ to, type }) => ({ name: to.name, type: to.messageType(type) }));
  }

  /** Undefined when every receiver has it, or has refused it, already. */
  send(message: object): Promise<void> | undefined {
    for (const [index, way] of this.#ways.entries()) {
      if (!this.#sendNow(way, message)) return this.#sendRest(message, index);
    }
    return undefined;
  }

  #sendNow({ channel, options }: Way, message: object): boolean {
    try {
      if (channel.to.trySend(message, options) === undefined) return false;
      this.#accepted(channel);
    } catch (error) {
      this.#refuse(channel, error);
    }
    return true;
  }

  async #sendRest(message: object, from: number): Promise<void> {
    for (const { channel, options } of this.#ways.slice(from)) {
      try {
        await channel.to.send(message, options);
        this.#accepted(channel);
      } catch (error) {
        this.#refuse(channel, error);
      }
    }
  }

  #accepted(channel: HostChannel): void {
    channel.sent++;
    this.sent++;
  }

  /** Counts what a receiver may answer; throws everything else. */
  #refuse({ refused }: HostChannel, error: unknown): void {
    if (!(error instanceof StudioError) || !REFUSALS.has(error.code)) throw error;
    refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
    this.refusedTotal++;
  }
}
