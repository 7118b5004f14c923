import type { FieldType, Json, StructType } from '../message-type.ts';

// A message as a row of CSV: a column per field. Texts and numbers stand as they are; whatever else, and texts that would
// be mistaken for it, as JSON. An empty cell of a field that holds no text means that the field is left out.

export function toCells(message: Json): Readonly<Record<string, string>> {
  const entries = Object.entries(message as Readonly<Record<string, Json>>);
  return Object.fromEntries(entries.map(([name, value]) => [name, toCell(value)]));
}

/** Cells of columns that the message lacks are kept as text: whoever uses the row may know them. */
export function fromCells(type: StructType, cells: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(cells)) {
    const field = type.fields.find((candidate) => candidate.name === name);
    const value = field === undefined || typeof cell !== 'string' ? cell : fromCell(field.type, cell);
    if (value !== undefined) message[name] = value;
  }
  return message;
}

function toCell(value: Json): string {
  if (typeof value === 'string') return /^["{[]/.test(value) ? JSON.stringify(value) : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function fromCell(type: FieldType, cell: string): unknown {
  if (type.kind === 'text') return textOf(cell);
  if (type.kind === 'array' && type.element.kind === 'scalar' && type.element.scalar === 'char') return textOf(cell);
  const text = cell.trim();
  if (text === '') return undefined;
  if (type.kind === 'scalar') return scalarOf(text);
  if (type.kind === 'enum') return /^-?\d+$/.test(text) ? integerOf(text) : text;
  const value = parsed(text);
  return value === undefined ? text : value;
}

function textOf(cell: string): unknown {
  if (!/^["{[]/.test(cell)) return cell;
  const value = parsed(cell);
  if (typeof value === 'string' || Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null && 'base64' in value ? value : cell;
}

/** What is no number stays a text: a codec knows which ones it takes, and says what is wrong with others. */
function scalarOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+$/.test(text)) return integerOf(text);
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

function integerOf(text: string): number | bigint {
  const value = Number(text);
  if (Object.is(value, -0)) return -0;
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
