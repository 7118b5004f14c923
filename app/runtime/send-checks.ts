import { StudioError } from '../base/studio-error.ts';
import { describeJson } from '../model/codec/json-place.ts';
import type { StructType } from '../model/message-type.ts';
import type { KernelInfo } from '../model/program.ts';
import { checkNoKey, type SendOptions } from './send-options.ts';

/** An actor, as the sender sees it. */
interface Addressee {
  readonly name: string;
  readonly instances: readonly { readonly memory: { readonly payloadRoom: number } }[];
}

interface Handler {
  readonly name: string;
  readonly kernel: KernelInfo;
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
