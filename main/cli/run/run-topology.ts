import { performance } from 'node:perf_hooks';

import type { Actor } from '../../../app/runtime/actor.ts';
import type { HostFiles } from '../../../app/runtime/host-actors/host-files.ts';
import { launchTopology } from '../../../app/runtime/launch-topology.ts';
import { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { deadlockTip } from '../../../app/runtime/health/deadlock.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import type { CommandContext } from '../command/command.ts';
import { ExitCode, Stop } from '../exit-code.ts';
import type { Project } from '../project/project.ts';
import type { Terminal } from '../terminal.ts';
import { projectHostFiles } from '../../host/host-files/project-files.ts';
import { amount, FailureReport } from './failure-report.ts';
import { endlessHosts, HostReport } from './host-report.ts';
import type { LedgerFile } from './ledger-file.ts';
import { type AddressedMessage, MessageSender, type Refusal } from './message-sender.ts';
import { writeMetrics } from './metrics.ts';
import { PrintLines } from './print-lines.ts';
import { DeadLetterFile } from './dead-letter-file.ts';
import { watchForHopelessInput } from './hopeless-input.ts';
import { RunCheckpoints, type CheckpointPlan } from './run-checkpoints.ts';
import type { ResultSink } from './result-sink.ts';
import { reportStillRunning } from './still-running.ts';

export interface RunPlan {
  readonly project: Project;
  /** Loaded, by the source that actors name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** Throws a StudioError where the input is bad. */
  readonly messages: AsyncIterable<AddressedMessage>;
  /** Reads what leaves the topology. */
  readonly readOutputs: (queue: ReceiveQueue) => OutputReader;
  /** Gets the dead letters. */
  readonly letterSink: ResultSink | undefined;
  readonly timeoutMs: number | undefined;
  readonly hasMetrics: boolean;
  readonly checkpoints: CheckpointPlan;
  readonly ledgerFile: LedgerFile | undefined;
  /** What host actors read and write. Default: the files of the project. */
  readonly hostFiles?: HostFiles;
  /** Called when everything is launched and connected, and nothing has begun. */
  readonly onDidLaunch?: () => void;
}

/** Takes messages off a queue. */
export interface OutputReader {
  /** Messages whose bytes hold what their type cannot. */
  readonly invalid: number;
  /** Ends when the queue is closed and empty; after `signal` with what has arrived by then. */
  run(signal: AbortSignal): Promise<void>;
}

const OUTPUT_QUEUE = 1024;
/** So long a run that was ended early waits for handlers, so that its numbers agree. */
const STILL_TIMEOUT_MS = 1000;

/**
 * Launches a topology, sends it messages, prints what it gives, ends when nothing moves any more.
 *
 * @throws StudioError where the input is bad, after what came before it has been processed
 */
export async function runTopology(runtime: StudioRuntime, plan: RunPlan, context: CommandContext): Promise<ExitCode> {
  using run = new TopologyRun(runtime, plan, context);
  return await run.run();
}

/** What a run has ended with. */
interface Ending {
  readonly inputError: StudioError | undefined;
  readonly stillRunning: StudioError | undefined;
}

/** One run of a topology: what `runTopology` does, with a look at what it leaves. */
export class TopologyRun implements Disposable {
  readonly #runtime: StudioRuntime;
  readonly #plan: RunPlan;
  readonly #terminal: Terminal;
  readonly #outside: AbortSignal;
  /** Ends everything early: an interrupt, the time limit, results that cannot be written. */
  readonly #stop = new AbortController();
  readonly #outputs = new ReceiveQueue(OUTPUT_QUEUE);
  readonly #failures: FailureReport;
  readonly #letters: DeadLetterFile | undefined;
  readonly #watching: Disposable;
  readonly #hosts: HostReport;
  readonly #prints: PrintLines;
  readonly #printing: Disposable;
  readonly #reader: OutputReader;
  readonly #checkpoints: RunCheckpoints;
  readonly #following: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sender: MessageSender | undefined;
  #isInputOpen = true;

  constructor(runtime: StudioRuntime, plan: RunPlan, { terminal, signal }: CommandContext) {
    this.#runtime = runtime;
    this.#plan = plan;
    this.#terminal = terminal;
    this.#outside = signal;
    this.#failures = new FailureReport(runtime, terminal);
    this.#letters = plan.letterSink && new DeadLetterFile(runtime, plan.letterSink);
    this.#watching = watchForHopelessInput(
      runtime,
      () => this.#sender,
      () => {
        this.#stop.abort(new Stop(ExitCode.programFailed));
      },
    );
    this.#hosts = new HostReport(runtime, terminal);
    this.#prints = new PrintLines(terminal);
    this.#printing = runtime.onDidPrint.on((printed) => {
      this.#prints.add(printed);
    });
    this.#reader = plan.readOutputs(this.#outputs);
    this.#checkpoints = new RunCheckpoints(runtime, plan.checkpoints, terminal);
    this.#following = runtime.ledger && plan.ledgerFile?.follow(runtime.ledger);
    if (signal.aborted) this.#passOnStop();
    else signal.addEventListener('abort', this.#passOnStop, { once: true });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#checkpoints[Symbol.dispose]();
    this.#outside.removeEventListener('abort', this.#passOnStop);
    this.#printing[Symbol.dispose]();
    this.#watching[Symbol.dispose]();
    this.#letters?.[Symbol.dispose]();
    this.#failures[Symbol.dispose]();
    this.#hosts[Symbol.dispose]();
    this.#following?.[Symbol.dispose]();
  }

  /** Messages that receivers have not taken. */
  get refusals(): readonly Refusal[] {
    return [...(this.#sender?.refusals ?? []), ...this.#hosts.refusals];
  }

  async run(): Promise<ExitCode> {
    const { project, programs, hostFiles = projectHostFiles(project.dir), onDidLaunch } = this.#plan;
    const { actors, hosts } = await launchTopology(this.#runtime, {
      topology: project.topology,
      programs,
      outputs: this.#outputs,
      beforeActivation: () => {
        onDidLaunch?.();
        return this.#checkpoints.restore();
      },
      files: hostFiles,
    });
    this.#hosts.watch(hosts.values());
    this.#warnOfEndless();
    this.#checkpoints.start();
    const startedMs = performance.now();
    this.#startTimer();
    const printing = this.#print();
    let inputError: StudioError | undefined;
    try {
      inputError = await this.#sendAll(actors);
      await this.#runtime.quiet({ signal: this.#stop.signal });
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
    }
    const stillRunning = this.#stillRunning();
    await this.#runtime.stopHostActors(); // files are complete, whatever ended the run
    this.#outputs.close();
    await printing;
    return this.#conclude({ inputError, stillRunning }, performance.now() - startedMs);
  }

  /** Returns the error of the first bad message: what was sent before it is still to be processed. */
  async #sendAll(actors: ReadonlyMap<string, Actor>): Promise<StudioError | undefined> {
    const { signal } = this.#stop;
    const sender = new MessageSender(actors, signal);
    this.#sender = sender;
    try {
      await Promise.race([sendEach(sender, this.#plan.messages), untilAborted(signal)]);
      this.#isInputOpen = false;
      return undefined;
    } catch (error) {
      if (signal.aborted || !(error instanceof StudioError)) throw error;
      return error;
    }
  }

  async #print(): Promise<void> {
    try {
      await this.#reader.run(this.#stop.signal);
    } catch (error) {
      this.#stop.abort(error);
    }
  }

  async #conclude({ inputError, stillRunning }: Ending, elapsedMs: number): Promise<ExitCode> {
    const reason: unknown = this.#stop.signal.reason;
    const isHopeless = reason instanceof Stop && reason.exitCode === ExitCode.programFailed;
    const isInterrupted = this.#stop.signal.aborted && !isHopeless;
    const checkpointError = await this.#lastCheckpoint(isInterrupted);
    if (!(reason instanceof Stop && reason.exitCode === ExitCode.done)) {
      await this.#failures.settled();
      this.#prints.end();
    }
    const errors = await this.#account(elapsedMs);
    await this.#letters?.settled();
    if (stillRunning !== undefined) throw stillRunning;
    if (!isHopeless) this.#stop.signal.throwIfAborted();
    const failures = this.#failures.conclude(this.refusals);
    const hosts = amount(this.#hosts.failed, 'host actor failed', 'host actors failed');
    const invalid = amount(this.#reader.invalid, 'result held no valid value', 'results held no valid values');
    const unaccounted = amount(errors, 'error is in the ledger', 'errors are in the ledger');
    const sum = [failures, hosts, invalid, unaccounted].filter((part) => part !== '').join(', ');
    if (inputError !== undefined) throw inputError;
    if (sum === '' && checkpointError !== undefined) throw checkpointError;
    if (sum === '') return ExitCode.done;
    throw new StudioError('ProgramFailed', `${sum}.`, this.#failures.isDeadlocked ? { tip: deadlockTip } : {});
  }

  /** Gives why there is none: what the run is about to say comes first. */
  async #lastCheckpoint(isInterrupted: boolean): Promise<StudioError | undefined> {
    try {
      await this.#checkpoints.finish({ isLast: isInterrupted });
      return undefined;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      this.#terminal.note(JSON.stringify({ checkpointFailed: error.message }));
      return error;
    }
  }

  #warnOfEndless(): void {
    const [first, ...others] = endlessHosts(this.#plan.project.topology);
    if (first === undefined || this.#plan.timeoutMs !== undefined) return;
    const who = others.length === 0 ? `'${first}' sends` : `'${first}' and ${others.length} more send`;
    this.#terminal.note(`note: ${who} without end; Ctrl-C ends the run, or --timeout-ms.`);
  }

  /** Metrics and the ledger, of one moment: what was ended early goes on. Gives how many errors are in the ledger. */
  async #account(elapsedMs: number): Promise<number> {
    const { hasMetrics, ledgerFile } = this.#plan;
    if (!hasMetrics && ledgerFile === undefined) return 0;
    const account = (isStill: boolean): number => {
      if (hasMetrics) writeMetrics(this.#runtime, this.#terminal, elapsedMs);
      return this.#concludeLedger(isStill);
    };
    if (!this.#stop.signal.aborted) return account(true);
    try {
      return await this.#runtime.whileStill(() => account(true), { timeoutMs: STILL_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'PauseTimeout') throw error;
      return account(false); // some handler runs on: better what can be seen than nothing
    }
  }

  #concludeLedger(isStill: boolean): number {
    const { ledger } = this.#runtime;
    const { ledgerFile } = this.#plan;
    const following = this.#following;
    if (ledger === undefined || ledgerFile === undefined || following === undefined) return 0;
    return ledgerFile.conclude(ledger, { following, terminal: this.#terminal, isStill });
  }

  #startTimer(): void {
    const { timeoutMs } = this.#plan;
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#stop.abort(new Stop(ExitCode.timeLimit));
    }, timeoutMs);
  }

  /** What the time limit has found. */
  #stillRunning(): StudioError | undefined {
    const reason: unknown = this.#stop.signal.reason;
    if (!(reason instanceof Stop) || reason.exitCode !== ExitCode.timeLimit) return undefined;
    const what = reportStillRunning(this.#runtime, this.#terminal, {
      sender: this.#sender,
      isInputOpen: this.#isInputOpen,
    });
    return new StudioError('TimeLimit', `not done after ${this.#plan.timeoutMs ?? 0} ms; ${what}.`);
  }

  readonly #passOnStop = (): void => {
    this.#stop.abort(this.#outside.reason);
  };
}

async function sendEach(sender: MessageSender, messages: AsyncIterable<AddressedMessage>): Promise<void> {
  for await (const message of messages) await sender.send(message);
}

/** Rejects when `signal` aborts: reading a terminal or a pipe cannot be hurried. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
