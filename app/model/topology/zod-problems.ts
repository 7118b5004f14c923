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
  const known = keysAt(schema, issue.path);
  return issue.keys.map((key) => ({
    severity: 'error',
    code: 'unknown-field',
    message: `There is no field '${key}' here. Fields: ${known.join(', ')}.`,
    path: fieldPath(pathText(issue.path), key),
    ...suggestion(key, known),
  }));
}

/** The field names of the object schema that a path leads to. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const segment of path) {
    current = unwrap(current);
    current = current instanceof z.ZodArray ? current.element : shapeOf(current)[String(segment)];
  }
  return Object.keys(shapeOf(unwrap(current)));
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
