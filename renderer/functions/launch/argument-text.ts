import { z } from 'zod';

import { StudioError } from '../../../app/base/studio-error.ts';
import { MAX_SEED, parseArgument } from '../../../app/model/argument-spec.ts';
import { cudaVectorParts } from '../../../app/model/cuda-vector.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import type { FieldType } from '../../../app/model/message-type.ts';
import type { FunctionParameter } from '../../../app/model/program.ts';
import { valueProblem } from './value-problem.ts';

/** What the buffer of a pointer holds before the launch, or what stands in its place. */
const contents = z.enum(['zeros', 'ones', 'iota', 'random', 'values', 'file', 'same', 'null']);
export type Contents = z.infer<typeof contents>;

/** The argument of one parameter as it is typed. What a choice does not need is kept for when it is chosen again. */
export const argumentDraft = z
  .object({
    contents,
    /** Element type of a buffer for `void*`. */
    element: z.string(),
    count: z.string(),
    seed: z.string(),
    values: z.string(),
    /** Without the `@`. */
    path: z.string(),
    /** Number of the argument whose buffer it is, from 1. */
    same: z.string(),
    /** Of what is no pointer. */
    value: z.string(),
  })
  .readonly();
export type ArgumentDraft = z.infer<typeof argumentDraft>;

export type ArgumentField = Exclude<keyof ArgumentDraft, 'contents'>;

export function freshArgument({ type }: FunctionParameter): ArgumentDraft {
  const isRead = type.kind === 'pointer' && type.isConst && choicesOf(type.element).includes('iota');
  return {
    contents: isRead ? 'iota' : 'zeros',
    element: 'float',
    count: '1024',
    seed: '',
    values: '',
    path: '',
    same: '',
    value: type.kind === 'value' && type.type.kind === 'enum' ? (type.type.enum.values[0]?.name ?? '') : '',
  };
}

/** What a pointer to such elements can be given. */
export function choicesOf(element: FieldType | undefined): readonly Contents[] {
  const isNumbers = element === undefined || element.kind === 'scalar' || isVector(element);
  if (isNumbers) return ['zeros', 'ones', 'iota', 'random', 'values', 'file', 'same', 'null'];
  return isNameable(element) ? ['zeros', 'values', 'file', 'same', 'null'] : ['file', 'same', 'null'];
}

/** CUDA's vectors are filled number by number. */
function isVector(element: FieldType): boolean {
  return element.kind === 'struct' && cudaVectorParts(element.struct.name) !== undefined;
}

/** Whether an argument can name the type: templates and enumerations cannot be written there. */
function isNameable(element: FieldType): boolean {
  return element.kind === 'scalar' || (element.kind === 'struct' && /^[A-Za-z_][\w: ]*$/.test(element.struct.name));
}

/** The text that `ringstudio exec --arg` and a launch take. */
export function argumentText(draft: ArgumentDraft, { type }: FunctionParameter): string {
  if (type.kind === 'value') return valueText(draft.value.trim(), type.type);
  const name = type.element === undefined ? draft.element.trim() : cppName(type.element);
  switch (draft.contents) {
    case 'null':
      return 'null';
    case 'same':
      return `same:${draft.same.trim()}`;
    case 'file':
      return type.element !== undefined && !isNameable(type.element)
        ? `@${draft.path.trim()}`
        : `${name}[]=@${draft.path.trim()}`;
    case 'values':
      return `${name}[]=${draft.values.trim()}`;
    case 'random':
      return `${name}[${wholeText(draft.count)}]=random${draft.seed.trim() === '' ? '' : `:${draft.seed.trim()}`}`;
    case 'zeros':
    case 'ones':
    case 'iota':
      return `${name}[${wholeText(draft.count)}]=${draft.contents}`;
  }
}

function valueText(text: string, type: FieldType): string {
  if (type.kind === 'scalar') return `${cppName(type)}:${text}`;
  if (type.kind === 'enum' && type.enum.values.some(({ name }) => name === text)) return JSON.stringify(text);
  return text;
}

/** `1,024` as people write it. */
function wholeText(text: string): string {
  return text.replaceAll(/[\s,_]/g, '');
}

export interface ArgumentProblem {
  readonly field: ArgumentField;
  readonly message: string;
  /** Nothing was typed yet: no mistake before the person wants to launch. */
  readonly isMissing?: true;
}

/** What is wrong with an argument, in a sentence; `index` is its parameter's, among `all`. */
export function argumentProblem(
  draft: ArgumentDraft,
  index: number,
  all: readonly { readonly parameter: FunctionParameter; readonly draft: ArgumentDraft }[],
): ArgumentProblem | undefined {
  const { parameter } = all[index]!;
  const { type } = parameter;
  const field = type.kind === 'value' ? 'value' : fieldOf(draft);
  if (field !== undefined && draft[field].trim() === '' && field !== 'seed')
    return { field, message: missing[field], isMissing: true };
  if (field === 'seed' && !isSeed(draft.seed.trim()))
    return { field, message: `The seed is a whole number up to ${MAX_SEED.toLocaleString('en-US')}` };
  if (type.kind === 'pointer' && draft.contents === 'same') return sameProblem(draft, index, all);
  const text = argumentText(draft, parameter);
  try {
    const spec = parseArgument(text, parameter.name);
    if (type.kind === 'pointer' || spec.kind !== 'value') return undefined;
    const message = valueProblem(spec.value, type.type);
    return message === undefined ? undefined : { field: 'value', message };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    // `--arg 1 'text': why.`: the field itself shows the rest.
    const why = error.message.slice(`${parameter.name} '${text}': `.length);
    return { field: field ?? 'count', message: sentence(why) };
  }
}

const missing: Readonly<Record<ArgumentField, string>> = {
  value: 'It needs a value',
  count: 'It needs a number of elements',
  seed: '',
  values: 'It needs values: [1, 2, 3]',
  path: 'It needs a .npy or .json file of the project',
  same: 'It needs an argument whose buffer it is',
  element: 'It needs a type of element: float',
};

/** The field that a choice of contents needs. */
function fieldOf({ contents, count }: ArgumentDraft): ArgumentField | undefined {
  switch (contents) {
    case 'values':
      return 'values';
    case 'file':
      return 'path';
    case 'same':
      return 'same';
    case 'random':
      return count.trim() === '' || !/^[1-9]\d{0,9}$/.test(wholeText(count)) ? 'count' : 'seed';
    case 'zeros':
    case 'ones':
    case 'iota':
      return 'count';
    case 'null':
      return undefined;
  }
}

function isSeed(text: string): boolean {
  return /^\d*$/.test(text) && Number(text) <= MAX_SEED;
}

function sameProblem(
  draft: ArgumentDraft,
  index: number,
  all: readonly { readonly parameter: FunctionParameter; readonly draft: ArgumentDraft }[],
): ArgumentProblem | undefined {
  const other = /^[1-9]\d*$/.test(draft.same) ? all[Number(draft.same) - 1] : undefined;
  const isBuffer = other?.parameter.type.kind === 'pointer' && other.draft.contents !== 'null';
  if (isBuffer && Number(draft.same) <= index) return undefined;
  return { field: 'same', message: `Argument ${draft.same} is no buffer before this one` };
}

function sentence(why: string): string {
  const text = why.replace(/\.$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
