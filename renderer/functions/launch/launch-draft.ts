import { z } from 'zod';

import {
  blockLimits,
  dimProblem,
  dimTotal,
  mostSharedBytes,
  type Dim3,
  type DimLimits,
} from '../../../app/model/dim3.ts';
import type { LaunchInput } from '../../../app/contract/functions.ts';
import { defaultLaunchLimitMs, launchGridLimits, maxLaunchLimitMs } from '../../../app/model/launch-limits.ts';
import type { FunctionInfo, FunctionParameter, SymbolInfo } from '../../../app/model/program.ts';
import { parseJson } from '../../../app/model/json-text.ts';
import { formatCount } from '../../ui/format.ts';
import { argumentDraft, argumentProblem, argumentText, freshArgument, type ArgumentDraft } from './argument-text.ts';
import { valueProblem } from './value-problem.ts';

const dimText = z.tuple([z.string(), z.string(), z.string()]).readonly();
type DimText = z.infer<typeof dimText>;

/** A launch in the making, as it is typed. */
export const launchDraft = z
  .object({
    grid: dimText,
    block: dimText,
    sharedBytes: z.string(),
    isCooperative: z.boolean(),
    timeLimitMs: z.string(),
    /** By the parameter's name: they outlive a change of the signature. */
    args: z.record(z.string(), argumentDraft).readonly(),
    /** By name; empty ones keep the value that they have. */
    symbols: z.record(z.string(), z.string()).readonly(),
  })
  .readonly();
export type LaunchDraft = z.infer<typeof launchDraft>;

export const freshLaunch: LaunchDraft = {
  grid: ['4', '', ''],
  block: ['256', '', ''],
  sharedBytes: '0',
  isCooperative: false,
  timeLimitMs: defaultLaunchLimitMs.toString(),
  args: {},
  symbols: {},
};

export function argumentOf(draft: LaunchDraft, parameter: FunctionParameter): ArgumentDraft {
  return { ...freshArgument(parameter), ...draft.args[parameter.name] };
}

/** Empty dimensions are 1; NaN for what is no number. */
export function readDim(text: DimText): Dim3 {
  const [x, y, z] = text;
  return [readWhole(x), readWhole(y), readWhole(z)];
}

function readWhole(text: string): number {
  const digits = text.replaceAll(/[\s,_]/g, '');
  return digits === '' ? 1 : /^\d+$/.test(digits) ? Number(digits) : NaN;
}

/** `4 blocks × 256 threads = 1,024 threads` */
export function shapeText(grid: Dim3, block: Dim3): string {
  const [blocks, threads] = [dimTotal(grid), dimTotal(block)];
  const [blockWord, threadWord] = [blocks === 1 ? 'block' : 'blocks', threads === 1 ? 'thread' : 'threads'];
  const product = `${formatCount(blocks)} ${blockWord} × ${formatCount(threads)} ${threadWord}`;
  return `${product} = ${formatCount(blocks * threads)} ${blocks * threads === 1 ? 'thread' : 'threads'}`;
}

/** What goes to the host but for its names and the hash. */
export type ReadyLaunch = Pick<
  LaunchInput,
  'grid' | 'block' | 'sharedBytes' | 'isCooperative' | 'timeLimitMs' | 'args' | 'symbols'
>;

export interface CheckedLaunch {
  /** By `grid`, `block`, `sharedBytes`, `timeLimitMs`, `arg:NAME`, `symbol:NAME`. */
  readonly problems: Readonly<Record<string, string>>;
  /** Keys of those that say that nothing was typed yet. */
  readonly missing: ReadonlySet<string>;
  /** Undefined while there are problems. */
  readonly ready: ReadyLaunch | undefined;
}

/** The launch as it would be sent, or what is wrong with it. */
export function checkLaunch(
  draft: LaunchDraft,
  { parameters }: Pick<FunctionInfo, 'parameters'>,
  symbols: readonly SymbolInfo[],
): CheckedLaunch {
  const problems: Record<string, string> = {};
  const [grid, block] = [readDim(draft.grid), readDim(draft.block)];
  const note = (key: string, problem: string | undefined): void => {
    if (problem !== undefined) problems[key] = problem;
  };
  note('grid', sizeProblem(grid, launchGridLimits));
  note('block', sizeProblem(block, blockLimits));
  note('sharedBytes', rangeProblem(draft.sharedBytes, { min: 0, max: mostSharedBytes, unit: ' bytes' }));
  note('timeLimitMs', rangeProblem(draft.timeLimitMs, { min: 1, max: maxLaunchLimitMs, unit: ' ms' }));
  const all = parameters.map((parameter) => ({ parameter, draft: argumentOf(draft, parameter) }));
  const missing = new Set<string>();
  for (const [index, { parameter, draft: argument }] of all.entries()) {
    const problem = argumentProblem(argument, index, all);
    note(`arg:${parameter.name}`, problem?.message);
    if (problem?.isMissing === true) missing.add(`arg:${parameter.name}`);
  }
  const given = symbols.filter(({ name }) => (draft.symbols[name] ?? '').trim() !== '');
  for (const symbol of given) note(`symbol:${symbol.name}`, symbolProblem(draft.symbols[symbol.name]!.trim(), symbol));
  if (Object.keys(problems).length > 0) return { problems, missing, ready: undefined };
  const ready: ReadyLaunch = {
    grid: [...grid],
    block: [...block],
    sharedBytes: readWhole(draft.sharedBytes),
    isCooperative: draft.isCooperative,
    timeLimitMs: readWhole(draft.timeLimitMs),
    args: all.map(({ parameter, draft: argument }) => argumentText(argument, parameter)),
    symbols: given.map(({ name }) => ({ name, text: draft.symbols[name]!.trim() })),
  };
  return { problems, missing, ready };
}

function sizeProblem(dim: Dim3, limits: DimLimits): string | undefined {
  return dimProblem(dim, limits)?.replace('is NaN', 'is no number');
}

function rangeProblem(text: string, { min, max, unit }: { min: number; max: number; unit: string }) {
  const value = text.trim() === '' ? NaN : readWhole(text);
  return value >= min && value <= max ? undefined : `Use ${formatCount(min)} to ${formatCount(max)}${unit}`;
}

function symbolProblem(text: string, { type, name }: SymbolInfo): string | undefined {
  if (text.startsWith('@')) return /\.(?:npy|json)$/.test(text) ? undefined : 'The file is neither .npy nor .json';
  const parsed = parseJson({ text, file: name });
  return 'problem' in parsed ? 'It is no JSON, and no @file.npy or @file.json' : valueProblem(parsed.value, type);
}
