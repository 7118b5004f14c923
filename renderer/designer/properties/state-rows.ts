import { cppName } from '../../../app/model/layout-text.ts';
import { isCharArray } from '../../../app/model/message-form/form-value.ts';
import { parseScalar } from '../../../app/model/message-form/scalar-text.ts';
import type { Field, FieldType, Json, StructType } from '../../../app/model/message-type.ts';

/** One line of a state: a value that can be changed by itself, or the head of a nested struct. */
export interface StateRow {
  /** `window.sum` */
  readonly path: string;
  readonly name: string;
  readonly type: FieldType;
  readonly typeName: string;
  readonly doc: string | undefined;
  readonly depth: number;
  /** Undefined for the head of a nested struct. */
  readonly value: Json | undefined;
}

/** The lines of a state, nested structs unfolded. */
export function stateRows(struct: StructType, json: Json | undefined): readonly StateRow[] {
  return rowsOf(struct.fields, json, { prefix: '', depth: 0 });
}

interface Place {
  readonly prefix: string;
  readonly depth: number;
}

function rowsOf(fields: readonly Field[], json: Json | undefined, { prefix, depth }: Place): readonly StateRow[] {
  return fields.flatMap(({ name, type, doc }): readonly StateRow[] => {
    const path = `${prefix}${name}`;
    const value = memberOf(json, name);
    const row = { path, name, type, typeName: cppName(type), doc, depth };
    if (type.kind !== 'struct') return [{ ...row, value }];
    const inner = rowsOf(type.struct.fields, value, { prefix: `${path}.`, depth: depth + 1 });
    return [{ ...row, value: undefined }, ...inner];
  });
}

function memberOf(json: Json | undefined, name: string): Json | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return (json as { readonly [key: string]: Json })[name];
}

export type ReadValue = { readonly value: Json } | { readonly error: string };

/** What a typed text means for a field of this type. The host checks it completely. */
export function readValue(type: FieldType, text: string): ReadValue {
  switch (type.kind) {
    case 'scalar':
      if (type.scalar !== 'bool') {
        const parsed = parseScalar(type.scalar, text);
        return 'json' in parsed ? { value: parsed.json } : parsed;
      }
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { error: 'It is true or false.' };
    case 'enum': {
      const names = type.enum.values.map(({ name }) => name);
      return names.includes(text) ? { value: text } : { error: `It is one of ${names.join(', ')}.` };
    }
    case 'text':
      return { value: text };
    case 'array':
      // Bytes that are no text come as a list of numbers.
      return isCharArray(type) && !text.startsWith('[') ? { value: text } : readJson(text);
    case 'struct':
    case 'list':
    case 'buffer':
      return readJson(text);
  }
}

function readJson(text: string): ReadValue {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { error: 'It is not JSON.' };
  }
}

/** A value as it is written in its field. */
export function valueText(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** `{ window: { sum: 3 } }` of `window.sum`. */
export function patchOf(path: string, value: Json): { readonly [key: string]: Json } {
  const names = path.split('.');
  return names.reduceRight<Json>((inner, name) => ({ [name]: inner }), value) as { readonly [key: string]: Json };
}

/** How a value differs from the one before: `+4`, `changed`; undefined where it does not. */
export function changeOf(before: Json | undefined, after: Json | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (typeof before !== 'number' || typeof after !== 'number') return 'changed';
  const difference = Number((after - before).toPrecision(6));
  return difference > 0 ? `+${difference}` : `−${-difference}`;
}
