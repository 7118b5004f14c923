import type { NodeContent } from './node-content.ts';

export const nodeWidth = 148;
const hostWidth = 164;
const headerHeight = 28;
const portHeight = 18;
const footerHeight = 46;
const lineHeight = 16;
const fontWidth = 7.2;

/** About how large a node will be, for laying out before it is drawn. */
export function estimatedSize(content: NodeContent): { readonly width: number; readonly height: number } {
  const { id, inputs, outputs } = content;
  const rows = Math.max(inputs.length, outputs.length);
  const names = Array.from(
    { length: rows },
    (_, row) => (inputs[row]?.label.length ?? 0) + (outputs[row]?.label.length ?? 0),
  );
  const sizeLine = content.kind === 'actor' && content.size !== undefined ? lineHeight : 0;
  const least = content.kind === 'host' ? hostWidth : nodeWidth;
  const width = Math.max(least, id.length * fontWidth + besideName(content), Math.max(0, ...names) * 6 + 40);
  return { width: Math.ceil(width), height: headerHeight + sizeLine + rows * portHeight + footerHeight };
}

/** Its glyphs, and what says how many instances there are. */
function besideName(content: NodeContent): number {
  if (content.kind === 'host') return 58;
  return (content.instances > 1 ? 76 : 40) + (content.supervisor === undefined ? 0 : 18);
}
