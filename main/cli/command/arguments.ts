import { parseArgs, type ParseArgsConfig } from 'node:util';

import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { dimProblem, shortDim, type DimLimits, type DimSpec } from '../../../app/model/dim3.ts';
import type { CommandSpec, OptionSpec } from './command-spec.ts';

/** A whole number's limits, both included. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** The parsed arguments of one command. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #spec: CommandSpec;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(spec: CommandSpec, positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.#spec = spec;
    this.positionals = positionals;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** @throws StudioError `InvalidOption` */
  integer(name: string, { min, max }: IntegerRange): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw usageError(
      this.#spec,
      'InvalidOption',
      `--${name} takes a whole number from ${min} to ${max}, not '${text}'.`,
    );
  }

  /** `256`, `16x16`, `8x8x4`, with commas as well. @throws StudioError `InvalidOption` */
  dim(name: string, limits: DimLimits): DimSpec | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const sizes = /^\d+([x,]\d+){0,2}$/.test(text) ? text.split(/[x,]/).map(Number) : [];
    const problem = sizes.length === 0 ? undefined : dimProblem(sizes, limits);
    if (sizes.length > 0 && problem === undefined) return shortDim(sizes);
    const why = problem === undefined ? '.' : `: ${problem}`;
    throw usageError(this.#spec, 'InvalidOption', `--${name} takes 256, 16x16 or 8x8x4, not '${text}'${why}`);
  }

  /** @throws StudioError `InvalidOption` naming what was probably meant */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    const hint = didYouMean(text, choices);
    const message = `--${name} takes ${choices.join(', ')}; not '${text}'.${hint === undefined ? '' : ` ${hint}`}`;
    throw usageError(this.#spec, 'InvalidOption', message);
  }

  /**
   * The only positional argument.
   *
   * @throws StudioError `MissingArgument`, `TooManyArguments`
   */
  only(what: string): string {
    const [first, ...others] = this.positionals;
    if (first === undefined) throw usageError(this.#spec, 'MissingArgument', `'${this.#spec.name}' needs ${what}.`);
    if (others.length > 0) {
      const message = `'${this.#spec.name}' takes one file; there are ${this.positionals.length}: ${this.positionals.join(', ')}.`;
      throw usageError(this.#spec, 'TooManyArguments', message);
    }
    return first;
  }

  /** @throws StudioError `TooManyArguments` */
  none(): void {
    if (this.positionals.length === 0) return;
    const message = `'${this.#spec.name}' takes no files; found '${this.positionals.join(' ')}'.`;
    throw usageError(this.#spec, 'TooManyArguments', message);
  }
}

export function usageError(spec: Pick<CommandSpec, 'name'>, code: string, message: string): StudioError {
  return new StudioError(code, message, { tip: `See: ringstudio ${spec.name} --help` });
}

/**
 * Reads what follows a command's name.
 *
 * @throws StudioError `UnknownOption`, `InvalidOption`
 */
export function parseArguments(spec: CommandSpec, argv: readonly string[]): Arguments {
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    spec.options.map(({ name, short, value }) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short === undefined ? {} : { short }) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  const values = new Map<string, readonly string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = findOption(spec, token);
    const value = checkValue(spec, option, token);
    const earlier = values.get(option.name) ?? [];
    if (earlier.length > 0 && option.value !== undefined && option.isRepeatable !== true)
      throw usageError(spec, 'InvalidOption', `--${option.name} is given more than once.`);
    values.set(option.name, [...earlier, value]);
  }
  return new Arguments(spec, positionals, values);
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function findOption(spec: CommandSpec, { name, rawName }: OptionToken): OptionSpec {
  const found = spec.options.find((option) => option.name === name);
  if (found !== undefined) return found;
  const names = spec.options.map((option) => option.name);
  const hint = didYouMean(name, names)?.replace("'", "'--");
  const message = `'${spec.name}' has no option '${rawName}'.${hint === undefined ? '' : ` ${hint}`}`;
  throw usageError(spec, 'UnknownOption', message);
}

/** The option's value; '' for a flag. */
function checkValue(spec: CommandSpec, option: OptionSpec, { value, rawName, inlineValue }: OptionToken): string {
  if (option.value === undefined) {
    if (value === undefined) return '';
    throw usageError(spec, 'InvalidOption', `${rawName} takes no value; found '${value}'.`);
  }
  const isOption = inlineValue !== true && spec.options.some(({ name }) => value === `--${name}`);
  if (value !== undefined && !isOption) return value;
  throw usageError(spec, 'InvalidOption', `${rawName} needs a value: ${rawName} ${option.value}.`);
}
