import { execFileSync } from 'node:child_process';
import { constants, closeSync, openSync, writeSync } from 'node:fs';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { CliFixture, type CliOptions, type CliResult } from './cli.fixture.ts';
import { echo } from './test-kernels.fixture.ts';

const cli = new CliFixture({ 'echo.cu': echo });
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

const message = '{"message": {"small": 1, "name": "x", "items": [], "point": {"x": 3}}}\n';
let pipe: string;

beforeEach((ctx) => {
  if (process.platform === 'win32') ctx.skip('Windows has no named pipes in folders');
  pipe = `pipe-${ctx.task.id}`;
  execFileSync('mkfifo', [cli.path(pipe)]);
});

function run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return cli.run(['run', 'echo.cu', '--input', pipe, ...args], options);
}

/** Opened for both directions, because that waits for no reader. */
function openForWriting(): number {
  return openSync(cli.path(pipe), constants.O_RDWR);
}

test('a named pipe that nobody opens is waited for until the time limit', async () => {
  const { exitCode, stderr } = await run(['--timeout-ms', '300']);
  expect(stderr).toBe('error: TimeLimit: not done after 300 ms; nothing was going on but waiting for input.\n');
  expect(exitCode).toBe(4);
});

test('a named pipe that nobody closes is read, and waited for until the time limit', async () => {
  const writer = openForWriting();
  writeSync(writer, message);
  const { exitCode, results } = await run(['--timeout-ms', '1000']);
  closeSync(writer);
  expect(results).toMatchObject([{ message: { small: 1 } }]);
  expect(exitCode).toBe(4);
});

test('the first interrupt ends the wait for a named pipe', async () => {
  const writer = openForWriting();
  writeSync(writer, message);
  const { exitCode, results } = await run([], {
    during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
  });
  closeSync(writer);
  expect([exitCode, results.length]).toEqual([130, 1]);
});

test('a named pipe that is closed ends the input', async () => {
  const writer = openForWriting();
  writeSync(writer, message.repeat(100));
  const { exitCode, results, stderr } = await run([], {
    during: (child) => child.stdout?.once('data', () => closeSync(writer)),
  });
  expect([exitCode, results.length, stderr]).toEqual([0, 100, '']);
});
