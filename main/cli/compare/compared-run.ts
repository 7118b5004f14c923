import { StudioError } from '../../../app/base/studio-error.ts';
import type { RunOutcome } from '../../../app/model/comparison/run-outcome.ts';
import { gpusOf } from '../../../app/model/topology/topology.ts';
import { OutcomeRecorder, type RecordingOptions } from '../../../app/runtime/comparison/outcome-recorder.ts';
import type { ReceiveQueue } from '../../../app/runtime/receive-queue.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import type { AddressedMessage } from '../../host/batch/message-sender.ts';
import { RecordingReader } from '../../host/batch/recorded-batch.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';
import { projectHostFiles } from '../../host/host-files/project-files.ts';
import { readOnlyFiles } from '../../host/host-files/read-only-files.ts';
import type { CommandContext } from '../command/command.ts';
import type { CompileService } from '../project/compile-service.ts';
import { fileKind, readTopology, type Project, type ProjectFile, type TopologyOverrides } from '../project/project.ts';
import { noCheckpoints } from '../run/run-checkpoints.ts';
import { openProject } from '../run/run-project.ts';
import { TopologyRun } from '../run/run-topology.ts';
import type { Side } from './compared-devices.ts';

export interface ComparedRunOptions {
  readonly file: ProjectFile;
  readonly overrides: TopologyOverrides;
  readonly workers: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly service: CompileService;
  readonly context: CommandContext;
}

/** A run has ended, well or not. */
export interface EndedRun {
  readonly outcome: RunOutcome;
  /** In words; undefined where nothing has failed. */
  readonly failure: string | undefined;
}

/** A device that is open, for one run of a topology. */
export class ComparedRun implements AsyncDisposable {
  readonly side: Side;
  readonly #runtime: StudioRuntime;
  readonly #options: Omit<ComparedRunOptions, 'context'>;
  readonly #context: CommandContext;
  readonly #programs = new Map<string, Program>();
  #project: Project | undefined;

  private constructor(runtime: StudioRuntime, side: Side, { context, ...options }: ComparedRunOptions) {
    this.#runtime = runtime;
    this.side = side;
    this.#options = options;
    this.#context = labelled(context, side.name);
  }

  /** @throws StudioError `DeviceNotAvailable` */
  static async open(side: Side, options: ComparedRunOptions): Promise<ComparedRun> {
    const { workers, service, file } = options;
    const { device } = side;
    const document = fileKind(file.path) === 'topology' ? await readTopology(file) : { actors: [] };
    const runtime = await createRuntime({
      device,
      gpu: gpusOf(document, 0),
      ...(workers !== undefined && { workers }),
      compiler: service.compiler,
    });
    return new ComparedRun(runtime, side, options);
  }

  /** Compiles, and loads. @throws StudioError */
  async prepare(): Promise<Project> {
    const { file, overrides } = this.#options;
    const target = { runtime: this.#runtime, programs: this.#programs, signal: this.#context.signal };
    return (this.#project ??= await openProject(file, { ...overrides, device: this.side.device }, target));
  }

  /**
   * Runs until nothing moves any more.
   *
   * @throws StudioError where there is nothing to compare: `TimeLimit`, `OutOfMemory`, …; with the device in front
   */
  async run(messages: readonly AddressedMessage[], recording: RecordingOptions): Promise<EndedRun> {
    try {
      return await this.#run(messages, recording);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      const { tip, problems } = error;
      const details = { cause: error, problems, ...(tip !== undefined && { tip }) };
      throw new StudioError(error.code, `on ${this.side.name}: ${error.message}`, details);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
  }

  async #run(messages: readonly AddressedMessage[], recording: RecordingOptions): Promise<EndedRun> {
    const project = await this.prepare();
    using recorder = new OutcomeRecorder(this.#runtime, recording);
    const plan = {
      project,
      programs: this.#programs,
      messages: inTurn(messages),
      readOutputs: (queue: ReceiveQueue): RecordingReader => new RecordingReader(queue, recorder),
      letterSink: undefined,
      ledgerFile: undefined,
      timeoutMs: this.#options.timeoutMs,
      hasMetrics: false,
      checkpoints: noCheckpoints,
      hostFiles: readOnlyFiles(projectHostFiles(project.dir)),
      onDidLaunch: () => {
        recorder.watchHosts();
      },
    };
    using run = new TopologyRun(this.#runtime, plan, this.#context);
    const failure = await run.run().then(() => undefined, programFailure);
    return { outcome: await recorder.finish(run.refusals), failure };
  }
}

/** What a program does wrong is part of what is compared. */
function programFailure(error: unknown): string {
  if (error instanceof StudioError && error.code === 'ProgramFailed') return error.message;
  throw error;
}

function labelled(context: CommandContext, name: string): CommandContext {
  const { terminal } = context;
  return {
    ...context,
    terminal: {
      write: (text) => terminal.write(text),
      note: (line) => {
        terminal.note(`${name}: ${line}`);
      },
    },
  };
}

async function* inTurn(messages: readonly AddressedMessage[]): AsyncGenerator<AddressedMessage, void> {
  yield* messages;
}
