import { createCodec, type Codec } from '../model/codec/codec.ts';
import type { StructType } from '../model/message-type.ts';

const codecs = new WeakMap<StructType, Codec>();

/** One for each type. */
export function codecOf(type: StructType): Codec {
  const existing = codecs.get(type) ?? createCodec(type);
  codecs.set(type, existing);
  return existing;
}
