import { assertNever } from '../../base/assert-never.ts';
import { encodeUtf8, fromBase64, isWellFormed } from '../codec/utf8.ts';
import { fieldPath } from '../codec/json-place.ts';
import { encodeJsonArrays } from '../codec/json-encode.ts';
import { layoutStruct } from '../layout.ts';
import type { BufferType, EnumType, FieldType, Json, StructType } from '../message-type.ts';
import type { FormStruct, FormText, FormValue } from './form-value.ts';
import { type Parsed, parseInteger, parseScalar } from './scalar-text.ts';

/** The message of the form. What was typed wrong is in it as a string, so that nothing is lost on the way to JSON and back. */
export function formToJson(type: StructType, form: FormStruct): { readonly [key: string]: Json } {
  return structJson(type, form);
}

export function valueToJson(type: FieldType, value: FormValue): Json {
  switch (type.kind) {
    case 'scalar':
      return scalarJson(type, value);
    case 'enum':
      return value.kind === 'enum' ? orText(parseEnumerator(type.enum, value.text), value.text) : null;
    case 'struct':
      return value.kind === 'struct' ? structJson(type.struct, value) : null;
    case 'array':
    case 'list':
      if (value.kind === 'text') return value.text;
      return value.kind === 'items' ? value.items.map((item) => valueToJson(type.element, item)) : null;
    case 'text':
      if (value.kind !== 'text') return null;
      return value.encoding === 'utf8' ? value.text : { base64: value.text };
    case 'buffer':
      return value.kind === 'buffer' ? bufferJson(value.text) : null;
    default:
      return assertNever(type);
  }
}

function structJson(type: StructType, form: FormStruct): { readonly [key: string]: Json } {
  return Object.fromEntries(
    type.fields.map((field, index) => [field.name, valueToJson(field.type, form.fields[index]!.value)]),
  );
}

function scalarJson(type: FieldType & { kind: 'scalar' }, value: FormValue): Json {
  if (value.kind === 'bool') return value.isOn;
  if (value.kind !== 'scalar' || type.scalar === 'bool') return null;
  return orText(parseScalar(type.scalar, value.text), value.text);
}

function orText(parsed: Parsed, text: string): Json {
  return 'json' in parsed ? parsed.json : text;
}

function parseEnumerator(type: EnumType, text: string): Parsed {
  if (type.values.some(({ name }) => name === text)) return { json: text };
  const number = parseInteger(type.underlying, text.trim());
  return 'json' in number ? number : { error: `Use one of ${type.values.map(({ name }) => name).join(', ')}` };
}

/** What is wrong, by the path of the field: `points[2].x` → `Use 0 to 255`. */
export function formProblems(type: StructType, form: FormStruct): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  checkStruct(type, form, { path: '', problems });
  return problems;
}

interface Check {
  readonly path: string;
  readonly problems: Map<string, string>;
}

function checkStruct(type: StructType, form: FormStruct, { path, problems }: Check): void {
  type.fields.forEach((field, index) => {
    checkValue(field.type, form.fields[index]!.value, { path: fieldPath(path, field.name), problems });
  });
}

function checkValue(type: FieldType, value: FormValue, check: Check): void {
  switch (type.kind) {
    case 'scalar':
      if (value.kind === 'scalar' && type.scalar !== 'bool') note(parseScalar(type.scalar, value.text), check);
      break;
    case 'enum':
      if (value.kind === 'enum') note(parseEnumerator(type.enum, value.text), check);
      break;
    case 'struct':
      if (value.kind === 'struct') checkStruct(type.struct, value, check);
      break;
    case 'array':
      checkElements(type, value, check);
      break;
    case 'list':
      if (value.kind === 'items' && value.items.length > type.capacity) {
        check.problems.set(check.path, `Holds at most ${type.capacity}: remove ${value.items.length - type.capacity}`);
      }
      checkElements(type, value, check);
      break;
    case 'text':
      if (value.kind === 'text') checkText(value, type.capacity, check);
      break;
    case 'buffer':
      if (value.kind === 'buffer') checkBuffer(type, value.text, check);
      break;
    default:
      assertNever(type);
  }
}

function checkElements(
  type: FieldType & { kind: 'array' | 'list' },
  value: FormValue,
  { path, problems }: Check,
): void {
  if (value.kind === 'text') {
    if (type.kind === 'array') checkText(value, type.length, { path, problems });
  } else if (value.kind === 'items') {
    value.items.forEach((item, index) => checkValue(type.element, item, { path: `${path}[${index}]`, problems }));
  }
}

/** What is no JSON stays a string, which is no buffer either. */
function bufferJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function checkBuffer(type: BufferType, text: string, { path, problems }: Check): void {
  const probe = layoutStruct({ name: 'form', fields: [{ name: 'value', type }] });
  const [problem] = encodeJsonArrays(
    probe,
    { value: bufferJson(text) },
    { bytes: new Uint8Array(probe.sizeBytes), inline: [] },
  );
  if (problem === undefined) return;
  const place = problem.path?.replace(/^value/, '') ?? '';
  problems.set(path, place === '' ? problem.message : `${place}: ${problem.message}`);
}

function note(parsed: Parsed, { path, problems }: Check): void {
  if ('error' in parsed) problems.set(path, parsed.error);
}

function checkText(value: FormText, capacity: number, { path, problems }: Check): void {
  const bytes = textBytes(value);
  if (bytes === undefined) {
    problems.set(path, value.encoding === 'utf8' ? 'Half a character: UTF-8 cannot hold it' : 'This is not base64');
  } else if (bytes.length > capacity) {
    problems.set(path, `Holds at most ${capacity} bytes: this takes ${bytes.length}`);
  }
}

/** The bytes that a text stands for; undefined when it stands for none. */
export function textBytes({ encoding, text }: FormText): Uint8Array | undefined {
  if (encoding === 'base64') return fromBase64(text);
  return isWellFormed(text) ? encodeUtf8(text) : undefined;
}
