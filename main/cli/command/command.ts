import type { Readable } from 'node:stream';

import type { Terminal } from '../terminal.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Arguments } from './arguments.ts';
import type { CommandSpec } from './command-spec.ts';

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
