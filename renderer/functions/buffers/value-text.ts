import type { Json } from '../../../app/model/message-type.ts';

/** Columns of a struct: its fields, those of nested structs one by one. */
export function fieldPaths(element: Json, prefix = ''): readonly string[] {
  if (!isObject(element)) return [prefix];
  return Object.entries(element).flatMap(([name, value]) =>
    fieldPaths(value, prefix === '' ? name : `${prefix}.${name}`),
  );
}

/** The field of an element; the element itself for an empty path. */
export function fieldOf(element: Json, path: string): Json {
  if (path === '') return element;
  return path.split('.').reduce<Json>((value, name) => (isObject(value) ? (value[name] ?? null) : null), element);
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** As it stands in a cell; `hexBits` is the width of integers to be shown in hexadecimal. */
export function valueText(value: Json, hexBits?: number): string {
  if (hexBits !== undefined) return hexText(value, hexBits) ?? plainText(value);
  return plainText(value);
}

function plainText(value: Json): string {
  return typeof value === 'string' ? value : Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function hexText(value: Json, bits: number): string | undefined {
  const isWhole =
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && /^-?\d+$/.test(value);
  if (!isWhole) return undefined;
  return BigInt.asUintN(bits, BigInt(value as number | string)) // checked above
    .toString(16)
    .padStart(bits / 4, '0');
}

/** Integers that a hexadecimal view makes sense for, by the names of their C++ types. */
export function integerBits(elementName: string): number | undefined {
  const bits = /^u?int(8|16|32|64)_t$/.exec(elementName)?.[1];
  return bits === undefined ? undefined : Number(bits);
}

export function isSameValue(a: Json | undefined, b: Json | undefined): boolean {
  return Object.is(a, b) || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
