import { expect, test } from 'vitest';
import { StudioError } from '../../app/base/studio-error.ts';
import { reportError } from './error-report.ts';
import { ExitCode, exitCodeOf, Stop } from './exit-code.ts';

function report(error: unknown, isDebug = false): string {
  const lines: string[] = [];
  const terminal = { write: () => Promise.resolve(), note: (line: string) => lines.push(line) };
  reportError(terminal, error, { cwd: '.', isDebug });
  return lines.join('\n');
}

test('an expected failure is its code, what happened and a tip', () => {
  const error = new StudioError('KernelNotFound', "kernel 'x' is not loaded.", { tip: 'Loaded: y.' });
  expect(report(error)).toBe("error: KernelNotFound: kernel 'x' is not loaded. Loaded: y.");
  expect(exitCodeOf(error)).toBe(ExitCode.badInput);
});

test('a fault of ours is one line that says how to see more', () => {
  const error = new TypeError('cannot read\nproperties');
  expect(report(error)).toBe(
    'error: InternalError: cannot read properties This is a fault of Ring Kernel Studio; RINGSTUDIO_DEBUG=1 shows where.',
  );
  expect(report(error, true)).toMatch(/\n\s+at .*error-report\.test/);
  expect(exitCodeOf(error)).toBe(ExitCode.internalError);
});

test('an interrupt has nothing to say', () => {
  const stop = new Stop(ExitCode.interrupted);
  expect([report(stop), exitCodeOf(stop)]).toEqual(['', 130]);
});
