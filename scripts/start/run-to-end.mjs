import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const STDERR_TAIL = 8192;
/** The terminal and npm both pass a Ctrl-C on: what comes this close together was pressed once. */
const SAME_PRESS_MS = 500;
/** Processes that it started may hold its stderr open when it has ended; its last words are here long before this. */
const LAST_WORDS_MS = 1000;

/**
 * @typedef {{ exitCode: number, stderrTail: string, elapsedMs: number, problem?: NodeJS.ErrnoException }} Ending
 *   exitCode: 128 + number when a signal ended it; stderrTail: '' unless watched; problem: it could not be started
 */

/**
 * Runs a program with our input and output until it ends, and passes signals on to it, each press of Ctrl-C once.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, isStderrWatched?: boolean }} [options] isStderrWatched: what it writes to stderr
 *   passes through us
 * @returns {Promise<Ending>}
 */
export function runToEnd(command, args, { env = process.env, isStderrWatched = false } = {}) {
  const startedAt = Date.now();
  const child = spawn(command, args, {
    env,
    stdio: ['inherit', 'inherit', isStderrWatched ? 'pipe' : 'inherit'],
    // In our process group the terminal would send it the signals that we pass on: the second one ends it at once.
    detached: process.platform !== 'win32' && process.stdin.isTTY,
  });
  let stderrTail = '';
  child.stderr?.on('data', (chunk) => {
    process.stderr.write(chunk);
    stderrTail = (stderrTail + chunk).slice(-STDERR_TAIL);
  });
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve) => {
    /** @param {Pick<Ending, 'exitCode' | 'problem'>} ending */
    const finish = (ending) => {
      stopForwarding();
      resolve({ ...ending, stderrTail, elapsedMs: Date.now() - startedAt });
    };
    child.on('error', (problem) => finish({ exitCode: 1, problem }));
    child.on('close', (code, signal) => finish({ exitCode: code ?? exitCodeOf(signal) }));
    child.on('exit', () => setTimeout(() => child.stderr?.destroy(), LAST_WORDS_MS).unref());
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops it
 */
function forwardSignals(child) {
  // Windows sends Ctrl-C to every process of the console; a signal from us would end it on the spot.
  const signals = /** @type {NodeJS.Signals[]} */ (process.platform === 'win32' ? [] : ['SIGINT', 'SIGTERM', 'SIGHUP']);
  /** @type {Map<string, number>} */
  const sentAt = new Map();
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    const last = sentAt.get(signal) ?? -Infinity;
    sentAt.set(signal, Date.now());
    if (Date.now() - last >= SAME_PRESS_MS) child.kill(signal);
  };
  const ignore = () => {};
  for (const signal of signals) process.on(signal, forward);
  if (process.platform === 'win32') process.on('SIGINT', ignore);
  return () => {
    for (const signal of signals) process.off(signal, forward);
    process.off('SIGINT', ignore);
  };
}

/** @param {NodeJS.Signals | null} signal */
function exitCodeOf(signal) {
  return signal === null ? 1 : 128 + constants.signals[signal];
}
