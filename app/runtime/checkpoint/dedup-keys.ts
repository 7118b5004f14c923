import type { MessageId } from '../message-header.ts';
import type { DedupKey } from '../send-options.ts';
import type { ActorRecord } from './checkpoint-header.ts';

/** What a deduplication window remembers, as a checkpoint holds it. */
export function packKeys(accepted: Iterable<readonly [DedupKey, MessageId]>): ActorRecord['dedup'] {
  return Array.from(accepted, ([key, id]) => [`${typeof key}:${String(key)}`, id]);
}

/** What it was before. */
export function* keysFrom(records: ActorRecord['dedup']): Iterable<readonly [DedupKey, MessageId]> {
  for (const [packed, id] of records) {
    const colon = packed.indexOf(':');
    yield [keyOf(packed.slice(0, colon), packed.slice(colon + 1)), id as MessageId]; // the schema has seen it
  }
}

function keyOf(kind: string, text: string): DedupKey {
  if (kind === 'number') return Number(text);
  return kind === 'bigint' ? BigInt(text) : text;
}
