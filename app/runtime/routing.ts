import { KEY_IS_TEXT, ROUTING } from '../abi/arena-layout.ts';
import { StudioError } from '../base/studio-error.ts';
import { describeJson } from '../model/codec/json-place.ts';
import { findKey, type MessageKey } from '../model/message-key.ts';
import type { StructType } from '../model/message-type.ts';
import type { Routing } from '../model/topology/topology.ts';

export type { Routing } from '../model/topology/topology.ts';

/** A channel's routing as devices read it. */
export interface RoutingWords {
  readonly routing: number;
  readonly keyOffset: number;
  readonly keyBytes: number;
}

/** Whoever has no types may say anything. @throws StudioError `InvalidRouting` */
export function checkRouting(routing: unknown): void {
  if (routing === 'roundRobin' || routing === 'broadcast') return;
  if (typeof routing === 'object' && routing !== null && 'key' in routing && typeof routing.key === 'string') return;
  throw new StudioError('InvalidRouting', `routing is ${describeJson(routing)}.`, {
    tip: "It is 'roundRobin', 'broadcast', or { key: 'field' }.",
  });
}

/** @throws StudioError `InvalidKey` */
export function routingWords(routing: Routing, message: StructType): RoutingWords {
  if (typeof routing === 'string') return { routing: ROUTING[routing], keyOffset: 0, keyBytes: 0 };
  const { offset, sizeBytes } = keyOf(message, routing.key);
  return {
    routing: ROUTING.keyHash,
    keyOffset: sizeBytes === 'text' ? offset + 4 : offset,
    keyBytes: sizeBytes === 'text' ? KEY_IS_TEXT : sizeBytes,
  };
}

/** @throws StudioError `InvalidKey` */
export function keyOf(message: StructType, name: string): MessageKey {
  const found = findKey(message, name);
  if ('key' in found) return found.key;
  const { message: text, tip } = found.problem;
  throw new StudioError('InvalidKey', text, tip === undefined ? {} : { tip });
}
