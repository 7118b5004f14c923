import type { Readable } from 'node:stream';

import { didYouMean } from '../../app/base/did-you-mean.ts';
import { StudioError } from '../../app/base/studio-error.ts';
import { parseArguments } from './command/arguments.ts';
import type { Command, CommandContext } from './command/command.ts';
import { commandHelp, overview } from './command/help.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { checkCommand, validateCommand } from './check-command.ts';
import { compareCommand } from './compare/compare-command.ts';
import { describeCommand } from './describe/describe-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { execCommand } from './exec/exec-command.ts';
import { precompileCommand } from './precompile/precompile-command.ts';
import { serveCommand } from './serve/serve-command.ts';
import { tourCommand } from './tour/tour-command.ts';
import { typesCommand } from './types-command.ts';
import { verifyCommand } from './verify-cuda/verify-command.ts';
import { runCommand } from './run/run-command.ts';
import { productVersion } from './product-version.ts';

const commands: readonly Command[] = [
  runCommand,
  execCommand,
  compareCommand,
  checkCommand,
  validateCommand,
  describeCommand,
  typesCommand,
  precompileCommand,
  serveCommand,
  doctorCommand,
  verifyCommand,
  tourCommand,
];

export interface CommandLineContext extends CommandContext {
  /** Tells the user about an error. */
  readonly report: (error: unknown) => void;
}

/** Runs the command that the arguments name; gives the process' exit code. Never rejects. */
export async function runCommandLine(argv: readonly string[], context: CommandLineContext): Promise<ExitCode> {
  let stdin: Readable | undefined;
  const openStdin = (): Readable => (stdin = context.openStdin());
  try {
    return await dispatch(argv, { ...context, openStdin });
  } catch (error) {
    context.report(error);
    return exitCodeOf(error);
  } finally {
    stdin?.destroy();
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  if (name === undefined) {
    terminal.note(overview(commands).trimEnd());
    return ExitCode.badInput;
  }
  if (name === '--version' || name === '-V') {
    await terminal.write(`${productVersion()}\n`);
    return ExitCode.done;
  }
  const isHelp = name === '--help' || name === '-h' || name === 'help';
  if (isHelp && rest[0] === undefined) {
    await terminal.write(overview(commands));
    return ExitCode.done;
  }
  const command = findCommand(isHelp ? (rest[0] ?? '') : name);
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    await terminal.write(commandHelp(command));
    return ExitCode.done;
  }
  return command.run(parseArguments(command, rest), context);
}

/** @throws StudioError `UnknownCommand` */
function findCommand(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  if (name.startsWith('-'))
    throw new StudioError('UnknownOption', `there is no option '${name}'.`, { tip: 'See: ringstudio --help' });
  const hint = didYouMean(name, names);
  const isFile = /\.(cu|json)$/.test(name);
  const tip = isFile ? `To run it: ringstudio run ${name}` : (hint ?? `Commands: ${names.join(', ')}.`);
  throw new StudioError('UnknownCommand', `there is no command '${name}'.`, { tip });
}
