import { z } from 'zod';
import { bigintsAsText } from '../bigints-as-text.ts';
import { type Topology, topologySchema } from './topology.ts';

/** The file's text: keys in the schema's order, one value a line, so that a change touches only its own lines. */
export function stringifyTopology(document: Topology): string {
  const ordered = topologySchema.parse(document);
  return `${JSON.stringify(ordered, bigintsAsText, 2)}\n`;
}

/** The text of docs/schema/topology.schema.json. */
export function topologyJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(topologySchema, { io: 'input' }), null, 2)}\n`;
}
