import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import { describeExit, quoteLast } from '../../devices/cuda/process-end.ts';
import type { Check } from './check.ts';
import type { CheckResult } from './outcome.ts';
import { checkMessage, type CheckTask } from './process-messages.ts';

export interface CheckRunOptions extends Omit<CheckTask, 'checks'> {
  /** Ends everything: what has not ended then is unknown. */
  readonly signal: AbortSignal;
  /** Of each check, in the place of its own. */
  readonly deadlineMs: number | undefined;
  readonly onBegin: (check: Check) => void;
  readonly onEnd: (check: Check, result: CheckResult) => void;
}

const STDERR_KEPT = 2000;
/** From its start until its first check begins, and after its last one. */
const START_LIMIT_MS = 30_000;
const END_LIMIT_MS = 5_000;

/** Runs all checks, those of a group in one process as long as it lives; each gets a result, whatever happens. */
export async function runChecks(checks: readonly Check[], options: CheckRunOptions): Promise<void> {
  for (const group of new Set(checks.map((check) => check.group))) {
    let left = checks.filter((check) => check.group === group);
    while (left.length > 0 && !options.signal.aborted) {
      const ended = await new CheckProcess(left, options).run();
      left = left.filter((check) => !ended.has(check));
    }
  }
}

/** One process: the checks that it was given, until it has ended, by itself or not. */
class CheckProcess {
  readonly #checks: readonly Check[];
  readonly #options: CheckRunOptions;
  readonly #ended = new Set<Check>();
  #current: Check | undefined;
  #currentSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Why it was killed. */
  #killed: string | undefined;

  constructor(checks: readonly Check[], options: CheckRunOptions) {
    this.#checks = checks;
    this.#options = options;
  }

  /** Gives those that have a result: at least one, unless the signal has ended everything. */
  async run(): Promise<ReadonlySet<Check>> {
    const { root, gpu, secondGpu, isQuick, signal } = this.#options;
    const task: CheckTask = { root, gpu, secondGpu, isQuick, checks: this.#checks.map(({ name }) => name) };
    const child = fork(join(root, 'dist', 'verify.process.js'), [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const kill = (reason: string): void => {
      this.#killed ??= reason;
      child.kill('SIGKILL');
    };
    const onAbort = (): void => {
      kill('stopped');
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    this.#limit(START_LIMIT_MS, () => {
      kill(`the process of the checks was not ready after ${START_LIMIT_MS / 1000} s`);
    });
    child.on('message', (message) => {
      this.#hear(message, kill);
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-STDERR_KEPT);
    });
    const how = await endOf(child);
    clearTimeout(this.#timer);
    signal.removeEventListener('abort', onAbort);
    if (!signal.aborted) this.#conclude(how, quoteLast(stderr.split('\n')));
    return this.#ended;
  }

  #hear(raw: unknown, kill: (reason: string) => void): void {
    const message = checkMessage.parse(raw);
    if (message.kind === 'began') {
      const check = this.#checks.find(({ name }) => name === message.name)!;
      this.#current = check;
      this.#currentSinceMs = performance.now();
      this.#options.onBegin(check);
      const limitMs = this.#options.deadlineMs ?? check.deadlineMs;
      this.#limit(limitMs, () => {
        kill(`it hangs: no end within ${limitMs / 1000} s; its process was killed`);
      });
      return;
    }
    const check = this.#checks.find(({ name }) => name === message.result.name)!;
    this.#end(check, message.result);
    this.#current = undefined;
    this.#limit(this.#ended.size === this.#checks.length ? END_LIMIT_MS : START_LIMIT_MS, () => {
      kill('the process of the checks does not end');
    });
  }

  /** Whom the end of the process has caught: the check in hand, or the first that had not begun. */
  #conclude(how: string, quoted: string): void {
    const caught = this.#current ?? (this.#ended.size === 0 ? this.#checks[0] : undefined);
    if (caught === undefined) return;
    const words = quoted === '' ? '' : `; it printed: ${quoted}`;
    const reason = this.#killed ?? `its process ${how}`;
    const durationMs = this.#current === undefined ? 0 : performance.now() - this.#currentSinceMs;
    this.#end(caught, { name: caught.name, outcome: 'failed', reason: `${reason}${words}`, durationMs, figures: [] });
  }

  #end(check: Check, result: CheckResult): void {
    this.#ended.add(check);
    this.#options.onEnd(check, result);
  }

  #limit(limitMs: number, onOver: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(onOver, limitMs);
  }
}

/** How it ended, when its last message has been heard: that may come after its end. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let how: string | undefined;
    const settle = (): void => {
      if (how !== undefined && !child.connected) resolve(how);
    };
    child.on('error', (error) => {
      resolve(`could not be started: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      how = describeExit(code, signal);
      settle();
    });
    child.on('disconnect', settle);
  });
}
