import type { Problem } from '../../base/studio-error.ts';
import { encodeJson } from '../codec/json-encode.ts';
import { fieldPath } from '../codec/json-place.ts';
import type { FieldType, StructType } from '../message-type.ts';
import { fieldTypeAt, parseFieldPath, type PathSegment } from './field-path.ts';

/** What placeholders stand for. */
export interface Moment {
  /** Number of the message, from 0. */
  readonly sequence: number;
  /** Unix time in ms. */
  readonly timeMs: number;
}

/** What fills a field in each message: a value that the field's type takes. */
export interface FieldFill {
  /** `place.x`, `points[0]` */
  readonly path: string;
  readonly value: (moment: Moment) => unknown;
  /** Values that it may give, as far as they can be told in advance: they are checked. */
  readonly samples: readonly unknown[];
}

export type Template =
  | { readonly make: (moment: Moment) => Readonly<Record<string, unknown>> }
  /** Paths begin with `message` or `fields`. */
  | { readonly problems: readonly Problem[] };

interface TemplateParts {
  readonly type: StructType;
  /** As in the document: its strings may hold placeholders. */
  readonly message: Readonly<Record<string, unknown>>;
  readonly fills: readonly FieldFill[];
}

type Make = (moment: Moment) => unknown;

const PLACEHOLDER = /\{(sequence|timeMs)\}/g;
const FIRST: Moment = { sequence: 0, timeMs: 1_000_000_000_000 };

/** Messages of one shape: constants, placeholders, and fields that others fill. */
export function messageTemplate({ type, message, fills }: TemplateParts): Template {
  const root = { ...message };
  const problems: Problem[] = [];
  for (const fill of fills) {
    const problem = place(root, fill, type);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) return { problems };
  const make = compile(root, type, []) as (moment: Moment) => Readonly<Record<string, unknown>>;
  const found = [...check(type, make(FIRST), fills), ...fills.flatMap((fill) => checkFill(fill, { type, make }))];
  return found.length > 0 ? { problems: withoutRepetition(found) } : { make };
}

function withoutRepetition(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path ?? ''}: ${problem.message}`, problem])).values()];
}

/** A fill where the template has a value; the only thing in it that is a function's. */
class Filled {
  readonly value: Make;

  constructor(value: Make) {
    this.value = value;
  }
}

/** Puts the fill into the template, whose containers on the way are copied. */
function place(root: Record<string, unknown>, fill: FieldFill, type: StructType): Problem | undefined {
  const path = parseFieldPath(fill.path);
  if (path === undefined || fieldTypeAt(type, path) === undefined) {
    const names = type.fields.map(({ name }) => name).join(', ');
    return problem(fill.path, 'unknown-field', `${type.name} has no field '${fill.path}'. Fields: ${names}.`);
  }
  let owner: Record<PathSegment, unknown> = root;
  for (const [index, segment] of path.entries()) {
    if (index === path.length - 1) owner[segment] = new Filled(fill.value);
    else {
      const next = copyOf(owner[segment], path[index + 1]);
      if (next === undefined)
        return problem(fill.path, 'missing-field', `'${fill.path}' needs its array in 'message', with all elements.`);
      owner[segment] = next;
      owner = next as Record<PathSegment, unknown>;
    }
  }
  return undefined;
}

function copyOf(container: unknown, next: PathSegment | undefined): object | undefined {
  if (Array.isArray(container))
    return typeof next === 'number' && next < container.length ? [...(container as readonly unknown[])] : undefined;
  if (typeof next === 'number') return undefined;
  return typeof container === 'object' && container !== null ? { ...container } : {};
}

/** The value itself where nothing in it changes, else what makes it. */
function compile(value: unknown, type: StructType, path: readonly PathSegment[]): Make {
  if (value instanceof Filled) return value.value;
  if (typeof value === 'string') return compileText(value, fieldTypeAt(type, path));
  if (typeof value !== 'object' || value === null) return () => value;
  const parts = Object.entries(value).map(([key, part]) => {
    const segment = Array.isArray(value) ? Number(key) : key;
    return { segment, make: compile(part, type, [...path, segment]) };
  });
  if (Array.isArray(value)) return (moment) => parts.map(({ make }) => make(moment));
  return (moment) => {
    const made: Record<string, unknown> = {};
    for (const { segment, make } of parts) made[segment] = make(moment);
    return made;
  };
}

function compileText(text: string, type: FieldType | undefined): Make {
  const isText = type?.kind === 'text' || type?.kind === 'array';
  if (!isText && text === '{sequence}') return ({ sequence }) => sequence;
  if (!isText && text === '{timeMs}') return ({ timeMs }) => (isFloating(type) ? timeMs : Math.floor(timeMs));
  if (text.search(PLACEHOLDER) === -1) return () => text;
  return (moment) => text.replace(PLACEHOLDER, (_, name: keyof Moment) => Math.floor(moment[name]).toString());
}

function isFloating(type: FieldType | undefined): boolean {
  return type?.kind === 'scalar' && (type.scalar === 'f32' || type.scalar === 'f64');
}

interface Filling {
  readonly type: StructType;
  readonly make: (moment: Moment) => Readonly<Record<string, unknown>>;
}

/** Every sample in its place, with the template around it. */
function checkFill({ path, samples }: FieldFill, { type, make }: Filling): readonly Problem[] {
  return samples.flatMap((sample) => {
    const message = make(FIRST);
    let owner: Record<PathSegment, unknown> = message;
    const segments = parseFieldPath(path) ?? [];
    for (const segment of segments.slice(0, -1)) owner = owner[segment] as Record<PathSegment, unknown>;
    owner[segments.at(-1) ?? ''] = sample;
    const isHere = (problemPath: string | undefined): boolean => problemPath?.startsWith(path) === true;
    return encodeJson(type, message, new Uint8Array(type.sizeBytes))
      .filter((found) => isHere(found.path))
      .map((found) => ({ ...found, path: fieldPath('fields', path) }));
  });
}

function check(type: StructType, message: object, fills: readonly FieldFill[]): readonly Problem[] {
  return encodeJson(type, message, new Uint8Array(type.sizeBytes)).map((found) => {
    const inner = found.path ?? '';
    const fill = fills.find(({ path }) => inner.startsWith(path));
    if (fill !== undefined) return { ...found, path: fieldPath('fields', fill.path) };
    return { ...found, path: inner === '' || inner.startsWith('[') ? `message${inner}` : `message.${inner}` };
  });
}

function problem(path: string, code: string, message: string): Problem {
  return { severity: 'error', code, message, path: fieldPath('fields', path) };
}
