import type { Json } from '../message-type.ts';

const LONGEST = 120;

/** A message in one line: `sensor 17, value 83.4`. */
export function shortMessage(message: Json): string {
  const text =
    typeof message === 'object' && message !== null && !Array.isArray(message) ? fields(message) : short(message);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function fields(message: object): string {
  const parts: string[] = [];
  let length = 0;
  for (const [name, value] of Object.entries(message)) {
    const part = `${name} ${short(value as Json)}`;
    parts.push(part);
    length += part.length;
    if (length > LONGEST) break;
  }
  return parts.join(', ');
}

function short(json: Json): string {
  if (typeof json === 'string') return json.slice(0, LONGEST);
  if (Array.isArray(json)) return `[${json.slice(0, 20).map(short).join(', ')}${json.length > 20 ? ', …' : ''}]`;
  if (typeof json === 'object' && json !== null) return `{${fields(json)}}`;
  return String(json);
}
