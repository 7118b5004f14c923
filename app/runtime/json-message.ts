import { StudioError } from '../base/studio-error.ts';
import { encodeJson } from '../model/codec/json-encode.ts';
import type { Json, StructType } from '../model/message-type.ts';

/** The reply to `requestJson`. */
export interface JsonReply {
  /** Name of its struct. */
  readonly type: string;
  readonly message: Json;
}

/** @throws StudioError `InvalidMessage` with all problems */
export function encodeMessage(type: StructType, json: unknown): Uint8Array {
  const bytes = new Uint8Array(type.sizeBytes);
  const problems = encodeJson(type, json, bytes);
  if (problems.length === 0) return bytes;
  const list = problems.map(({ path, message }) => (path === undefined ? message : `${path}: ${message}`));
  throw new StudioError('InvalidMessage', `not a ${type.name}: ${list.join('; ')}`, { problems });
}
