import { assertNever } from '../../base/assert-never.ts';
import { fieldPath } from '../codec/json-place.ts';
import type { Field, FieldType, Json, ScalarKind, StructType } from '../message-type.ts';
import { writeJson } from '../write-json.ts';
import { isOneAscii } from './scalar-text.ts';

/** A message as a form holds it: texts as they were typed, right or wrong. Beside its `FieldType` it needs no more. */
export type FormValue =
  /** A number, or a character in quotes. */
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'bool'; readonly isOn: boolean }
  /** An enumerator's name, or a number that no enumerator has. */
  | { readonly kind: 'enum'; readonly text: string }
  | FormStruct
  /** Of a list (as many as there are) or an array (always `length`). */
  | { readonly kind: 'items'; readonly items: readonly FormValue[] }
  /** Of a `ring::text`, or of an array of char. */
  | FormText
  /** JSON: the elements of a buffer to be made, the handle of one that is there, or null. */
  | { readonly kind: 'buffer'; readonly text: string };

export interface FormStruct {
  readonly kind: 'struct';
  /** In the order of the struct. */
  readonly fields: readonly { readonly name: string; readonly value: FormValue }[];
}

export interface FormText {
  readonly kind: 'text';
  /** `base64` for bytes that are not UTF-8. */
  readonly encoding: 'utf8' | 'base64';
  readonly text: string;
}

/** Something given that the struct has no place for. */
export interface Leftover {
  readonly path: string;
  readonly json: Json;
}

export interface FormState {
  readonly value: FormStruct;
  readonly leftovers: readonly Leftover[];
}

/** Defaults where there are some, zeros elsewhere. */
export function initialForm(type: StructType): FormState {
  return formFromJson(type, {});
}

/**
 * Takes any JSON (bigints included): what the struct has a place for, wrong values too, is in the form; all else is left
 * over. Fields that are not given get their defaults.
 */
export function formFromJson(type: StructType, json: unknown): FormState {
  const leftovers: Leftover[] = [];
  const value = new FormReader(leftovers).struct(type, json, '');
  return { value, leftovers };
}

/** The value that a field has before anybody changes it. */
export function initialValue(field: Field): FormValue {
  return new FormReader([]).field(field, undefined, field.name);
}

/** An element as lists add it. */
export function initialElement(type: FieldType): FormValue {
  return new FormReader([]).value(type, undefined, '');
}

class FormReader {
  readonly #leftovers: Leftover[];

  constructor(leftovers: Leftover[]) {
    this.#leftovers = leftovers;
  }

  struct(type: StructType, json: unknown, path: string): FormStruct {
    const given = isObject(json) ? json : {};
    if (!isObject(json)) this.#leave(json, path);
    const fields = type.fields.map((field) => ({
      name: field.name,
      value: this.field(
        field,
        Object.hasOwn(given, field.name) ? given[field.name] : undefined,
        fieldPath(path, field.name),
      ),
    }));
    for (const [key, value] of Object.entries(given)) {
      if (!type.fields.some(({ name }) => name === key)) this.#leave(value, fieldPath(path, key));
    }
    return { kind: 'struct', fields };
  }

  field(field: Field, json: unknown, path: string): FormValue {
    return this.value(field.type, json === undefined ? field.default : json, path);
  }

  value(type: FieldType, json: unknown, path: string): FormValue {
    switch (type.kind) {
      case 'scalar':
        return type.scalar === 'bool' ? this.#bool(json, path) : this.#scalar(type.scalar, json, path);
      case 'enum':
        return this.#enumerator(type, json, path);
      case 'struct':
        return this.struct(type.struct, json ?? {}, path);
      case 'array':
        return this.#array(type, json, path);
      case 'text':
        return this.#text(json, path);
      case 'list':
        return { kind: 'items', items: this.#elements(type.element, this.#arrayOr(json, path), path) };
      case 'buffer':
        return { kind: 'buffer', text: json === undefined ? '[]' : writeJson(plainJson(json)) };
      default:
        return assertNever(type);
    }
  }

  #bool(json: unknown, path: string): FormValue {
    const isOn = json === true || json === 1 || json === 'true';
    if (!isOn && json !== undefined && json !== false && json !== 0 && json !== 'false') this.#leave(json, path);
    return { kind: 'bool', isOn };
  }

  #scalar(kind: ScalarKind, json: unknown, path: string): FormValue {
    const text = scalarText(kind, json);
    if (text === undefined) this.#leave(json, path);
    return { kind: 'scalar', text: text ?? '0' };
  }

  #enumerator(type: FieldType & { kind: 'enum' }, json: unknown, path: string): FormValue {
    const text = typeof json === 'string' ? json : isNumeric(json) ? String(json) : undefined;
    if (text === undefined) this.#leave(json, path);
    return { kind: 'enum', text: text ?? type.enum.values[0]?.name ?? '0' };
  }

  #array(type: FieldType & { kind: 'array' }, json: unknown, path: string): FormValue {
    if (isCharArray(type) && (typeof json === 'string' || json === undefined)) {
      return { kind: 'text', encoding: 'utf8', text: json ?? '' };
    }
    const given = this.#arrayOr(json, path);
    given.slice(type.length).forEach((extra, index) => this.#leave(extra, `${path}[${type.length + index}]`));
    const padded = Array.from({ length: type.length }, (_, index) => given[index]);
    return { kind: 'items', items: this.#elements(type.element, padded, path) };
  }

  #elements(type: FieldType, json: readonly unknown[], path: string): FormValue[] {
    return json.map((element, index) => this.value(type, element, `${path}[${index}]`));
  }

  #arrayOr(json: unknown, path: string): readonly unknown[] {
    if (Array.isArray(json)) return json;
    this.#leave(json, path);
    return [];
  }

  #text(json: unknown, path: string): FormText {
    if (typeof json === 'string') return { kind: 'text', encoding: 'utf8', text: json };
    if (isObject(json) && typeof json['base64'] === 'string' && Object.keys(json).length === 1) {
      return { kind: 'text', encoding: 'base64', text: json['base64'] };
    }
    this.#leave(json, path);
    return { kind: 'text', encoding: 'utf8', text: '' };
  }

  #leave(json: unknown, path: string): void {
    if (json !== undefined) this.#leftovers.push({ path, json: plainJson(json) });
  }
}

function scalarText(kind: ScalarKind, json: unknown): string | undefined {
  if (json === undefined) return '0';
  if (Object.is(json, -0)) return '-0';
  if (isNumeric(json)) return String(json);
  if (typeof json !== 'string') return undefined;
  return kind === 'char' && isOneAscii(json) ? `'${json}'` : json;
}

export function isCharArray(type: FieldType & { kind: 'array' }): boolean {
  return type.element.kind === 'scalar' && type.element.scalar === 'char';
}

function isNumeric(json: unknown): json is number | bigint {
  return typeof json === 'number' || typeof json === 'bigint';
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Bigints become decimal strings, which is how JSON writes them. */
function plainJson(json: unknown): Json {
  if (typeof json === 'bigint') return String(json);
  if (Array.isArray(json)) return json.map(plainJson);
  if (isObject(json)) return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, plainJson(value)]));
  return json as Json; // what is left of JSON: null, booleans, numbers, strings
}
