import { fork, type ChildProcess } from 'node:child_process';
import { StudioError } from '../../../app/base/studio-error.ts';
import { setReferenced } from '../../process/set-referenced.ts';
import type {
  CompilerReply,
  CompilerRequest,
  CompilerTask,
  CompilerTaskResult,
  Evaluation,
  EvaluationResult,
  Preparation,
  ToolResult,
  ToolRun,
} from './tool-run.ts';
import type { AsyncifyResult } from '../wasm/asyncify.ts';

export interface ClangProcessOptions {
  /** Path of the bundled compiler.process.js. */
  readonly entryPoint: string;
  readonly preparation: () => Preparation;
  /** A task that takes longer is killed. */
  readonly timeLimitMs?: number;
}

/** The user's initializers have less time than the compiler. */
const evaluationLimitMs = 5_000;

interface Job {
  readonly task: CompilerTask;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: CompilerTaskResult) => void;
  readonly reject: (reason: unknown) => void;
  readonly onAbort: () => void;
  deaths: number;
  /** When it was taken up, or taken up again. */
  attemptAtMs: number;
}

/** A run is tried again after the process died under it once; a run that kills it twice is to blame. */
const maxDeaths = 2;
/**
 * glibc asks for pages of 2 MiB: LLVM begins by filling 250 MB, which by 4 KiB takes a second more where the machine is a
 * virtual one. Other C libraries do not know the variable.
 */
const hugePages = 'glibc.malloc.hugetlb=1';
const defaultTimeLimitMs = 120_000;

/**
 * Runs LLVM's tools in the compiler process, one after the other. The process starts with the first run, is replaced
 * when it dies or a run is cancelled, and does not keep Node alive while there is nothing to do.
 */
export class ClangProcess implements AsyncDisposable {
  readonly #options: ClangProcessOptions;
  readonly #queue: Job[] = [];
  #active: Job | undefined;
  #child: ChildProcess | undefined;
  #isReady = false;
  #isDisposed = false;
  #nextId = 1;
  #activeId = 0;
  #timer: NodeJS.Timeout | undefined;
  #stderr = '';
  #startedCount = 0;
  #startDurationMs: number | undefined;
  #lostMs = 0;

  constructor(options: ClangProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often a process was started. */
  get startedCount(): number {
    return this.#startedCount;
  }

  /** How long the last preparation took; undefined before the first. */
  get startDurationMs(): number | undefined {
    return this.#startDurationMs;
  }

  /** Time that runs have lost so far because the process died under them: attempts without a result. */
  get lostMs(): number {
    return this.#lostMs;
  }

  /** Starts the process ahead of the first run. */
  start(): void {
    if (!this.#isDisposed) this.#child ??= this.#spawn();
  }

  /**
   * @throws StudioError `CompilerCrashed`, `CompilerTimeout`, `CompilerClosed`
   * @throws the signal's reason when it was aborted
   */
  async run(run: ToolRun, signal?: AbortSignal): Promise<ToolResult> {
    const limitMs = this.#options.timeLimitMs ?? defaultTimeLimitMs;
    return (await this.#enqueue({ kind: 'tool', run }, { limitMs, signal })) as ToolResult;
  }

  /** Throws as `run` does. */
  async evaluate(evaluation: Evaluation, signal?: AbortSignal): Promise<EvaluationResult> {
    const task = { kind: 'evaluate', evaluation } as const;
    return (await this.#enqueue(task, { limitMs: evaluationLimitMs, signal })) as EvaluationResult;
  }

  /** Throws as `run` does. */
  async asyncify(linked: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<AsyncifyResult> {
    const limitMs = this.#options.timeLimitMs ?? defaultTimeLimitMs;
    return (await this.#enqueue({ kind: 'asyncify', linked }, { limitMs, signal })) as AsyncifyResult;
  }

  async #enqueue(
    task: CompilerTask,
    { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<CompilerTaskResult> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      if (this.#isDisposed) return reject(closed());
      const onAbort = (): void => this.#cancel(job);
      const job: Job = { task, limitMs, signal, resolve, reject, onAbort, deaths: 0, attemptAtMs: 0 };
      signal?.addEventListener('abort', job.onAbort, { once: true });
      this.#queue.push(job);
      this.#pump();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    const child = this.#child;
    const jobs = [...(this.#active === undefined ? [] : [this.#active]), ...this.#queue.splice(0)];
    this.#finishActive();
    for (const job of jobs) settle(job, () => job.reject(closed()));
    if (child === undefined) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.ref();
    this.#kill();
    await exited;
  }

  #pump(): void {
    if (this.#active === undefined) {
      this.#active = this.#queue.shift();
      this.#activeId = 0;
      if (this.#active !== undefined) this.#active.attemptAtMs = performance.now();
    }
    if (this.#active === undefined) {
      setReferenced(this.#child, false);
      return;
    }
    this.start();
    setReferenced(this.#child, true);
    if (!this.#isReady || this.#activeId !== 0) return;
    this.#activeId = this.#nextId++;
    this.#countLoss(this.#active);
    this.#limitTime(this.#active);
    this.#send({ kind: 'run', id: this.#activeId, task: this.#active.task });
  }

  #spawn(): ChildProcess {
    const child = fork(this.#options.entryPoint, [], {
      execArgv: ['--liftoff-only'],
      env: { GLIBC_TUNABLES: hugePages, ...process.env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#startedCount += 1;
    this.#isReady = false;
    this.#stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    child.on('message', (message: CompilerReply) => {
      if (child === this.#child) this.#onReply(message);
    });
    const onEnd = (how: string): void => {
      if (child === this.#child) this.#onDeath(how);
    };
    child.on('error', (error) => onEnd(error.message));
    child.on('exit', (code, signal) => onEnd(signal ?? `exit code ${code ?? '?'}`));
    child.send({ kind: 'prepare', preparation: this.#options.preparation() } satisfies CompilerRequest, ignoreFailure);
    setReferenced(child, false);
    return child;
  }

  #send(request: CompilerRequest): void {
    this.#child?.send(request, ignoreFailure);
  }

  #onReply(reply: CompilerReply): void {
    switch (reply.kind) {
      case 'ready':
        this.#isReady = true;
        this.#startDurationMs = reply.durationMs;
        return this.#pump();
      case 'broken':
        this.#kill();
        return this.#fail(
          new StudioError('InternalError', `The device headers do not compile: ${reply.message}`, { tip: reportTip }),
        );
      case 'done':
        if (reply.id !== this.#activeId) return;
        return this.#finish((job) => job.resolve(reply.result));
      case 'trapped':
        if (reply.id !== this.#activeId) return;
        return this.#fail(crashed(explainTrap(reply.message)));
    }
  }

  #onDeath(how: string): void {
    const details = this.#stderr.trim();
    this.#forgetChild();
    const job = this.#active;
    if (job === undefined) return;
    job.deaths += 1;
    if (job.deaths >= maxDeaths) return this.#fail(endedTwice(details === '' ? how : `${how}: ${details}`));
    this.#activeId = 0;
    this.#pump();
  }

  #cancel(job: Job): void {
    if (job === this.#active) {
      // LLVM cannot be interrupted. The next run waits for a fresh process, which starts at once.
      this.#kill();
      this.#finish(() => job.reject(abortReason(job.signal)));
      this.start();
      return;
    }
    const index = this.#queue.indexOf(job);
    if (index < 0) return;
    this.#queue.splice(index, 1);
    job.reject(abortReason(job.signal));
  }

  /** The job begins again: what its process has died with, and the start of the next one, has brought nothing. */
  #countLoss(job: Job): void {
    const nowMs = performance.now();
    if (job.deaths > 0) this.#lostMs += nowMs - job.attemptAtMs;
    job.attemptAtMs = nowMs;
  }

  #limitTime(job: Job): void {
    clearTimeout(this.#timer);
    const { limitMs } = job;
    this.#timer = setTimeout(() => {
      if (job !== this.#active) return;
      this.#kill();
      this.#fail(
        new StudioError('CompilerTimeout', `The compiler did not finish within ${limitMs / 1000} s`, {
          tip: 'Look for templates or constant expressions that expand without end.',
        }),
      );
    }, limitMs);
  }

  #fail(error: StudioError): void {
    this.#finish((job) => job.reject(error));
  }

  #finish(conclude: (job: Job) => void): void {
    const job = this.#active;
    this.#finishActive();
    if (job !== undefined) settle(job, () => conclude(job));
    if (!this.#isDisposed) this.#pump();
  }

  #finishActive(): void {
    clearTimeout(this.#timer);
    this.#active = undefined;
    this.#activeId = 0;
  }

  #kill(): void {
    const child = this.#child;
    this.#forgetChild();
    child?.kill('SIGKILL');
  }

  #forgetChild(): void {
    this.#child = undefined;
    this.#isReady = false;
    this.#activeId = 0;
    clearTimeout(this.#timer);
  }
}

const reportTip = 'This is a fault of Ring Kernel Studio: please report it with the file.';

function crashed(message: string): StudioError {
  return new StudioError('CompilerCrashed', `The compiler crashed (${message})`, {
    tip: 'Reduce the file until it compiles to find the cause, and please report it.',
  });
}

/** The code may be to blame, or whatever else ends processes: too little memory, or a person. */
function endedTwice(how: string): StudioError {
  return new StudioError('CompilerCrashed', `The compiler ended twice (${how})`, {
    tip: 'Compile again. If it ends again, reduce the file until it compiles to find the cause, and report it.',
  });
}

function explainTrap(message: string): string {
  return message.includes('call stack size') ? 'its stack overflowed: the code nests or recurses too deeply' : message;
}

function closed(): StudioError {
  return new StudioError('CompilerClosed', 'The compiler was closed while it had work to do');
}

function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new Error('aborted');
}

function settle(job: Job, conclude: () => void): void {
  job.signal?.removeEventListener('abort', job.onAbort);
  conclude();
}

/** A channel that closed under a message ends in 'exit', which is where it is handled. */
function ignoreFailure(): void {
  // Nothing to do here.
}
