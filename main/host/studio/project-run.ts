import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { ProjectEvent } from '../../../app/contract/project.ts';
import type { RunState, StartResult } from '../../../app/contract/run.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { ActorFailure, Program } from '../../../app/runtime/runtime.ts';
import { nothingBut } from '../../compile/sources/project-folder.ts';
import { createRuntime, type StudioRuntime } from '../create-runtime.ts';
import { Bursts } from './burst.ts';
import { Cleanup } from './cleanup.ts';
import { problemsOf, stagesOf, type CompileQueue, type CompileRecord } from './compile-queue.ts';
import type { ConsoleLog } from './console-log.ts';
import { DeadLetterLog } from './dead-letter-log.ts';
import { removeJournal } from './journal/journal-file.ts';
import { findLostRun } from './journal/lost-run.ts';
import { RunRecorder } from './journal/run-recorder.ts';
import { attendHosts } from './host-view.ts';
import { endOf, watchDevice, type DeviceLoss, type GpuKept } from './loss/device-loss.ts';
import { LiveRun } from './live-run.ts';
import { OutputsLog } from './output-tap.ts';
import { watchFaults } from './fault-watch.ts';
import { findTarget } from './injector.ts';
import { topologyErrors } from './rehearsal.ts';
import { Reloader, type SavedTexts } from './reloader.ts';
import { Revisions } from './revisions.ts';
import type { RunPlan } from './run-plan.ts';
import type { RuntimeSettings } from './runtime-settings.ts';
import { RunView } from './run-view.ts';
import { startStopped } from './start-stopped.ts';
import { TelemetryFeed } from './telemetry-feed.ts';
import { needsNewStart } from './topology-check.ts';

export interface ProjectRunOptions {
  readonly queue: CompileQueue;
  readonly console: ConsoleLog;
  readonly publish: (event: ProjectEvent) => void;
  readonly runtime: RuntimeSettings;
  /** Where it is written down what becomes of messages, for the case that the host dies. */
  readonly journalPath: string;
  /** The run's device is gone, by a failure or at the run's end, and with it all that it can do in this process. */
  readonly onDeviceLost: (loss: DeviceLoss | GpuKept) => void;
  /** Something in the background did not work. */
  readonly onFailure: (error: unknown) => void;
}

const REFRESH_EVERY_MS = 100;

/** A run from its first compile to its end. */
interface Session {
  readonly plan: RunPlan;
  readonly stop: AbortController;
  /** Ends everything that belongs to the session, last first. */
  readonly resources: Cleanup;
  readonly compiled: Map<string, CompileRecord>;
  /** By source: the number of what was compiled. */
  readonly revisions: Map<string, number>;
  recorder: RunRecorder | undefined;
  live: LiveRun | undefined;
}

/** What the project's actors do: at most one runtime at a time. A failing actor or worker ends nothing but itself. */
export class ProjectRun implements AsyncDisposable {
  readonly outputs = new OutputsLog();
  readonly telemetry = new TelemetryFeed();
  readonly deadLetters: DeadLetterLog;
  readonly bursts: Bursts;
  readonly revisions: Revisions;
  readonly #options: ProjectRunOptions;
  readonly #view: RunView;
  readonly reloader: Reloader;
  #session: Session | undefined;
  #ending: Promise<void> | undefined;
  #isOver = false;

  constructor(options: ProjectRunOptions) {
    const { publish } = options;
    this.#options = options;
    this.deadLetters = new DeadLetterLog(publish);
    this.bursts = new Bursts({
      onProgress: (burst) => this.#session?.live?.recorder.burst(burst),
      publish: (burst) => publish({ type: 'burst', burst }),
    });
    this.revisions = new Revisions((revision) => {
      publish({ type: 'revision', revision });
    });
    this.#view = new RunView((run) => {
      publish({ type: 'run', run });
    });
    this.reloader = new Reloader({
      queue: options.queue,
      revisions: this.revisions,
      live: () => this.#session?.live,
      onRevised: (actors, source, revision) => {
        this.#view.revised(
          actors.map(({ name }) => name),
          revision,
        );
        publish({ type: 'notice', notice: { severity: 'info', title: `${source} runs r${revision}` } });
      },
    });
  }

  get state(): RunState {
    return this.#view.state;
  }

  /** @throws StudioError `NotRunning` */
  get live(): LiveRun {
    const live = this.#session?.live;
    if (live !== undefined) return live;
    throw new StudioError('NotRunning', 'nothing runs in this project.', { tip: 'Start it first.' });
  }

  /** And nobody has told it to end. */
  get isRunning(): boolean {
    return this.#session?.live !== undefined && this.#ending === undefined;
  }

  runningText(path: string): string | null {
    return this.#session?.live?.runningText(path) ?? null;
  }

  /** A source, or a header of it, was saved. */
  async saved(source: string, texts: SavedTexts): Promise<void> {
    await this.reloader.saved(source, texts);
  }

  /** Launches actors anew from the latest code that compiles, with fresh states and empty queues. */
  async reset(ids: readonly string[]): Promise<void> {
    const { live } = this;
    const actors = ids.map((id) => findTarget(live.actors, id).actor);
    await this.reloader.reset(live, actors);
    if (this.state.phase === 'paused') await live.pause();
    if (this.#session?.live === live) this.#view.refresh(live);
  }

  /** To be called once, before anything else: tells of a run that ended with an earlier host. */
  recover(): void {
    const found = findLostRun(this.#options.journalPath, Date.now());
    if (found === undefined) return;
    this.#view.restore(found);
    this.bursts.restore(found.bursts);
    this.outputs.restore(this.state.runId);
  }

  /** Somebody has read what was lost with an earlier host. */
  dismissLost(): void {
    if (this.state.lost === undefined) return;
    removeJournal(this.#options.journalPath);
    this.#view.forgetLost();
  }

  /** @throws StudioError `AlreadyRunning` */
  checkIdle(): void {
    if (this.#session === undefined && this.#ending === undefined) return;
    throw new StudioError('AlreadyRunning', `the project is ${this.state.phase}.`, { tip: 'Stop it first.' });
  }

  refused(problems: readonly Problem[]): StartResult {
    this.#view.update({ problems });
    return { kind: 'problems', problems };
  }

  /** The plan may run: everybody has agreed. @throws StudioError `AlreadyRunning`, `StartStopped` */
  async start(plan: RunPlan): Promise<StartResult> {
    if (this.#isOver) throw startStopped();
    this.checkIdle();
    const resources = new Cleanup();
    const session: Session = {
      plan,
      stop: new AbortController(),
      resources,
      compiled: new Map(),
      revisions: new Map(),
      recorder: undefined,
      live: undefined,
    };
    this.#session = session;
    const { runId } = this.#view.state;
    this.#view.update({ runId: runId + 1, phase: 'compiling', problems: [], isOutdated: false });
    try {
      const problems = await this.#launch(session);
      if (problems.length === 0) return { kind: 'started' };
      await this.#end(session, problems);
      return { kind: 'problems', problems };
    } catch (error) {
      const isStopped = session.stop.signal.aborted;
      const problem = { severity: 'error', code: 'start-failed', message: messageOf(error) } as const;
      await this.#end(session, isStopped ? [] : [problem]);
      if (isStopped) throw startStopped();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const session = this.#session;
    if (session !== undefined) await this.#end(session, []);
    await this.#ending;
  }

  async pause(): Promise<void> {
    const { live } = this;
    await live.pause();
    if (this.#session?.live !== live) return;
    this.#view.refresh(live);
    this.#view.update({ phase: 'paused' });
  }

  async resume(): Promise<void> {
    const { live } = this;
    await live.resume();
    if (this.#session?.live !== live) return;
    this.#view.refresh(live);
    this.#view.update({ phase: 'running' });
  }

  /** The document is another one now. */
  documentChanged(document: Topology | undefined): void {
    const { live } = this.#session ?? {};
    if (live === undefined || document === undefined) return;
    const isOutdated = needsNewStart(live.plan.document, document);
    if (isOutdated !== this.state.isOutdated) this.#view.update({ isOutdated });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.stop();
  }

  /** Gives the problems because of which nothing runs. */
  async #launch(session: Session): Promise<readonly Problem[]> {
    const { plan, stop, resources } = session;
    const runtime = await this.#createRuntime(session);
    this.#view.update({ device: { kind: plan.device, description: runtime.device.description } });
    const { programs, problems } = await this.#compileAll(runtime, session);
    if (problems.length > 0) return problems;
    const errors = topologyErrors(plan, programs);
    if (errors.length > 0) return errors;
    stop.signal.throwIfAborted();
    this.#view.update({ phase: 'starting' });
    this.#view.begin(plan, (source) => session.revisions.get(source) ?? 0);
    const { runId } = this.#view.state;
    this.deadLetters.clear();
    const { compiled: records, revisions } = session;
    const outputs = this.outputs.begin(runId);
    const record = (actors: readonly Actor[]): RunRecorder => this.#record(session, runtime, actors);
    const live = await LiveRun.launch({ runtime, plan, programs, records, revisions, outputs, record });
    session.live = live;
    for (const [path, number] of revisions) this.#loaded(path, number, records.get(path));
    resources.use(attendHosts(live.runtime, this.#options.console));
    resources.defer(this.#sample(live, runId));
    this.#view.refresh(live);
    const { key, startedAtMs } = live.recorder;
    this.#view.update({ phase: 'running', startedAtMs, key });
    this.#options.console.note('info', `Run ${runId} started on ${runtime.device.description}.`);
    void this.#inject(session, live);
    return [];
  }

  async #createRuntime(session: Session): Promise<StudioRuntime> {
    const { compiled, resources, plan } = session;
    const [{ gpu }, { runId }] = [plan, this.state];
    const { queue, console, runtime, onDeviceLost: onLost } = this.#options;
    const { observe, ...settings } = runtime;
    const observation = observe?.();
    const compiler = queue.forRun((record) => {
      compiled.set(record.file, record);
    });
    const observers = observation?.observers ?? [];
    const created = await createRuntime({ ...settings, ...plan.on, compiler, observers });
    resources.use(endOf(created, { runId, gpu, onLost }));
    if (observation !== undefined) resources.use(observation.attach(created));
    resources.use(created.onDidFailActor.on((failure) => void this.#actorFailed(failure)));
    resources.use(created.deadLetters.onDidArrive.on((letter) => this.deadLetters.add(letter)));
    const recorder = (): RunRecorder | undefined => session.recorder;
    resources.use(watchDevice({ runtime: created, gpu, runId, recorder, deadLetters: this.deadLetters, onLost }));
    resources.use(watchFaults(created, console, () => this.#keepPaused()));
    return created;
  }

  async #compileAll(
    runtime: StudioRuntime,
    { plan, stop, compiled, revisions }: Session,
  ): Promise<{ readonly programs: ReadonlyMap<string, Program>; readonly problems: readonly Problem[] }> {
    const programs = new Map<string, Program>();
    const problems: Problem[] = [];
    for (const [path, { key }] of plan.sources) {
      const { number } = this.revisions.begin(path, key);
      revisions.set(path, number);
      try {
        const options = { projectDir: plan.dir, overlay: nothingBut(plan.overlay), signal: stop.signal };
        programs.set(path, await runtime.compile(path, options));
        this.revisions.update(path, number, { status: 'compiled', ...stagesOf(compiled.get(path)) });
      } catch (error) {
        if (!(error instanceof StudioError) || stop.signal.aborted) {
          this.revisions.update(path, number, { status: 'superseded' });
          throw error;
        }
        const found = problemsOf(error, path);
        problems.push(...found);
        this.revisions.update(path, number, { status: 'failed', problems: found, ...stagesOf(compiled.get(path)) });
      }
    }
    return { programs, problems };
  }

  #loaded(path: string, number: number, record: CompileRecord | undefined): void {
    const problems = record?.result.ok === true ? record.result.warnings : [];
    this.revisions.update(path, number, { status: 'loaded', problems });
  }

  #record(session: Session, { deadLetters }: StudioRuntime, actors: readonly Actor[]): RunRecorder {
    session.stop.signal.throwIfAborted(); // a journal that begins after the end would stay
    const recorder = new RunRecorder({
      path: this.#options.journalPath,
      run: this.state,
      actors,
      deadLetters: () => deadLetters.total,
      onFailure: (error) => {
        const message = `What this run accepts cannot be kept for the case of a crash: ${messageOf(error)}`;
        this.#options.onFailure(new Error(message, { cause: error }));
      },
    });
    session.recorder = recorder;
    session.resources.defer(() => recorder.freeze());
    this.#view.forgetLost();
    return recorder;
  }

  /** Offers the run's numbers, and tells changed states. */
  #sample(live: LiveRun, runId: number): () => void {
    const refresh = (): void => this.#view.refresh(live);
    const timer = setInterval(refresh, REFRESH_EVERY_MS);
    const end = this.telemetry.follow({ runId, runtime: live.runtime, actors: [...live.actors.values()] });
    return () => {
      clearInterval(timer);
      end();
      refresh();
    };
  }

  /** Who starts again while the run is paused rests with the others. */
  #keepPaused(): void {
    if (this.state.phase === 'paused') void this.#session?.live?.pause();
  }

  async #inject({ stop }: Session, live: LiveRun): Promise<void> {
    try {
      const count = await live.inject(stop.signal);
      const what = count === 1 ? 'the message' : `${count} messages`;
      if (count > 0) this.#options.console.note('info', `Sent ${what} that the topology brings along (inject).`);
    } catch (error) {
      if (stop.signal.aborted) return;
      this.#options.console.note('warning', `A message of the topology's inject was not taken: ${messageOf(error)}`);
    }
  }

  async #actorFailed(failure: ActorFailure): Promise<void> {
    const { actor, instance, fault } = failure;
    const known = this.#view.failed(failure);
    const location = await fault.location;
    if (location !== undefined) this.#view.located(actor.name, known, location);
    const place = location === undefined ? '' : ` at ${location.file}:${location.line}`;
    this.#options.console.note('error', `failed${place}: ${fault.cause}: ${fault.detail}`, instance.label);
  }

  #end(session: Session, problems: readonly Problem[]): Promise<void> {
    if (this.#session !== session) return this.#ending ?? Promise.resolve();
    this.#ending ??= this.#endSession(session, problems).finally(() => {
      this.#ending = undefined;
    });
    return this.#ending;
  }

  async #endSession(session: Session, problems: readonly Problem[]): Promise<void> {
    const { runId } = this.#view.state;
    const hasRun = session.live !== undefined;
    this.#view.update({ phase: 'stopping' });
    this.bursts.cancelAll();
    session.stop.abort();
    try {
      await session.resources.end();
    } finally {
      session.recorder?.end(); // when the runtime has ended
      session.live = undefined;
      this.#session = undefined;
      this.#options.console.endLines();
      this.revisions.unloadAll();
      this.reloader.clear();
      this.deadLetters.flush();
      if (hasRun) this.#options.console.note('info', `Run ${runId} stopped.`);
      this.#view.ended();
      this.#view.update({ phase: 'idle', problems, isOutdated: false });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
