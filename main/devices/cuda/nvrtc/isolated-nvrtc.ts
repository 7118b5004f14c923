import { StudioError } from '../../../../app/base/studio-error.ts';
import {
  versionText,
  type Nvrtc,
  type NvrtcAnswer,
  type NvrtcRequest,
  type OpenedNvrtc,
} from '../../../compile/nvrtc/nvrtc.ts';
import { unlessAborted } from '../../../compile/unless-aborted.ts';
import type { FoundNvrtc, NvrtcMessage, NvrtcReply } from './nvrtc-messages.ts';
import { NvrtcProcess } from './nvrtc-process.ts';

export interface IsolatedNvrtcOptions {
  /** Path of the bundled nvrtc.process.js. */
  readonly processPath: string;
  /** The package's folder native/. */
  readonly nativeDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** What to open, the first that there is (library-candidates.ts); asked anew for each process. */
  readonly libraries: () => readonly string[];
  /** What takes longer is killed. */
  readonly timeLimitMs?: number;
}

interface Running {
  readonly process: NvrtcProcess;
  readonly found: Promise<FoundNvrtc>;
}

interface Compile {
  readonly opened: OpenedNvrtc;
  readonly request: NvrtcRequest;
  readonly signal: AbortSignal | undefined;
}

/** Optimizing what templates and unrolled loops expand to takes minutes at worst. */
const defaultTimeLimitMs = 300_000;

/**
 * NVRTC in a process of its own, which starts when it is first needed and stays for the compiles that follow. Where it
 * crashes, the compile in hand fails; where a compile is aborted, it is killed. The next compile starts another one.
 */
export class IsolatedNvrtc implements Nvrtc, AsyncDisposable {
  readonly #options: IsolatedNvrtcOptions;
  #running: Running | undefined;
  #opened: Promise<OpenedNvrtc> | undefined;
  /** Settles, without a failure, when the last compile has. */
  #queue: Promise<unknown> = Promise.resolve();
  #startedCount = 0;
  #isDisposed = false;

  constructor(options: IsolatedNvrtcOptions) {
    this.#options = options;
  }

  /** How often a process was started. */
  get startedCount(): number {
    return this.#startedCount;
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.#running?.process.hasEnded === false ? this.#running.process.pid : undefined;
  }

  open(): Promise<OpenedNvrtc> {
    return (this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.#running?.process.dispose();
  }

  async #open(): Promise<OpenedNvrtc> {
    const found = await this.#run().found;
    const opened: OpenedNvrtc = {
      ...found,
      compile: (request, signal) => {
        const compiled = this.#queue.then(() => this.#compile({ opened, request, signal }));
        this.#queue = compiled.catch(() => undefined);
        return unlessAborted(compiled, signal);
      },
    };
    return opened;
  }

  async #compile({ opened, request, signal }: Compile): Promise<NvrtcAnswer> {
    signal?.throwIfAborted();
    const { process, found } = this.#run();
    await this.#requireSame(opened, found);
    signal?.throwIfAborted();
    const onAbort = (): void => process.kill();
    signal?.addEventListener('abort', onAbort);
    try {
      const subject = nameOf(opened);
      const reply = await this.#ask(process, { kind: 'compile', request }, subject);
      if (reply.kind !== 'compiled') throw new Error(`NVRTC's process answers '${reply.kind}' to a compile`);
      return reply.answer;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Code is kept by the version of what was opened: another one must not make it. */
  async #requireSame(opened: OpenedNvrtc, found: Promise<FoundNvrtc>): Promise<void> {
    try {
      const current = await found;
      if (current.path === opened.path && current.version === opened.version) return;
      throw new StudioError('NvrtcUnusable', `${nameOf(opened)} is not there any more: ${nameOf(current)} is`, {
        tip: 'Compile again: then the other one is taken.',
      });
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  /** The process that there is, or a new one. */
  #run(): Running {
    if (this.#isDisposed) throw closed();
    if (this.#running?.process.hasEnded !== false) this.#running = this.#start();
    return this.#running;
  }

  #start(): Running {
    const { processPath, env, nativeDir, libraries } = this.#options;
    this.#startedCount += 1;
    const process = new NvrtcProcess({ processPath, env, task: { nativeDir, libraries: [...libraries()] } });
    const found = this.#ask(process, { kind: 'open' }, 'NVRTC, while it was opened,').then((reply) => {
      if (reply.kind === 'opened') return reply.found;
      throw new Error(`NVRTC's process answers '${reply.kind}' when it is to open`);
    });
    found.catch(() => process.kill());
    return { process, found };
  }

  async #ask(process: NvrtcProcess, message: NvrtcMessage, subject: string): Promise<NvrtcReply> {
    const { timeLimitMs: limitMs = defaultTimeLimitMs } = this.#options;
    const outcome = await process.ask(message, limitMs);
    if (outcome.kind === 'failed') {
      const { code, message: text, tip } = outcome;
      throw new StudioError(code, text, tip === undefined ? {} : { tip });
    }
    if (outcome.kind === 'opened' || outcome.kind === 'compiled') return outcome;
    if (this.#isDisposed) throw closed();
    throw outcome.kind === 'late' ? late(subject, limitMs) : crashed(subject, outcome.how);
  }
}

function nameOf({ path, version }: FoundNvrtc | OpenedNvrtc): string {
  return `NVRTC ${versionText(version)} (${path})`;
}

function crashed(subject: string, how: string): StudioError {
  return new StudioError('CompilerCrashed', `${subject} crashed: its process ${how}`, {
    tip: 'Nothing else has ended with it: compile again. If it crashes again, reduce the file until it compiles to find the cause, or install another NVRTC, which RINGSTUDIO_NVRTC_LIBRARY can name.',
  });
}

function late(subject: string, limitMs: number): StudioError {
  return new StudioError('CompilerTimeout', `${subject} did not finish within ${limitMs / 1000} s`, {
    tip: 'Look for templates or constant expressions that expand without end.',
  });
}

function closed(): StudioError {
  return new StudioError('CompilerClosed', 'NVRTC was closed while it had work to do');
}
