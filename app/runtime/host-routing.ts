import { StudioError } from '../base/studio-error.ts';
import type { Codec } from '../model/codec/codec.ts';
import { viewMemory } from '../model/codec/memory-views.ts';
import { hashKey } from '../model/message-key.ts';
import type { StructType } from '../model/message-type.ts';
import type { MessageId } from './message-header.ts';
import { keyOf } from './routing.ts';
import { checkNoKey, type BroadcastOptions, type SendOptions } from './send-options.ts';

interface Broadcastee {
  readonly name: string;
  readonly instances: readonly { readonly index: number }[];
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
