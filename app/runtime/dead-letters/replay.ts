import { StudioError } from '../../base/studio-error.ts';
import type { Json, StructType } from '../../model/message-type.ts';
import { decodeJson } from '../../model/codec/json-decode.ts';
import type { Actor } from '../actor.ts';
import { encodeMessage } from '../json-message.ts';
import type { MessageId } from '../message-header.ts';
import type { DeadLetter, Replay } from './dead-letter.ts';

export interface ReplayOptions {
  /** Another actor than the one that it was for: `mean`, or `mean#0` for one instance. */
  readonly to?: string | undefined;
  /** What to send instead, as JSON of the letter's type, which the receiver's kernel checks completely. */
  readonly edit?: Json | ((letter: DeadLetter) => Json) | undefined;
  /** How long to wait for room in the receiver's queue, each. Default 1,000. */
  readonly timeoutMs?: number | undefined;
}

export interface ReplayReport {
  readonly replayed: readonly { readonly letter: DeadLetter; readonly replay: Replay }[];
  readonly failed: readonly { readonly letter: DeadLetter; readonly error: StudioError }[];
}

export type SendAgain = (letter: DeadLetter, options: ReplayOptions) => Promise<Omit<Replay, 'atMs'>>;

const DEFAULT_TIMEOUT_MS = 1000;

/**
 * How letters are sent again to the actors that `actor` finds.
 *
 * @returns a function that throws a StudioError naming the letter: `ReplayFailed`, whose cause and problems say why
 */
export function sendAgainTo(actor: (name: string) => Actor): SendAgain {
  return async (letter, options) => {
    try {
      return await sendAgain(letter, options, actor);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      const what = `dead letter ${letter.id} (${letter.type?.name ?? 'of unknown type'} for '${letter.to}')`;
      throw new StudioError('ReplayFailed', `${what} was not sent again: ${error.code}: ${error.message}`, {
        cause: error,
        problems: error.problems,
        ...(error.tip !== undefined && { tip: error.tip }),
      });
    }
  };
}

async function sendAgain(
  letter: DeadLetter,
  { to = letter.to, edit, timeoutMs = DEFAULT_TIMEOUT_MS }: ReplayOptions,
  actorOf: (name: string) => Actor,
): Promise<Omit<Replay, 'atMs'>> {
  const [, name = to, digits] = /^(.*?)(?:#(\d+))?$/s.exec(to) ?? [];
  if (name === 'host') {
    throw new StudioError('NoRecipient', 'it was for the host, which takes no messages.', {
      tip: "Name an actor with 'to'.",
    });
  }
  const actor = actorOf(name);
  const changed = typeof edit === 'function' ? edit(letter) : edit;
  const { type, bytes } = encodeFor(actor, letter, changed);
  const instance = digits === undefined ? {} : { instance: Number(digits) };
  const { traceId } = letter;
  const messageId: MessageId = await actor.sendBytes(type, bytes, { timeoutMs, traceId, ...instance });
  return { messageId, to };
}

/** The receiver may run another version by now, whose type of that name has another layout: then it goes by JSON. */
function encodeFor(
  actor: Actor,
  { type, bytes }: DeadLetter,
  edit: Json | undefined,
): { type: StructType; bytes: Uint8Array } {
  if (type === undefined) {
    throw new StudioError('UnknownMessageType', 'no loaded program declares its type, or its bytes cannot be one.', {
      tip: 'Send what it should have said as a new message.',
    });
  }
  const isHandled = actor.kernel.handlers.some(({ message }) => message.typeId === type.typeId);
  if (isHandled && edit === undefined) return { type, bytes };
  const expected = isHandled ? type : actor.messageType(type.name);
  return { type: expected, bytes: encodeMessage(expected, edit ?? decodeJson(type, bytes)) };
}
