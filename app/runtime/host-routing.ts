import { StudioError } from '../base/studio-error.ts';
import type { Codec } from '../model/codec/codec.ts';
import { describeJson } from '../model/codec/json-place.ts';
import { viewMemory } from '../model/codec/memory-views.ts';
import { hashKey } from '../model/message-key.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo } from '../model/program.ts';
import type { MessageId } from './message-header.ts';
import { keyOf } from './routing.ts';
import { checkNoKey, type BroadcastOptions, type SendOptions } from './send-options.ts';

/** An actor, as the sender sees it. */
interface Addressee {
  readonly name: string;
  readonly instances: readonly { readonly index: number; readonly memory: { readonly payloadRoom: number } }[];
}

interface Handler {
  readonly name: string;
  readonly kernel: KernelInfo;
}

interface Broadcastee extends Addressee {
  postBytes(type: StructType, bytes: Uint8Array, options: SendOptions): Promise<MessageId>;
}

/**
 * The options with the instance that the message's key chooses: the one that devices choose.
 *
 * @throws StudioError `InvalidKey`, `InvalidRouting`
 */
export function routedOptions<O extends SendOptions>(
  options: O,
  {
    type,
    bytes,
    instanceCount,
  }: { readonly type: StructType; readonly bytes: Uint8Array; readonly instanceCount: number },
): O {
  const { routing, instance } = options;
  if (routing === undefined) return options;
  if (instance !== undefined) {
    throw new StudioError('InvalidRouting', `both 'instance' and 'routing' say who gets the ${type.name}.`, {
      tip: 'Leave one of the two out.',
    });
  }
  return { ...options, instance: hashKey(bytes, 0, keyOf(type, routing.key)) % instanceCount };
}

/** @throws StudioError `InvalidSend` */
export function checkBatch(messages: unknown): void {
  if (Array.isArray(messages)) return;
  throw new StudioError('InvalidSend', `sendBatch got ${describeJson(messages)}.`, {
    tip: 'It takes an array of messages.',
  });
}

/** @throws StudioError `InvalidSend` */
export function checkCount(count: unknown): void {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return;
  throw new StudioError('InvalidSend', `sendEach of ${describeJson(count)} messages.`, {
    tip: 'It takes a whole number, 0 or more.',
  });
}

/** @throws StudioError `InvalidRouting`, `InvalidSend` */
export function forBatch(options: SendOptions): SendOptions {
  checkNoKey(options);
  if (options.routing === undefined) return options;
  throw new StudioError('InvalidRouting', 'a batch goes to one instance, whatever keys its messages have.', {
    tip: "Send the messages one by one, or name the 'instance'.",
  });
}

/** What the actor does not handle has to fit into its queues all the same. @throws StudioError `InvalidMessage` */
export function checkFits({ name, instances }: Addressee, type: StructType): void {
  const room = Math.min(...instances.map(({ memory }) => memory.payloadRoom));
  if (type.sizeBytes <= room) return;
  const message = `a ${type.name} has ${type.sizeBytes.toString()} bytes; the queues of '${name}' hold ${room.toString()}.`;
  throw new StudioError('InvalidMessage', message, { tip: 'Add a handler for it to the kernel.' });
}

/** @throws StudioError `InvalidMessage` */
export function checkHandled({ name, kernel }: Handler, type: StructType, bytes: Uint8Array): void {
  const isHandled = kernel.handlers.some(({ message }) => message.typeId === type.typeId);
  if (bytes.length === type.sizeBytes && isHandled) return;
  const message = `${bytes.length.toString()} bytes of ${type.name} are no message of '${name}'.`;
  throw new StudioError('InvalidMessage', message, { tip: 'Encode a type that the actor handles (messageType).' });
}

/** A message outside of any ring. @throws StudioError `InvalidMessage` */
export function encodeObject(codec: Codec, message: object): Uint8Array {
  const { sizeBytes } = codec.type;
  const views = viewMemory(new ArrayBuffer(Math.ceil(sizeBytes / 16) * 16));
  codec.write(views, 0, message);
  return views.u8.subarray(0, sizeBytes);
}

/** To every instance, each in its own time; gives the ids. @throws StudioError `BroadcastIncomplete`, `InvalidSend` */
export function broadcastBytes(
  actor: Broadcastee,
  { type, bytes }: { readonly type: StructType; readonly bytes: Uint8Array },
  options: BroadcastOptions,
): Promise<MessageId[]> {
  checkNoKey(options);
  const sends = actor.instances.map(({ index }) => actor.postBytes(type, bytes, { ...options, instance: index }));
  return allOf('BroadcastIncomplete', `instances of '${actor.name}'`, sends);
}

/** Waits for all; an error with the code says how many of `what` have got the message where not all have. */
export async function allOf<R>(code: string, what: string, sends: readonly Promise<R>[]): Promise<R[]> {
  const results = await Promise.allSettled(sends);
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as StudioError] : []));
  const [first] = failures;
  if (first === undefined) return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const got = `${(sends.length - failures.length).toString()} of ${sends.length.toString()}`;
  throw new StudioError(code, `${got} ${what} got the message: ${first.message}`, {
    cause: first,
    ...(first.tip === undefined ? {} : { tip: first.tip }),
  });
}
