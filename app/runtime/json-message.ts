import { StudioError } from '../base/studio-error.ts';
import type { InlineBuffer } from '../model/codec/inline-buffer.ts';
import { encodeJson, encodeJsonArrays } from '../model/codec/json-encode.ts';
import type { Json, StructType } from '../model/message-type.ts';
import type { Buffers } from './buffers/buffers.ts';

/** The reply to `requestJson`. */
export interface JsonReply {
  /** Name of its struct. */
  readonly type: string;
  readonly message: Json;
}

/**
 * The bytes of a message. Arrays that stand for buffers become `buffers`, or are refused without them.
 *
 * @throws StudioError `InvalidMessage` with all problems; `OutOfMemory`, `TooManyBuffers`
 */
export function encodeMessage(type: StructType, json: unknown, buffers?: Buffers): Uint8Array {
  const bytes = new Uint8Array(type.sizeBytes);
  const inline: InlineBuffer[] = [];
  const problems =
    buffers === undefined ? encodeJson(type, json, bytes) : encodeJsonArrays(type, json, { bytes, inline });
  if (problems.length === 0) {
    if (inline.length > 0) buffers?.placeInline(bytes, inline);
    return bytes;
  }
  const list = problems.map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`));
  throw new StudioError('InvalidMessage', `not a ${type.name}: ${list.join('; ')}`, { problems });
}
