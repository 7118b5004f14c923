import type { Problem } from '../../base/studio-error.ts';
import { findKey } from '../message-key.ts';
import type { StructType } from '../message-type.ts';
import type { TopologyChannel } from './topology.ts';

/** Whether the message has the field that the channel at `path` routes by. */
export function checkKey(routing: TopologyChannel['routing'], message: StructType, path: string): Problem[] {
  if (typeof routing !== 'object') return [];
  const found = findKey(message, routing.key);
  return 'problem' in found ? [{ severity: 'error', path: `${path}.routing.key`, ...found.problem }] : [];
}
