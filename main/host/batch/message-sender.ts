import { StudioError } from '../../../app/base/studio-error.ts';
import type { InlineBuffer } from '../../../app/model/codec/inline-buffer.ts';
import { encodeJsonArrays } from '../../../app/model/codec/json-encode.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { findRecipient, type Recipient } from '../../../app/model/topology/find-recipient.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { MessageId } from '../../../app/runtime/message-header.ts';
import { messageError, type OutgoingMessage } from './outgoing-message.ts';

/** A message that fits its recipient. */
export interface AddressedMessage {
  readonly recipient: Recipient;
  readonly bytes: Uint8Array;
  /** The message again, where it brings arrays along for which buffers are made when it is sent. */
  readonly arrays?: { readonly message: unknown };
  readonly traceId?: MessageId | undefined;
}

/** Finds out who gets messages, and as which bytes. */
export class MessageAddresser {
  readonly #topology: Topology;
  readonly #programs: ReadonlyMap<string, ProgramInfo>;
  /** Thousands of messages go to few recipients. */
  readonly #recipients = new Map<string, Recipient>();

  constructor(topology: Topology, programs: ReadonlyMap<string, ProgramInfo>) {
    this.#topology = topology;
    this.#programs = programs;
  }

  /** @throws StudioError `UnknownActor`, `AmbiguousRecipient`, `UnknownType`, `InvalidMessage`, … with the place */
  address(outgoing: OutgoingMessage): AddressedMessage {
    const recipient = this.#recipient(outgoing);
    const type = recipient.message;
    const bytes = new Uint8Array(type.sizeBytes);
    const inline: InlineBuffer[] = [];
    const { message, traceId } = outgoing;
    const problems = encodeJsonArrays(type, message, { bytes, inline });
    if (problems.length === 0) return { recipient, bytes, traceId, ...(inline.length > 0 && { arrays: { message } }) };
    throw messageError('InvalidMessage', `${outgoing.place}: invalid ${type.name}`, problems);
  }

  #recipient({ to, type, place }: OutgoingMessage): Recipient {
    const key = JSON.stringify([to, type]);
    const known = this.#recipients.get(key);
    if (known !== undefined) return known;
    const found = findRecipient({ topology: this.#topology, programs: this.#programs }, { to, type });
    if ('problem' in found) {
      const { path: _, ...problem } = found.problem;
      const code = problem.code.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
      throw messageError(code, place, [problem]);
    }
    this.#recipients.set(key, found.recipient);
    return found.recipient;
  }
}

/** Throws as `address` does, at the first one that does not fit. */
export async function* addressed(
  messages: AsyncIterable<OutgoingMessage>,
  addresser: MessageAddresser,
): AsyncGenerator<AddressedMessage, void> {
  for await (const message of messages) yield addresser.address(message);
}

/** Messages that an actor did not take. */
export interface Refusal {
  readonly actor: string;
  readonly reason: string;
  readonly count: number;
}

export const REFUSALS: Readonly<Record<string, string>> = {
  ActorFailed: 'actor failed',
  ActorTerminated: 'actor ended',
  QueueFull: 'queue full',
};

/** A turn of the event loop now and then lets time limits, interrupts and outputs through. */
const SENDS_PER_TURN = 256;

/** Sends messages to launched actors, waiting for room where queues are full. */
export class MessageSender {
  /** Accepted by their actors' queues. */
  sent = 0;
  /** Whose queue has no room right now. */
  waitingFor: string | undefined;
  readonly #actors: ReadonlyMap<string, Actor>;
  readonly #signal: AbortSignal;
  readonly #refusals = new Map<string, Refusal>();

  constructor(actors: ReadonlyMap<string, Actor>, signal: AbortSignal) {
    this.#actors = actors;
    this.#signal = signal;
  }

  get refusals(): readonly Refusal[] {
    return [...this.#refusals.values()];
  }

  async send({ recipient, bytes, traceId, arrays }: AddressedMessage): Promise<void> {
    const {
      actor: { id },
      instance,
      message,
    } = recipient;
    const actor = this.#actors.get(id);
    if (actor === undefined) throw new Error(`'${id}' is not launched`);
    this.#signal.throwIfAborted();
    this.waitingFor = instance === undefined ? id : `${id}#${instance}`;
    try {
      const place = { ...(instance !== undefined && { instance }), ...(traceId !== undefined && { traceId }) };
      const options = { signal: this.#signal, ...place };
      if (arrays === undefined) await actor.sendBytes(message, bytes, options);
      else await actor.sendJson(arrays.message, { type: message.name, ...options });
      this.sent++;
    } catch (error) {
      const reason = error instanceof StudioError ? REFUSALS[error.code] : undefined;
      if (reason === undefined) throw error;
      this.#refuse(this.waitingFor, reason);
    }
    this.waitingFor = undefined;
    if (this.sent % SENDS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  #refuse(actor: string, reason: string): void {
    const key = `${actor}: ${reason}`;
    const count = (this.#refusals.get(key)?.count ?? 0) + 1;
    this.#refusals.set(key, { actor, reason, count });
  }
}
