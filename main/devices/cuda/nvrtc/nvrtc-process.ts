import { fork, type ChildProcess } from 'node:child_process';
import { setReferenced } from '../../../process/set-referenced.ts';
import { describeExit, quoteLast } from '../process-end.ts';
import { nvrtcReply, type NvrtcMessage, type NvrtcReply, type NvrtcTask } from './nvrtc-messages.ts';

export interface NvrtcProcessOptions {
  /** Path of the bundled nvrtc.process.js. */
  readonly processPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly task: NvrtcTask;
}

/** A reply, or how the process ended instead, as in `was ended by SIGSEGV`; `late` where that was for its limit. */
export type NvrtcOutcome = NvrtcReply | { readonly kind: 'ended'; readonly how: string } | { readonly kind: 'late' };

/** What a process has printed may come after its end; a process that it has started may keep the output open. */
const closeGraceMs = 1_000;

/** A process with an NVRTC in it, asked one thing at a time. Keeps Node alive only while it is asked. */
export class NvrtcProcess {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #hasExited = false;
  #ending: string | undefined;
  #stderr = '';
  #answer: ((outcome: NvrtcOutcome) => void) | undefined;
  #limit: NodeJS.Timeout | undefined;

  constructor({ processPath, env, task }: NvrtcProcessOptions) {
    const child = fork(processPath, [JSON.stringify(task)], {
      // In Electron's processes the executable is Electron, which this makes act as Node.
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A terminal sends Ctrl-C to its whole group, and NVRTC has a handler of its own for it.
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2_000);
    });
    child.on('message', (message) => {
      const reply = nvrtcReply.safeParse(message);
      if (reply.success) this.#settle(reply.data);
      else this.#end('said something unknown');
    });
    this.#gone = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#end(`could not be started: ${error.message}`);
        if (child.pid === undefined) resolve();
      });
      child.on('exit', (code, signal) => {
        this.#hasExited = true;
        const how = describeExit(code, signal);
        const grace = setTimeout(() => this.#end(how), closeGraceMs);
        child.on('close', () => {
          clearTimeout(grace);
          this.#end(how);
        });
        resolve();
      });
    });
    setReferenced(child, false);
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasExited || this.#ending !== undefined;
  }

  ask(message: NvrtcMessage, limitMs: number): Promise<NvrtcOutcome> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#limit = setTimeout(() => {
        this.#settle({ kind: 'late' });
        this.kill();
      }, limitMs);
      setReferenced(this.#child, true);
      if (this.#ending !== undefined) this.#settle({ kind: 'ended', how: this.#ending });
      // A channel that closes under the message ends in 'exit'.
      else if (this.#child.connected) this.#child.send(message, () => undefined);
    });
  }

  /** Who waits for a reply is told so at once. */
  kill(): void {
    this.#end('was killed');
  }

  /** Resolves when the system has let it go. */
  async dispose(): Promise<void> {
    this.kill();
    setReferenced(this.#child, true);
    await this.#gone;
  }

  /** The first reason is the one. */
  #end(how: string): void {
    if (this.#ending !== undefined) return;
    const printed = quoteLast(this.#stderr.split('\n'));
    this.#ending = printed === '' ? how : `${how}; it printed: ${printed}`;
    this.#child.kill('SIGKILL');
    this.#settle({ kind: 'ended', how: this.#ending });
  }

  #settle(outcome: NvrtcOutcome): void {
    clearTimeout(this.#limit);
    setReferenced(this.#child, false);
    this.#answer?.(outcome);
    this.#answer = undefined;
  }
}
