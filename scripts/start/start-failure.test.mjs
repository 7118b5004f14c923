import { expect, test } from 'vitest';
import { describeStartFailure } from './start-failure.mjs';

const early = { exitCode: 1, stderrTail: '', elapsedMs: 200 };

test.each([
  [
    'electron: error while loading shared libraries: libnss3.so: cannot open shared object file: No such file',
    'Electron needs the system library libnss3.so, which is not installed here.',
  ],
  [
    "electron: /lib/libc.so.6: version `GLIBC_2.34' not found",
    'Electron needs a newer system (GLIBC_2.34 is missing).',
  ],
  ['FATAL: Running as root without --no-sandbox is not supported.', 'Electron refuses to run as root.'],
  ['FATAL: The SUID sandbox helper binary was found, but is not configured correctly.', "Electron's sandbox does not"],
  ['ERROR: Missing X server or $DISPLAY', 'the display cannot be opened'],
])('%s', (stderrTail, reason) => {
  expect(describeStartFailure({ ...early, exitCode: 127, stderrTail })).toContain(reason);
});

test('a program for another system does not start', () => {
  const problem = Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT', path: '/x/electron' });
  expect(describeStartFailure({ ...early, problem })).toContain("'/x/electron' does not start");
});

test('what ran and then failed keeps its exit code', () => {
  const stderrTail = 'Missing X server or $DISPLAY';
  expect(describeStartFailure({ ...early, exitCode: 3 })).toBeUndefined();
  expect(describeStartFailure({ exitCode: 1, stderrTail, elapsedMs: 60_000 })).toBeUndefined();
  expect(describeStartFailure({ ...early, exitCode: 0, stderrTail })).toBeUndefined();
});
