import type { Readable } from 'node:stream';

import type { Terminal } from '../terminal.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Arguments } from './arguments.ts';

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in help, `FILE`. A flag has none. */
  readonly value?: string;
  readonly isRepeatable?: boolean;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** One line of the overview. */
  readonly summary: string;
  /** What follows the name, `<kernel.cu> [--json]`. */
  readonly usage: string;
  /** Paragraphs of the command's own help. */
  readonly description: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
}

export interface Command extends CommandSpec {
  run(args: Arguments, context: CommandContext): Promise<ExitCode>;
}

/** What a command has of its process. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Only who reads it opens it: an open stdin keeps the process alive. */
  readonly openStdin: () => Readable;
  readonly cwd: string;
  /** Aborted with a `Stop` when the command is to end early. */
  readonly signal: AbortSignal;
}
