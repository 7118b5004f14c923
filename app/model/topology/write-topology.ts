import { z } from 'zod';
import { type Topology, topologySchema } from './topology.ts';

/** The file's text: keys in the schema's order, one value a line, so that a change touches only its own lines. */
export function stringifyTopology(document: Topology): string {
  const ordered = topologySchema.parse(document);
  // Integers that parseJson read as bigints: their decimal string means the same to the codecs.
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return `${JSON.stringify(ordered, plain, 2)}\n`;
}

/** The text of docs/schema/topology.schema.json. */
export function topologyJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(topologySchema, { io: 'input' }), null, 2)}\n`;
}
