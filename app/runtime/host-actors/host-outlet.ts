import { StudioError } from '../../base/studio-error.ts';
import type { Actor } from '../actor.ts';
import type { SendOptions } from '../send-options.ts';
import type { HostReceiver } from './host-actor-definition.ts';

/** Why a receiver did not take a message; its own words for it. */
const REFUSALS: ReadonlySet<string> = new Set(['QueueFull', 'ActorFailed', 'ActorTerminated', 'ActorReset']);

/** A channel from an output of a host actor to an actor, whose instances take turns. */
export interface HostChannel {
  readonly to: Actor;
  /** Name of the message; undefined where the receiver handles one only. */
  readonly type: string | undefined;
  readonly options: SendOptions;
  sent: number;
  /** Not taken by the receiver, by the code of what it answered. */
  readonly refused: Map<string, number>;
}

/** One output of a host actor. */
export class HostOutlet {
  /** Accepted by receivers. */
  sent = 0;
  refusedTotal = 0;
  readonly #signal: AbortSignal;
  #channels: readonly HostChannel[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get channels(): readonly HostChannel[] {
    return this.#channels;
  }

  /** @throws StudioError `UnknownMessageType` where the actor handles no such message, or several and none is named. */
  connect(to: Actor, type: string | undefined): HostChannel {
    to.messageType(type);
    const options = { signal: this.#signal, ...(type !== undefined && { type }) };
    const channel = { to, type, options, sent: 0, refused: new Map<string, number>() };
    this.#channels = [...this.#channels, channel];
    return channel;
  }

  get receivers(): readonly HostReceiver[] {
    return this.#channels.map(({ to, type }) => ({ name: to.name, type: to.messageType(type) }));
  }

  /** Undefined when every receiver has it, or has refused it, already. */
  send(message: object): Promise<void> | undefined {
    for (const [index, channel] of this.#channels.entries()) {
      if (!this.#sendNow(channel, message)) return this.#sendRest(message, index);
    }
    return undefined;
  }

  #sendNow(channel: HostChannel, message: object): boolean {
    try {
      if (channel.to.trySend(message, channel.options) === undefined) return false;
      this.#accepted(channel);
    } catch (error) {
      this.#refuse(channel, error);
    }
    return true;
  }

  async #sendRest(message: object, from: number): Promise<void> {
    for (const channel of this.#channels.slice(from)) {
      try {
        await channel.to.send(message, channel.options);
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
