import { fork, type ChildProcess } from 'node:child_process';
import { describeExit, quoteLast } from '../process-end.ts';
import { nvmlReply, type NvmlReply, type NvmlRequest, type NvmlTask } from './nvml-messages.ts';

export interface NvmlProcessOptions {
  /** Path of the bundled nvml.process.js. */
  readonly processPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly task: NvmlTask;
  /** To open NVML: machines with many GPUs take seconds to wake them. */
  readonly openLimitMs?: number;
  /** For one sample. */
  readonly sampleLimitMs?: number;
}

/** A reply, or how the process ended instead, as in `was ended by SIGSEGV`. */
export type NvmlAnswer = NvmlReply | { readonly kind: 'ended'; readonly how: string };

/** A process that reads NVML: what the feed of figures needs of it. */
export interface NvmlReader {
  /** `opened`, `absent` or `ended`. */
  open(): Promise<NvmlAnswer>;
  sample(): Promise<NvmlAnswer>;
  kill(): void;
  /** The system has let the process go: later than its end where it waits in the driver. */
  readonly isGone: boolean;
  readonly gone: Promise<void>;
}

/** Reads NVML in a process of its own, one request at a time. When it is late it is killed. */
export class NvmlProcess implements NvmlReader {
  readonly gone: Promise<void>;
  #isGone = false;
  readonly #child: ChildProcess;
  readonly #openLimitMs: number;
  readonly #sampleLimitMs: number;
  /** Replies that nobody has asked for yet. */
  readonly #replies: NvmlReply[] = [];
  #ending: string | undefined;
  #stderr = '';
  #wake: () => void = () => undefined;

  constructor({ processPath, env, task, openLimitMs = 10_000, sampleLimitMs = 5_000 }: NvmlProcessOptions) {
    this.#openLimitMs = openLimitMs;
    this.#sampleLimitMs = sampleLimitMs;
    const child = fork(processPath, [JSON.stringify(task)], {
      // In Electron's processes the executable is Electron, which this makes act as Node.
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2_000);
    });
    child.on('message', (message) => {
      const reply = nvmlReply.safeParse(message);
      if (reply.success) this.#replies.push(reply.data);
      else this.#end('said something unknown');
      this.#wake();
    });
    this.gone = new Promise<void>((resolve) => {
      child.on('error', (error) => {
        this.#end(`could not be started: ${error.message}`);
        if (child.pid === undefined) resolve();
      });
      // 'close', because what it has printed comes before that.
      child.on('close', (code, signal) => {
        this.#end(describeExit(code, signal));
        resolve();
      });
    }).then(() => {
      this.#isGone = true;
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async open(): Promise<NvmlAnswer> {
    const first = await this.#next(this.#openLimitMs);
    return first.kind === 'ready' ? this.#ask('open', this.#openLimitMs) : first;
  }

  sample(): Promise<NvmlAnswer> {
    return this.#ask('sample', this.#sampleLimitMs);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #ask(request: NvmlRequest, limitMs: number): Promise<NvmlAnswer> {
    // A channel that closes under the request ends in 'close'.
    if (this.#child.connected) this.#child.send(request, () => undefined);
    return this.#next(limitMs);
  }

  async #next(limitMs: number): Promise<NvmlAnswer> {
    const limit = setTimeout(() => this.#end(`did not answer within ${limitMs / 1000} s`), limitMs);
    while (this.#replies.length === 0 && this.#ending === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    clearTimeout(limit);
    return this.#replies.shift() ?? { kind: 'ended', how: this.#ending ?? '' };
  }

  /** The first reason is the one. */
  #end(how: string): void {
    if (this.#ending === undefined) {
      const printed = quoteLast(this.#stderr.split('\n'));
      this.#ending = printed === '' ? how : `${how}; it printed: ${printed}`;
      this.kill();
    }
    this.#wake();
  }
}
