import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { mostSharedBytes } from '../../../app/model/dim3.ts';
import type { FunctionInfo } from '../../../app/model/program.ts';
import { defaultLaunchLimitMs, maxLaunchLimitMs } from '../../../app/model/launch-limits.ts';
import { usageError, type Arguments } from '../command/arguments.ts';
import { MAX_SEED, parseArgument, type ArgumentSpec } from '../../../app/model/argument-spec.ts';
import { execSpec } from './exec-spec.ts';

/** What the command line asks for, as far as that is known without the program. */
export interface ExecPlan {
  readonly functionName: string | undefined;
  readonly grid: readonly [number, number, number];
  readonly block: readonly [number, number, number];
  readonly sharedBytes: number;
  readonly isCooperative: boolean;
  readonly timeLimitMs: number;
  readonly seed: number;
  readonly args: readonly ArgumentSpec[];
  readonly symbols: readonly SymbolSetting[];
  readonly prints: readonly string[];
  readonly saves: readonly Save[];
}

export interface SymbolSetting {
  readonly name: string;
  readonly text: string;
}

export interface Save {
  /** Which argument: a number from 1, or a parameter's name. */
  readonly which: string;
  readonly path: string;
}

/** @throws StudioError `InvalidOption`, `MissingOption` */
export function planExec(args: Arguments): ExecPlan {
  return {
    functionName: args.text('function'),
    grid: dimensions(args, 'grid'),
    block: dimensions(args, 'block'),
    sharedBytes: args.integer('shared', { min: 0, max: mostSharedBytes }) ?? 0,
    isCooperative: args.has('cooperative'),
    timeLimitMs: args.integer('time-limit', { min: 1, max: maxLaunchLimitMs }) ?? defaultLaunchLimitMs,
    seed: args.integer('seed', { min: 0, max: MAX_SEED }) ?? 0,
    args: args.texts('arg').map((text, index) => parseArgument(text, `--arg ${index + 1}`)),
    symbols: args.texts('symbol').map(parseSymbol),
    prints: args.texts('print'),
    saves: args.texts('save').map(parseSave),
  };
}

function dimensions(args: Arguments, option: 'grid' | 'block'): readonly [number, number, number] {
  const text = args.text(option);
  if (text === undefined) throw usageError(execSpec, 'MissingOption', `'exec' needs --${option} X[,Y,Z].`);
  const parts = text.split(/[,x]/); // as `run` takes them too
  if (parts.length > 3 || parts.some((part) => !/^[1-9]\d{0,9}$/.test(part)))
    throw usageError(
      execSpec,
      'InvalidOption',
      `--${option} takes one to three whole numbers from 1 on, not '${text}'.`,
    );
  const [x = 1, y = 1, z = 1] = parts.map(Number);
  return [x, y, z];
}

function parseSymbol(text: string): SymbolSetting {
  const [, name, value] = /^([A-Za-z_][\w:]*)=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return { name, text: value };
  throw usageError(execSpec, 'InvalidOption', `--symbol takes NAME=VALUE, such as scale=0.5; not '${text}'.`);
}

function parseSave(text: string): Save {
  const [, which, path] = /^(\w+)=(.+)$/s.exec(text) ?? [];
  if (which === undefined || path === undefined)
    throw usageError(execSpec, 'InvalidOption', `--save takes N=FILE, such as 2=out.npy; not '${text}'.`);
  if (/\.(?:npy|json)$/.test(path)) return { which, path };
  throw usageError(execSpec, 'InvalidOption', `--save '${path}' is neither a .npy nor a .json file.`);
}

/**
 * Which parameter a number from 1 or a name means; undefined for no parameter.
 *
 * @throws StudioError `InvalidOption` for a number beyond the parameters
 */
export function parameterIndex({ name, parameters }: FunctionInfo, which: string, option: string): number | undefined {
  if (!/^\d+$/.test(which)) {
    const index = parameters.findIndex((parameter) => parameter.name === which);
    return index < 0 ? undefined : index;
  }
  const number = Number(which);
  if (number >= 1 && number <= parameters.length) return number - 1;
  throw new StudioError(
    'InvalidOption',
    `${option} ${which}: '${name}' has ${parameters.length} ${parameters.length === 1 ? 'parameter' : 'parameters'}.`,
    {
      tip: 'They count from 1.',
    },
  );
}

/** @throws StudioError `InvalidOption` that what is named is neither a parameter nor a variable */
export function noSuchThing(option: string, which: string, names: readonly string[]): StudioError {
  const hint = didYouMean(which, names);
  const list = `Parameters and variables: ${names.join(', ')}.`;
  return new StudioError('InvalidOption', `${option} '${which}': there is none of that name.`, {
    tip: hint === undefined ? list : `${list} ${hint}`,
  });
}
