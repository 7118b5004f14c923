import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type * as letters from '../../../app/contract/dead-letters.ts';
import type * as inputs from '../../../app/contract/inputs.ts';
import type * as projects from '../../../app/contract/project.ts';
import type * as runs from '../../../app/contract/run.ts';
import type { EditResult, Numbered, ProjectHost } from '../../../app/contract/studio-host.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { CheckedPrograms } from './checked-programs.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { Comparisons } from './comparison/comparisons.ts';
import type { CompileQueue } from './compile-queue.ts';
import { ConsoleLog } from './console-log.ts';
import { agreedPlan } from './agreed-plan.ts';
import { EventLog } from './event-log.ts';
import { FunctionLaunches } from './functions/function-launches.ts';
import { templateText } from './file-templates.ts';
import { requestReply, sendMessage } from './injector.ts';
import type { OpenWork } from './open-work.ts';
import type { DeviceLoss, GpuKept } from './loss/device-loss.ts';
import { RunResumption } from './loss/resumption.ts';
import { suspendRun } from './loss/suspend-run.ts';
import { ProjectDocuments } from './project-documents.ts';
import { ProjectProblems } from './project-problems.ts';
import { ProjectRun } from './project-run.ts';
import { rehearse } from './rehearsal.ts';
import type { RuntimeSettings } from './runtime-settings.ts';
import { StudioStates } from './project-states.ts';
import type { CheckpointStart, RunPlan } from './run-plan.ts';
import { SourceChecker, type SourceCheck } from './source-checker.ts';
import { isSource, savedTexts } from './source-texts.ts';
import { startStopped } from './start-stopped.ts';
import { topologyName } from './topology-check.ts';
import { TopologyWatch } from './topology-watch.ts';
import type { Agreements } from './trust.ts';

export interface OpenProjectOptions {
  readonly id: string;
  /** Real path. */
  readonly dir: string;
  readonly topologyPath: string;
  readonly stateDir: string;
  readonly queue: CompileQueue;
  readonly agreements: Agreements;
  readonly runtime: RuntimeSettings;
  /** The studio has made the folder just now. */
  readonly isOwn?: boolean;
  /** Has another process take this one's place. */
  readonly replaceHost?: (() => Promise<void>) | undefined;
  readonly onRenamed?: (project: projects.ProjectSummary) => void;
}

/** An open project: its files, what the compiler says about them, and its run. */
export class OpenProject implements ProjectHost, AsyncDisposable {
  readonly #options: OpenProjectOptions;
  readonly #log: EventLog;
  readonly #documents: ProjectDocuments;
  readonly #checker: SourceChecker;
  readonly #problems: ProjectProblems;
  readonly #console: ConsoleLog;
  readonly states: StudioStates;
  readonly functions: FunctionLaunches;
  readonly comparisons: Comparisons;
  readonly resumption: RunResumption;
  readonly #run: ProjectRun;
  readonly #programs = new CheckedPrograms();
  readonly #topology: TopologyWatch;
  #summary: projects.ProjectSummary;

  private constructor(options: OpenProjectOptions) {
    const { id, dir, stateDir, queue, runtime } = options;
    const publish = (event: projects.ProjectEvent): void => this.#log.append(event);
    const onFailure = (error: unknown): void => {
      this.#notice({ severity: 'warning', title: error instanceof Error ? error.message : String(error) });
    };
    this.#options = options;
    this.#summary = { id, dir, name: topologyName(undefined, dir) };
    this.#log = new EventLog({
      nonce: randomBytes(6).toString('hex'),
      snapshot: () => ({ type: 'snapshot', snapshot: this.#snapshot() }),
    });
    this.#console = new ConsoleLog(publish);
    this.#problems = new ProjectProblems((path, problems) => publish({ type: 'problems', path, problems }));
    this.#documents = new ProjectDocuments({
      ...{ dir, stateDir, onFailure },
      onChanged: (file, origin) => this.#fileChanged(file, origin),
      onRemoved: (path) => this.#fileRemoved(path),
    });
    this.#topology = new TopologyWatch({
      ...{ path: options.topologyPath, drafts: this.#documents.drafts },
      ...{ programs: this.#programs, problems: this.#problems },
      onChecked: (document) => this.#topologyChecked(document),
    });
    this.#checker = new SourceChecker({
      ...{ dir, queue, drafts: this.#documents.drafts },
      onChecking: (path, isChecking) => publish({ type: 'checking', path, isChecking }),
      onChecked: (check) => this.#checked(check),
      onRemoved: (source) => this.#sourceRemoved(source),
    });
    this.functions = new FunctionLaunches({
      ...{ dir, queue, runtime, agreements: options.agreements },
      ...{ documents: this.#documents, console: this.#console },
      save: () => this.save(undefined),
      onKept: (launchId) => publish({ type: 'launched', launchId }),
    });
    this.comparisons = new Comparisons({
      ...{ project: options, documents: this.#documents, queue, runtime, console: this.#console },
      replaceHost: options.replaceHost,
      publish: (comparison) => publish({ type: 'comparison', comparison }),
    });
    const journalPath = join(stateDir, 'run.journal');
    const onDeviceLost = (loss: DeviceLoss | GpuKept): void => void this.resumption.lost(loss);
    const log = this.#console;
    this.#run = new ProjectRun({ queue, console: log, publish, runtime, journalPath, onDeviceLost, onFailure });
    this.states = new StudioStates({
      live: () => this.#run.live,
      reloader: this.#run.reloader,
      folder: new CheckpointFolder(join(stateDir, 'checkpoints')),
      restore: (read, start) => this.#restore(read, start),
      onCheckpoint: (checkpoint) => void (this.resumption.checkpoint = checkpoint),
    });
    this.resumption = new RunResumption({
      ...{ stateDir, console: log, replaceHost: options.replaceHost },
      notice: (notice) => this.#notice(notice),
      start: (input) => this.start(input),
      restore: (id, input) => this.states.restoreCheckpoint({ id, migrate: false, allowLoss: false, ...input }),
    });
  }

  static async open(options: OpenProjectOptions): Promise<OpenProject> {
    const project = new OpenProject(options);
    project.#run.recover();
    await project.#documents.open();
    if (options.isOwn === true) project.#documents.trustAll();
    project.#topology.check();
    const named = project.#topology.document?.actors.map(({ source }) => source) ?? [];
    const sources = project.#documents.drafts.paths.filter(isSource);
    project.#checker.checkAll([...new Set([...named.filter((path) => sources.includes(path)), ...sources])]);
    return project;
  }

  get summary(): projects.ProjectSummary {
    return this.#summary;
  }

  /** What the person would want to know before the studio ends. */
  get openWork(): OpenWork {
    const { name, dir } = this.#summary;
    const { drafts } = this.#documents;
    const unsaved = drafts.paths.filter((path) => drafts.file(path)?.isDirty === true);
    return { name, dir, unsaved, isRunning: this.#run.state.phase !== 'idle' };
  }

  events(lastEventId: string | undefined, signal: AbortSignal): AsyncIterable<Numbered<projects.ProjectEvent>> {
    return this.#log.read(lastEventId, signal);
  }

  async edit(input: inputs.EditInput): Promise<EditResult> {
    return this.#documents.edit(input);
  }

  async save(paths: readonly string[] | undefined): Promise<void> {
    const saved: string[] = [];
    try {
      await this.#documents.save(paths, (path) => saved.push(path));
    } finally {
      // One that is saved already, too: what another program wrote is then loaded, or refused with its reason.
      this.#reload([...saved, ...(paths ?? [])]);
    }
  }

  async compileAgain(path: string): Promise<void> {
    this.#checker.touch(path);
    this.#reload([path]);
  }

  async createFile(input: inputs.CreateFileInput): Promise<projects.FileState> {
    return this.#documents.create(input.path, templateText(input));
  }

  async renameFile(path: string, newPath: string): Promise<void> {
    this.#checkNotTopology(path);
    await this.#documents.rename(path, newPath);
  }

  async deleteFile(path: string): Promise<void> {
    this.#checkNotTopology(path);
    await this.#documents.delete(path);
  }

  async revertFile(path: string): Promise<void> {
    await this.#documents.revert(path);
    this.#foundOutside(path);
  }

  async resolveConflict(path: string, take: 'draft' | 'disk'): Promise<void> {
    await this.#documents.resolve(path, take);
    if (take === 'disk') this.#foundOutside(path);
  }

  async runningText(path: string): Promise<string | null> {
    return this.#run.runningText(path);
  }

  async start(input: inputs.StartInput): Promise<runs.StartResult> {
    this.#run.checkIdle();
    await this.#documents.save();
    const agreed = await agreedPlan(this.#options, this.#documents, input);
    if (agreed.kind === 'problems') return this.#run.refused(agreed.problems);
    if (agreed.kind !== 'plan') return agreed;
    this.resumption.checkpoint = null;
    return this.#startPlan(agreed.plan);
  }

  /** What runs is ended when nothing is left that is known to be in the way. */
  async #restore(read: () => Promise<CheckpointStart>, start: inputs.StartInput): Promise<runs.StartResult> {
    const { isRunning: wasRunning } = this.#run;
    if (!wasRunning) this.#run.checkIdle();
    const checkpoint = await read();
    await this.save(undefined);
    const agreed = await agreedPlan(this.#options, this.#documents, start);
    if (agreed.kind !== 'plan') return agreed;
    const plan = { ...agreed.plan, checkpoint };
    const problems = await rehearse(plan, this.#options);
    if (problems.length > 0) return { kind: 'problems', problems };
    if (wasRunning && !this.#run.isRunning) throw startStopped();
    await this.stop();
    return this.#startPlan(plan);
  }

  async #startPlan(plan: RunPlan): Promise<runs.StartResult> {
    const result = await this.#run.start(plan);
    // What was saved while it compiled comes after it.
    this.#reload([...plan.sources.keys()]);
    this.#run.documentChanged(this.#topology.document);
    return result;
  }

  /** For the next host to go on with. */
  suspend = (): Promise<void> => suspendRun(this.#run, this.states, this.resumption);

  async stop(): Promise<void> {
    await this.#run.stop();
  }

  async pause(): Promise<void> {
    await this.#run.pause();
  }

  async resume(): Promise<void> {
    await this.#run.resume();
  }

  async reset(actorIds: readonly string[]): Promise<void> {
    await this.#run.reset(actorIds);
  }

  async dismissLost(): Promise<void> {
    this.#run.dismissLost();
  }

  async send(input: inputs.InjectInput): Promise<runs.InjectResult> {
    return sendMessage(this.#run.live, input);
  }

  async request(input: inputs.RequestInput): Promise<runs.RequestResult> {
    return requestReply(this.#run.live, input);
  }

  async burst(input: inputs.BurstInput): Promise<string> {
    return this.#run.bursts.start(this.#run.live, input);
  }

  async cancelBurst(id: string): Promise<void> {
    this.#run.bursts.cancel(id);
  }

  telemetry(hz: number, signal: AbortSignal): AsyncIterable<runs.TelemetryFrame> {
    return this.#run.telemetry.stream(hz, signal);
  }

  async telemetryHistory(): Promise<readonly runs.TelemetryFrame[]> {
    return this.#run.telemetry.history;
  }

  outputs(signal: AbortSignal): AsyncIterable<runs.OutputBatch> {
    return this.#run.outputs.stream(signal);
  }

  async listOutputs(before: number | undefined, limit: number): Promise<readonly runs.OutputRow[]> {
    return this.#run.outputs.list(before, limit);
  }

  async listDeadLetters(input: letters.DeadLetterListInput): Promise<readonly letters.DeadLetterRow[]> {
    return this.#run.deadLetters.list(input);
  }

  async replayDeadLetters(input: letters.ReplayInput): Promise<letters.ReplayResult> {
    return this.#run.deadLetters.replay(this.#run.live, input);
  }

  async removeDeadLetters(selection: letters.DeadLetterSelectionInput): Promise<number> {
    return this.#run.deadLetters.remove(selection);
  }

  async clearConsole(): Promise<void> {
    this.#console.clear();
  }

  /** Resolves when every draft has been checked. */
  async settled(): Promise<void> {
    await this.#checker.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { functions, comparisons } = this;
    const parts = [functions, comparisons, this.#run, this.#checker, this.#documents];
    for (const part of parts) await part[Symbol.asyncDispose]();
    this.#console.flush();
  }

  /** What was saved goes to the actors that run it. */
  #reload(paths: readonly string[]): void {
    const { drafts, trusted } = this.#documents;
    const isTrusted = trusted.asOfNow(this.#run.state.device.kind);
    const texts = { dir: this.#options.dir, overlay: savedTexts(drafts), isTrusted };
    const sources = new Set(paths.flatMap((path) => this.#checker.sourcesWith(path)));
    for (const source of sources) void this.#run.saved(source, texts);
  }

  #snapshot(): projects.ProjectSnapshot {
    return {
      project: this.#summary,
      topologyPath: this.#options.topologyPath,
      files: this.#documents.drafts.files,
      programs: this.#programs.all,
      problems: this.#problems.byFile,
      run: this.#run.state,
      revisions: this.#run.revisions.all,
      console: this.#console.lines,
      bursts: this.#run.bursts.states,
      deadLetters: this.#run.deadLetters.summary,
      comparison: this.comparisons.state,
    };
  }

  #notice(notice: projects.Notice): void {
    this.#log.append({ type: 'notice', notice });
  }

  #fileChanged(file: projects.FileState, origin: string): void {
    this.#log.append({ type: 'file', file, origin });
    this.#touched(file.path);
    if (origin === 'disk' && !file.isDirty) this.#foundOutside(file.path);
  }

  /** Actors that run another text than the one shown must not look as if they ran this one. */
  #foundOutside(path: string): void {
    if (this.#run.isRunning) this.#reload([path]);
  }

  #fileRemoved(path: string): void {
    this.#log.append({ type: 'file-removed', path });
    this.#touched(path);
  }

  #touched(path: string): void {
    this.#checker.touch(path);
    if (path === this.#options.topologyPath || isSource(path)) this.#topology.check();
  }

  #checked({ source, program, problems, versions }: SourceCheck): void {
    this.#problems.set(source, { problems, versions });
    const shown = this.#programs.checked(source, program);
    if (shown !== undefined) this.#log.append({ type: 'program', path: source, program: shown });
    this.#topology.check();
  }

  #sourceRemoved(source: string): void {
    this.#problems.remove(source);
    if (this.#programs.remove(source)) this.#log.append({ type: 'program', path: source, program: null });
  }

  #topologyChecked(document: Topology | undefined): void {
    this.#run.documentChanged(document);
    const name = topologyName(this.#topology.document, this.#options.dir);
    if (name === this.#summary.name) return;
    this.#summary = { ...this.#summary, name };
    this.#log.append({ type: 'project', project: this.#summary });
    this.#options.onRenamed?.(this.#summary);
  }

  #checkNotTopology(path: string): void {
    if (path !== this.#options.topologyPath) return;
    throw new StudioError('TopologyFile', `'${path}' is the project's topology.`, {
      tip: 'A project cannot do without.',
    });
  }
}
