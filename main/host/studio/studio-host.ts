import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { GpuReading } from '../../../app/contract/gpu-figures.ts';
import type { CreateProjectInput } from '../../../app/contract/inputs.ts';
import type {
  FolderListing,
  MachineInfo,
  ProjectSummary,
  RecentProject,
  SampleSummary,
} from '../../../app/contract/project.ts';
import type { StudioHost } from '../../../app/contract/studio-host.ts';
import type { RingKernelRuntime } from '../../../app/runtime/runtime.ts';
import type { Json } from '../../../app/model/message-type.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { defaultProjectsDir, defaultStateDir } from '../../storage/state-folder.ts';
import { compilerFiles, packageRoot } from '../package-root.ts';
import type { NamedRun, RunObservation } from '../metrics/host-metrics.ts';
import { startNvmlReader } from '../nvml-reader.ts';
import { CompileQueue } from './compile-queue.ts';
import { GpuFeed } from './gpu-feed.ts';
import { projectsToResume } from './loss/resumption.ts';
import { machineInfo } from './machine-info.ts';
import type { OpenWork } from './open-work.ts';
import { findProject, listFolder, makeProject, projectIdOf, type ProjectPlace } from './project-folders.ts';
import { OpenProject } from './project-host.ts';
import type { RuntimeSettings } from './runtime-settings.ts';
import { RecentProjects } from './recent-projects.ts';
import { copySample, listSamples } from './samples.ts';
import { Settings } from './settings.ts';
import { Agreements } from './trust.ts';

export interface StudioHostOptions {
  /** Drafts, settings, agreements. Default: the platform's place, or RINGSTUDIO_STATE_DIR. */
  readonly stateDir?: string;
  /** Where samples are copied to. Default: RINGSTUDIO_PROJECTS_DIR, or `RingKernelStudio` in the home folder. */
  readonly projectsDir?: string;
  /** Compiled programs. Default: the platform's cache folder. */
  readonly cacheDir?: string;
  readonly runtime?: Omit<RuntimeSettings, 'observe'>;
  /** Asked once for each run, with the project's name. */
  readonly observe?: (project: string) => RunObservation;
  /**
   * Has another process take the place of this one, in which a GPU is lost; called when everything is written down that
   * the other one goes on from. Without it the run stays failed.
   */
  readonly replaceHost?: () => void;
  /** Told of what goes wrong in the background. */
  readonly onWarning?: (message: string) => void;
}

export function createStudioHost(options: StudioHostOptions = {}): NodeStudioHost {
  return new NodeStudioHost(options);
}

/** The studio's host: one compiler, the projects that are open, and what is remembered of this machine. */
export class NodeStudioHost implements StudioHost, AsyncDisposable {
  readonly stateDir: string;
  readonly projectsDir: string;
  readonly #root = packageRoot(import.meta.url);
  readonly #samplesDir = join(this.#root, 'kernels', 'samples');
  readonly #runtime: RuntimeSettings;
  readonly #observe: StudioHostOptions['observe'];
  readonly #replaceHost: StudioHostOptions['replaceHost'];
  /** By project. */
  readonly #running = new Map<
    string,
    { readonly id: string; readonly name: string; readonly runtime: RingKernelRuntime }
  >();
  readonly #compiler: Compiler;
  readonly #queue: CompileQueue;
  readonly #agreements: Agreements;
  readonly #recent: RecentProjects;
  readonly #settings: Settings;
  readonly #projects = new Map<string, Promise<OpenProject>>();
  readonly #samplesInMaking = new Map<string, Promise<boolean>>();
  readonly #gpus = new GpuFeed(startNvmlReader);
  #ending: Promise<void> | undefined;

  constructor({ stateDir, projectsDir, cacheDir, runtime, observe, replaceHost, onWarning }: StudioHostOptions) {
    const warn = (message: string): void => onWarning?.(message);
    const onFailure = (error: unknown): void => {
      warn(`The studio's state cannot be written: ${error instanceof Error ? error.message : String(error)}`);
    };
    this.stateDir = stateDir ?? defaultStateDir(process.env);
    this.projectsDir = projectsDir ?? defaultProjectsDir(process.env);
    this.#runtime = runtime ?? {};
    this.#observe = observe;
    this.#replaceHost = replaceHost;
    this.#compiler = createCompiler({
      ...compilerFiles(this.#root),
      ...(cacheDir !== undefined && { cacheDir }),
      onWarning: warn,
    });
    this.#queue = new CompileQueue(this.#compiler);
    this.#agreements = new Agreements(join(this.stateDir, 'agreed.json'), onFailure);
    this.#recent = new RecentProjects(join(this.stateDir, 'recent.json'), onFailure);
    this.#settings = new Settings(join(this.stateDir, 'settings'), onFailure);
  }

  /** Starts the compiler ahead of the first project. */
  warmUp(): void {
    this.#compiler.warmUp();
  }

  /** Goes on with what ran when an earlier host lost its GPU. */
  async resumeRuns(): Promise<void> {
    const projectsDir = join(this.stateDir, 'projects');
    for (const id of await projectsToResume(projectsDir)) {
      const project = await this.project(id).catch(() => undefined); // one that is gone has nothing to go on with
      await project?.resumption.resume();
    }
  }

  machine(): Promise<MachineInfo> {
    return machineInfo({ root: this.#root, projectsDir: this.projectsDir, runtime: this.#runtime });
  }

  gpuFigures(signal: AbortSignal): AsyncIterable<GpuReading> {
    return this.#gpus.stream(signal);
  }

  readSetting(key: string): Promise<Json> {
    return this.#settings.read(key);
  }

  async writeSetting(key: string, value: Json): Promise<void> {
    this.#settings.write(key, value);
  }

  recentProjects(): Promise<readonly RecentProject[]> {
    return this.#recent.list();
  }

  async forgetProject(dir: string): Promise<void> {
    await this.#recent.forget(dir);
  }

  samples(): Promise<readonly SampleSummary[]> {
    return listSamples(this.#samplesDir);
  }

  async openSample(name: string): Promise<ProjectSummary> {
    const dir = join(this.projectsDir, name);
    // Two windows may want it at once.
    const making = this.#samplesInMaking.get(dir) ?? this.#makeSample(name, dir);
    this.#samplesInMaking.set(dir, making);
    const isNew = await making.finally(() => this.#samplesInMaking.delete(dir));
    return this.#open(await findProject(dir), { isOwn: isNew });
  }

  async createProject(input: CreateProjectInput): Promise<ProjectSummary> {
    const dir = await makeProject(input, input.parentDir ?? this.projectsDir);
    return this.#open(await findProject(dir), { isOwn: true });
  }

  /** `dir` may also be a topology. */
  async openProject(dir: string): Promise<ProjectSummary> {
    return this.#open(await findProject(dir), { isOwn: false });
  }

  async browse(dir: string | undefined): Promise<FolderListing> {
    if (dir === undefined) await mkdir(this.projectsDir, { recursive: true });
    return listFolder(dir ?? this.projectsDir);
  }

  /** A window of an earlier host may ask for a project that this one has not opened yet. */
  async project(id: string): Promise<OpenProject> {
    const open = this.#projects.get(id);
    if (open !== undefined) return open;
    const place = await this.#recent.find(id);
    if (place === undefined) {
      const message = 'the project is not open, and it is not in the list of recent projects.';
      throw new StudioError('UnknownProject', message, { tip: 'Open its folder.' });
    }
    const { name, dir, topologyPath } = place;
    const found = await findProject(join(dir, topologyPath)).catch((cause: unknown) => {
      const message = `the project '${name}' is not in '${dir}' any more: there is no ${topologyPath}.`;
      throw new StudioError('ProjectGone', message, { cause, tip: 'Open the folder where it is now.' });
    });
    await this.#open(found, { isOwn: false });
    return this.project(id);
  }

  /** Of the projects that are open, those with unsaved edits or a run. */
  async openWork(): Promise<readonly OpenWork[]> {
    const work = (await this.#opened()).map((project) => project.openWork);
    return work.filter(({ unsaved, isRunning }) => unsaved.length > 0 || isRunning);
  }

  /** What runs in the projects that are open, by names of their own. */
  runs(): Promise<readonly NamedRun[]> {
    const running = [...this.#running.values()];
    const named = running.map(({ id, name, runtime }) => {
      const isUnique = running.filter((other) => other.name === name).length === 1;
      return { project: isUnique ? name : `${name} (${id})`, runtime };
    });
    return Promise.resolve(named);
  }

  /** Saves the unsaved edits of all open projects; throws what the first one threw that could not be saved. */
  async saveAll(): Promise<void> {
    const saved = await Promise.allSettled((await this.#opened()).map((project) => project.save(undefined)));
    for (const result of saved) if (result.status === 'rejected') throw result.reason;
  }

  /** Ends all runs; windows are told. */
  async stopAll(): Promise<void> {
    await Promise.allSettled((await this.#opened()).map((project) => project.stop()));
  }

  /** Ends all runs, and writes everything down. */
  [Symbol.asyncDispose](): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  /** False where it was made before. */
  async #makeSample(name: string, dir: string): Promise<boolean> {
    const isThere = await stat(dir).then(
      () => true,
      () => false,
    );
    if (!isThere) await copySample(this.#samplesDir, name, dir);
    return !isThere;
  }

  async #open(place: ProjectPlace, { isOwn }: { readonly isOwn: boolean }): Promise<ProjectSummary> {
    if (this.#ending !== undefined) throw new StudioError('HostEnding', 'the studio is being closed.');
    const id = projectIdOf(place);
    let name = basename(place.dir);
    const opening =
      this.#projects.get(id) ??
      OpenProject.open({
        id,
        ...place,
        isOwn,
        stateDir: join(this.stateDir, 'projects', id),
        queue: this.#queue,
        agreements: this.#agreements,
        replaceHost: this.#replaceHost && (() => this.#replace()),
        runtime: { ...this.#runtime, observe: () => this.#observeRun(id, name) },
        onRenamed: (project) => {
          ({ name } = project);
          void this.#recent.renamed(project);
        },
      });
    this.#projects.set(id, opening);
    try {
      const { summary } = await opening;
      ({ name } = summary);
      await this.#recent.opened(summary, place.topologyPath);
      return summary;
    } catch (error) {
      this.#projects.delete(id);
      throw error;
    }
  }

  /** A GPU is lost: runs on other devices go on in the next host where they are. */
  async #replace(): Promise<void> {
    await Promise.allSettled((await this.#opened()).map((project) => project.suspend()));
    this.#replaceHost?.();
  }

  /** Those who were asked for at the start follow a run, and the host remembers it. */
  #observeRun(id: string, name: string): RunObservation {
    const observation = this.#observe?.(name);
    return {
      observers: observation?.observers ?? [],
      attach: (runtime) => {
        const attached = observation?.attach(runtime);
        this.#running.set(id, { id, name, runtime });
        return {
          [Symbol.dispose]: () => {
            this.#running.delete(id);
            attached?.[Symbol.dispose]();
          },
        };
      },
    };
  }

  async #opened(): Promise<readonly OpenProject[]> {
    const open = await Promise.allSettled(this.#projects.values());
    return open.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  async #end(): Promise<void> {
    const projects = await this.#opened();
    await Promise.allSettled(projects.map((project) => project[Symbol.asyncDispose]()));
    await Promise.all([this.#agreements.flush(), this.#recent.flush(), this.#settings.flush()]);
    await Promise.all([this.#compiler[Symbol.asyncDispose](), this.#gpus[Symbol.asyncDispose]()]);
  }
}
