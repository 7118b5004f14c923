import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { runToEnd } from './run-to-end.mjs';

const node = process.execPath;
const moduleUrl = new URL('run-to-end.mjs', import.meta.url).href;

test('the exit code is passed on', async () => {
  expect(await runToEnd(node, ['-e', 'process.exitCode = 7'])).toMatchObject({ exitCode: 7, stderrTail: '' });
});

test('a program that is not there is a problem, not an exit code', async () => {
  const { problem } = await runToEnd('/nowhere/electron', []);
  expect(problem).toMatchObject({ code: 'ENOENT', path: '/nowhere/electron' });
});

test('what it says last on stderr is kept, and passes through', async () => {
  const inner = `console.error('x'.repeat(20000)); console.error('the reason')`;
  const { stdout, stderr } = await outer(`
    const ending = await runToEnd(process.execPath, ['-e', ${JSON.stringify(inner)}], { isStderrWatched: true });
    console.log(ending.stderrTail.length, ending.stderrTail.endsWith('the reason\\n'));
  `);
  expect(stdout).toBe('8192 true\n');
  expect(stderr.length).toBe(20_001 + 'the reason\n'.length);
});

test('a process that it leaves behind does not hold us up', async () => {
  const left = `require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'],
    { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref()`;
  const { exitCode, elapsedMs } = await runToEnd(node, ['-e', left], { isStderrWatched: true });
  expect(exitCode).toBe(0);
  expect(elapsedMs).toBeLessThan(25_000);
});

test('a signal is passed on, and two close together are one', async (ctx) => {
  if (process.platform === 'win32') ctx.skip('Windows has no such signals');
  const inner = `
    let count = 0;
    process.on('SIGINT', () => { count += 1; setTimeout(() => { console.log('signals', count); process.exit(5); }, 300); });
    setInterval(() => {}, 1000);
    console.log('ready');
  `;
  const { stdout, exitCode } = await outer(
    `process.exitCode = (await runToEnd(process.execPath, ['-e', ${JSON.stringify(inner)}])).exitCode;`,
    (child) => {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGINT'), 30);
    },
  );
  expect(stdout).toBe('ready\nsignals 1\n');
  expect(exitCode).toBe(5);
});

test('a program that a signal ended gives the exit code of shells', async (ctx) => {
  if (process.platform === 'win32') ctx.skip('Windows has no such signals');
  const { exitCode } = await outer(
    `const inner = "setInterval(() => {}, 1000); console.log('ready')";
     process.exitCode = (await runToEnd(process.execPath, ['-e', inner])).exitCode;`,
    (child) => child.kill('SIGTERM'),
  );
  expect(exitCode).toBe(143);
});

/**
 * Runs `code` in a process of its own, which gets the signals.
 *
 * @param {string} code
 * @param {(child: import('node:child_process').ChildProcess) => void} [onReady]
 * @returns {Promise<{ exitCode: number | null, stdout: string, stderr: string }>}
 */
function outer(code, onReady) {
  const script = `import { runToEnd } from ${JSON.stringify(moduleUrl)};\n${code}`;
  const child = spawn(node, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => {
    if (output.stdout === '') onReady?.(child);
    output.stdout += text;
  });
  child.stderr.on('data', (text) => (output.stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}
