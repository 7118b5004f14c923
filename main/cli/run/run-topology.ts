import { performance } from 'node:perf_hooks';

import { endlessHosts } from '../../../app/model/topology/message-sources.ts';
import type { HostFiles } from '../../../app/runtime/host-actors/host-files.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import { deadlockTip } from '../../../app/runtime/health/deadlock.ts';
import { type Batch, BatchRun, type OutputReader } from '../../host/batch/batch-run.ts';
import type { AddressedMessage, Refusal } from '../../host/batch/message-sender.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import type { CommandContext } from '../command/command.ts';
import { ExitCode, Stop } from '../exit-code.ts';
import type { Project } from '../project/project.ts';
import type { Terminal } from '../terminal.ts';
import { projectHostFiles } from '../../host/host-files/project-files.ts';
import { amount, FailureReport } from './failure-report.ts';
import { HostReport } from './host-report.ts';
import type { LedgerFile } from './ledger-file.ts';
import { writeMetrics } from './metrics.ts';
import { PrintLines } from './print-lines.ts';
import { DeadLetterFile } from './dead-letter-file.ts';
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
  readonly readOutputs: (queue: ReceiveQueue) => ResultReader;
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

/** Takes messages off a queue, and looks at what they hold. */
export interface ResultReader extends OutputReader {
  /** Messages whose bytes hold what their type cannot. */
  readonly invalid: number;
}

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
  readonly #batch: BatchRun<ResultReader>;
  readonly #failures: FailureReport;
  readonly #letters: DeadLetterFile | undefined;
  readonly #hosts: HostReport;
  readonly #prints: PrintLines;
  readonly #printing: Disposable;
  readonly #checkpoints: RunCheckpoints;
  readonly #following: Disposable | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(runtime: StudioRuntime, plan: RunPlan, { terminal, signal }: CommandContext) {
    this.#runtime = runtime;
    this.#plan = plan;
    this.#terminal = terminal;
    this.#failures = new FailureReport(runtime, terminal);
    this.#letters = plan.letterSink && new DeadLetterFile(runtime, plan.letterSink);
    this.#hosts = new HostReport(runtime, terminal);
    this.#prints = new PrintLines(terminal);
    this.#printing = runtime.onDidPrint.on((printed) => {
      this.#prints.add(printed);
    });
    this.#checkpoints = new RunCheckpoints(runtime, plan.checkpoints, terminal);
    this.#following = runtime.ledger && plan.ledgerFile?.follow(runtime.ledger);
    this.#batch = new BatchRun(runtime, this.#batchOf(plan, signal));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#checkpoints[Symbol.dispose]();
    this.#printing[Symbol.dispose]();
    this.#batch[Symbol.dispose]();
    this.#letters?.[Symbol.dispose]();
    this.#failures[Symbol.dispose]();
    this.#hosts[Symbol.dispose]();
    this.#following?.[Symbol.dispose]();
  }

  /** Messages that receivers have not taken. */
  get refusals(): readonly Refusal[] {
    return this.#batch.refusals;
  }

  async run(): Promise<ExitCode> {
    const launched = await this.#batch.launch();
    this.#hosts.watch(launched.hosts.values());
    this.#warnOfEndless();
    this.#checkpoints.start();
    const startedMs = performance.now();
    this.#startTimer();
    const inputError = await this.#batch.untilQuiet(launched);
    const stillRunning = this.#stillRunning();
    await this.#batch.end(); // whatever ended the run
    return this.#conclude({ inputError, stillRunning }, performance.now() - startedMs);
  }

  #batchOf(
    { project, programs, hostFiles, messages, readOutputs, onDidLaunch }: RunPlan,
    signal: AbortSignal,
  ): Batch<ResultReader> {
    return {
      topology: project.topology,
      programs,
      messages,
      readOutputs,
      files: hostFiles ?? projectHostFiles(project.dir),
      signal,
      beforeActivation: () => {
        onDidLaunch?.();
        return this.#checkpoints.restore();
      },
    };
  }

  async #conclude({ inputError, stillRunning }: Ending, elapsedMs: number): Promise<ExitCode> {
    const { isHopeless } = this.#batch;
    const { signal } = this.#batch.stop;
    const reason: unknown = signal.reason;
    const isInterrupted = signal.aborted && !isHopeless;
    const checkpointError = await this.#lastCheckpoint(isInterrupted);
    if (!(reason instanceof Stop && reason.exitCode === ExitCode.done)) {
      await this.#failures.settled();
      this.#prints.end();
    }
    const errors = await this.#account(elapsedMs);
    await this.#letters?.settled();
    if (stillRunning !== undefined) throw stillRunning;
    if (!isHopeless) signal.throwIfAborted();
    const failures = this.#failures.conclude(this.refusals);
    const hosts = amount(this.#hosts.failed, 'host actor failed', 'host actors failed');
    const invalid = amount(this.#batch.reader.invalid, 'result held no valid value', 'results held no valid values');
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
    if (!this.#batch.stop.signal.aborted) return account(true);
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
      this.#batch.stop.abort(new Stop(ExitCode.timeLimit));
    }, timeoutMs);
  }

  /** What the time limit has found. */
  #stillRunning(): StudioError | undefined {
    const reason: unknown = this.#batch.stop.signal.reason;
    if (!(reason instanceof Stop) || reason.exitCode !== ExitCode.timeLimit) return undefined;
    const what = reportStillRunning(this.#runtime, this.#terminal, {
      sender: this.#batch.sender,
      isInputOpen: this.#batch.isInputOpen,
    });
    return new StudioError('TimeLimit', `not done after ${this.#plan.timeoutMs ?? 0} ms; ${what}.`);
  }
}
