import { z } from 'zod';
import { suggestion } from '../../base/did-you-mean.ts';
import type { Problem } from '../../base/studio-error.ts';
import { describeJson, fieldPath } from '../codec/json-place.ts';

type Issue = z.core.$ZodIssue;

/** What zod found wrong with a document, in the words of the user's file. Needs issues that were reported with input. */
export function problemsOfIssues(issues: readonly Issue[], schema: z.ZodType): Problem[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownFields(issue, schema);
    const path = pathText(issue.path);
    if (issue.code === 'invalid_union') return [unionProblem(issue, schema)];
    if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
      const name = String(issue.path.at(-1));
      return [{ severity: 'error', code: 'missing-field', message: `The field '${name}' is missing.`, path }];
    }
    return [{ severity: 'error', path, ...describeIssue(issue) }];
  });
}

function describeIssue(issue: Issue): Pick<Problem, 'code' | 'message' | 'tip'> {
  const found = describeJson(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'wrong-type', message: `Expected ${withArticle(issue.expected)}, found ${found}.` };
    case 'too_small':
      return { code: 'out-of-range', message: `${sentenceStart(found)} is too small: at least ${issue.minimum}.` };
    case 'too_big':
      return { code: 'out-of-range', message: `${sentenceStart(found)} is too large: at most ${issue.maximum}.` };
    case 'invalid_value':
      return invalidValue(issue, found);
    case 'invalid_format':
      return { code: 'wrong-format', message: `${issue.message.replace(/\.$/, '')}; found ${found}.` };
    case 'custom':
      return { code: customCode(issue.params), message: issue.message };
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return { code: 'invalid', message: issue.message };
  }
}

function invalidValue(issue: z.core.$ZodIssueInvalidValue, found: string): Pick<Problem, 'code' | 'message' | 'tip'> {
  const words = issue.values.filter((value) => typeof value === 'string');
  return {
    code: 'unknown-value',
    message: `Expected ${issue.values.map(String).join(', ')}; found ${found}.`,
    ...(typeof issue.input === 'string' ? suggestion(issue.input, words) : {}),
  };
}

function unknownFields(issue: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType): Problem[] {
  const known = keysAt(schema, issue.path, issue.input);
  return issue.keys.map((key) => ({
    severity: 'error',
    code: 'unknown-field',
    message: `There is no field '${key}' here. Fields: ${known.join(', ')}.`,
    path: fieldPath(pathText(issue.path), key),
    ...suggestion(key, known),
  }));
}

/** None of the alternatives: the field that tells them apart is missing, or has a word that means none. */
function unionProblem(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType): Problem {
  const path = pathText(issue.path);
  const name = String(issue.path.at(-1));
  const words = wordsAt(schema, issue.path);
  if (words.length === 0) return { severity: 'error', code: 'invalid', message: issue.message, path };
  if (issue.input === undefined) {
    const message = `The field '${name}' is missing. It is one of ${words.join(', ')}.`;
    return { severity: 'error', code: 'missing-field', message, path };
  }
  // The input of such an issue is the object whose field it is.
  const input: unknown = issue.input;
  const found: unknown = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[name] : input;
  if (found === undefined)
    return {
      severity: 'error',
      code: 'missing-field',
      message: `The field '${name}' is missing. It is one of ${words.join(', ')}.`,
      path,
    };
  const message = `Expected ${words.join(', ')}; found ${describeJson(found)}.`;
  return {
    severity: 'error',
    code: 'unknown-value',
    message,
    path,
    ...(typeof found === 'string' ? suggestion(found, words) : {}),
  };
}

/** The words that the field at a path can be, over all alternatives. */
function wordsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const name = String(path.at(-1));
  return schemasAt(schema, path.slice(0, -1))
    .map((option) => unwrap(shapeOf(option)[name]))
    .flatMap((field) => (field instanceof z.ZodLiteral ? [...field.values].map(String) : []));
}

/** The field names of the object schema that a path leads to; of several, the one that `input` means. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], input: unknown): string[] {
  const options = schemasAt(schema, path);
  const meant = options.find((option) =>
    Object.entries(shapeOf(option)).every(([name, field]) => isWord(field, name, input)),
  );
  return Object.keys(shapeOf(meant ?? options[0]));
}

/** Whether a field that tells alternatives apart has the word that this one wants; true for other fields. */
function isWord(field: unknown, name: string, input: unknown): boolean {
  if (!(field instanceof z.ZodLiteral) || typeof input !== 'object' || input === null) return true;
  return field.values.has((input as Record<string, string>)[name]);
}

/** What a path leads to: several where there are alternatives. */
function schemasAt(schema: z.ZodType, path: readonly PropertyKey[]): unknown[] {
  let current = alternatives(schema);
  for (const segment of path) current = current.flatMap((one) => alternatives(below(one, segment)));
  return current;
}

function below(schema: unknown, segment: PropertyKey): unknown {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return shapeOf(schema)[String(segment)];
}

function alternatives(schema: unknown): unknown[] {
  const plain = unwrap(schema);
  if (plain === undefined) return [];
  return plain instanceof z.ZodDiscriminatedUnion ? plain.options.flatMap(alternatives) : [plain];
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, segment) => (typeof segment === 'number' ? `${text}[${segment}]` : fieldPath(text, String(segment))),
    '',
  );
}

function customCode(params: Readonly<Record<string, unknown>> | undefined): string {
  return typeof params?.['code'] === 'string' ? params['code'] : 'invalid';
}

function withArticle(typeName: string): string {
  const words: Readonly<Record<string, string>> = {
    int: 'an integer',
    record: 'an object',
    array: 'an array',
    object: 'an object',
  };
  return words[typeName] ?? `a ${typeName}`;
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
