import { HEADER, REPLY_PORT } from '../../abi/arena-layout.ts';
import type { StructType } from '../../model/message-type.ts';
import type { Actor } from '../actor.ts';
import { formatId, type MessageId } from '../message-header.ts';
import { ReceivedMessage } from '../message.ts';
import { recordBytes, type MessageRecord } from './message-records.ts';

/** Messages that wait in the host, as a checkpoint holds them: with the ids and the port that they came with. */
export function packReceived(messages: readonly ReceivedMessage[], actors: readonly Actor[]): Uint8Array {
  const bytes = new Uint8Array(messages.reduce((sum, message) => sum + recordBytes(message.bytes.length), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { from, type, messageId, correlationId, traceId, hlcLow, hlcHigh, bytes: payload } of messages) {
    const actor = actors.find(({ name }) => name === from.actor);
    const port = actor?.kernel.outputs.find(({ name }) => name === from.port)?.index ?? REPLY_PORT;
    view.setUint32(at + HEADER.payloadBytes, payload.length, true);
    view.setBigUint64(at + HEADER.messageId, wide(messageId), true);
    view.setBigUint64(at + HEADER.correlationId, correlationId === undefined ? 0n : wide(correlationId), true);
    view.setBigUint64(at + HEADER.traceId, wide(traceId), true);
    view.setUint32(at + HEADER.hlc, hlcLow, true);
    view.setUint32(at + HEADER.hlc + 4, hlcHigh, true);
    view.setUint32(at + HEADER.typeId, type.typeId, true);
    view.setUint32(at + HEADER.source, actor?.instances[from.instance]?.id ?? 0, true);
    view.setUint16(at + HEADER.port, port, true);
    bytes.set(payload, at + HEADER.sizeBytes);
    at += recordBytes(payload.length);
  }
  return bytes;
}

/** What it was before. */
export function receivedFrom(
  { header, payload }: MessageRecord,
  { type, from }: { readonly type: StructType; readonly from: ReceivedMessage['from'] },
): ReceivedMessage {
  const isAnswer = header.getBigUint64(HEADER.correlationId, true) !== 0n;
  return new ReceivedMessage({
    from,
    type,
    messageId: idAt(header, HEADER.messageId),
    correlationId: isAnswer ? idAt(header, HEADER.correlationId) : undefined,
    traceId: idAt(header, HEADER.traceId),
    hlcLow: header.getUint32(HEADER.hlc, true),
    hlcHigh: header.getUint32(HEADER.hlc + 4, true),
    bytes: payload.slice(),
  });
}

function idAt(header: DataView, offset: number): MessageId {
  return formatId(header.getUint32(offset + 4, true), header.getUint32(offset, true));
}

function wide(id: MessageId): bigint {
  return BigInt(`0x${id}`);
}
