import { runCommandLine } from './command-line.ts';
import { reportError } from './error-report.ts';
import { ExitCode, Stop } from './exit-code.ts';
import { createTerminal } from './terminal.ts';

const isDebug = process.env['RINGSTUDIO_DEBUG'] === '1';
const stop = new AbortController();
const terminal = createTerminal(process.stdout, process.stderr, () => {
  stop.abort(new Stop(ExitCode.done));
});
const report = (error: unknown): void => {
  reportError(terminal, error, { cwd: process.cwd(), isDebug });
};

// Once: the second signal finds no listener and ends the process at once.
process.once('SIGINT', () => {
  stop.abort(new Stop(ExitCode.interrupted));
});
process.once('SIGTERM', () => {
  stop.abort(new Stop(ExitCode.terminated));
});
process.on('uncaughtException', (error) => {
  report(error);
  // eslint-disable-next-line no-restricted-syntax -- the state is unknown: nothing can be ended in order any more
  process.exit(ExitCode.internalError);
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal,
  openStdin: () => process.stdin,
  cwd: process.cwd(),
  signal: stop.signal,
  report,
});
