import { suggestion } from '../../../app/base/did-you-mean.ts';
import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import { describeJson } from '../../../app/model/codec/json-place.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import type { MessageId } from '../../../app/runtime/message-header.ts';
import { inputLines } from '../../storage/input-lines.ts';

/** A message that the user wants sent, not yet checked against any kernel. */
export interface OutgoingMessage {
  readonly to?: string | undefined;
  readonly type?: string | undefined;
  readonly message: unknown;
  /** Of the dead letter that the line is: the new message continues it. */
  readonly traceId?: MessageId | undefined;
  /** For errors: `in.jsonl:3`, `--inject`. */
  readonly place: string;
}

export type Addressing = Pick<OutgoingMessage, 'to' | 'type'>;

/** `deadLetter` is what `--dead-letters` writes about one. */
const KEYS = ['to', 'type', 'message', 'deadLetter'];

/** Those that a topology brings along. */
export function ownMessages({ inject = [] }: Topology): readonly OutgoingMessage[] {
  return inject.map((injection, index) => ({ ...injection, place: `inject[${index}]` }));
}

/**
 * The messages of a stream of JSON lines; `name` is for errors.
 *
 * @throws StudioError `BrokenJson`, `InvalidInput`, `NotUtf8`, `LineTooLong`, with `name:line`
 */
export async function* readMessages(
  stream: AsyncIterable<unknown>,
  name: string,
  addressing: Addressing,
): AsyncGenerator<OutgoingMessage, void> {
  for await (const { text, number } of inputLines(stream, name)) {
    const parsed = parseJson({ text, file: name });
    const place = `${name}:${number}`;
    if ('value' in parsed) {
      yield { ...addressing, ...readEnvelope(parsed.value, place) };
    } else {
      const column = parsed.problem.location?.column ?? 1;
      throw new StudioError('BrokenJson', `${place}:${column}: ${parsed.problem.message}`);
    }
  }
}

/** @throws StudioError `InvalidInput` */
function readEnvelope(json: unknown, place: string): OutgoingMessage {
  const shape = 'Each line is {"to": …, "type": …, "message": {…}}; "to" and "type" may be left out.';
  const invalid = (message: string, tip = shape): StudioError =>
    new StudioError('InvalidInput', `${place}: ${message}`, { tip });
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw invalid(`expected an object, found ${describeJson(json)}.`);
  const envelope = json as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(envelope)) {
    if (KEYS.includes(key)) continue;
    const { tip } = suggestion(key, KEYS);
    throw invalid(`unknown key '${key}'.${tip === undefined ? '' : ` ${tip}`}`);
  }
  if (!('message' in envelope)) throw invalid("the key 'message' is missing.");
  const { to, type, message, deadLetter } = envelope;
  const traceId = traceOf(deadLetter);
  return { ...optionalText({ to }, invalid), ...optionalText({ type }, invalid), message, traceId, place };
}

/** Lines come from anywhere: what is no id is passed over. */
function traceOf(deadLetter: unknown): MessageId | undefined {
  if (typeof deadLetter !== 'object' || deadLetter === null || !('traceId' in deadLetter)) return undefined;
  const { traceId } = deadLetter;
  return typeof traceId === 'string' && /^[\da-f]{16}$/.test(traceId) ? (traceId as MessageId) : undefined;
}

function optionalText(entry: Readonly<Record<string, unknown>>, invalid: (message: string) => StudioError): Addressing {
  const [[key, value] = ['', undefined]] = Object.entries(entry);
  if (value === undefined) return {};
  if (typeof value !== 'string') throw invalid(`'${key}' is a string, not ${describeJson(value)}.`);
  return { [key]: value };
}

/** An error about one message, with its place in front; several problems stand below each other. */
export function messageError(code: string, place: string, problems: readonly Problem[]): StudioError {
  const list = problems.map(({ path, message }) =>
    path === undefined || path === '' ? message : `${path}: ${message}`,
  );
  const [first] = problems;
  if (problems.length > 1) return new StudioError(code, `${place}:\n  ${list.join('\n  ')}`);
  return new StudioError(code, `${place}: ${list.join('')}`, first?.tip === undefined ? {} : { tip: first.tip });
}
