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

/** The first signal ends everything in order, the second one at once. */
function endOn(signal: NodeJS.Signals, exitCode: ExitCode): void {
  let isFirst = true;
  // Not `once`: what cleans up temporary files when the process ends (write-file-atomic) ends it where nobody else listens.
  const listener = (): void => {
    if (isFirst) stop.abort(new Stop(exitCode));
    else process.off(signal, listener).kill(process.pid, signal);
    isFirst = false;
  };
  process.on(signal, listener);
}

endOn('SIGINT', ExitCode.interrupted);
endOn('SIGTERM', ExitCode.terminated);
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
