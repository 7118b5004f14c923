import { StudioError } from '../../../../app/base/studio-error.ts';
import type {
  BufferImage,
  BufferImageInput,
  BufferStatistics,
  BufferStatisticsInput,
  BufferValues,
  BufferValuesInput,
  LaunchInput,
  LaunchResult,
  LaunchView,
  ProjectFunctions,
} from '../../../../app/contract/functions.ts';
import type { BundleFile } from '../../../compile/bundle/bundle.ts';
import { nothingBut } from '../../../compile/sources/project-folder.ts';
import { createRuntime } from '../../create-runtime.ts';
import { readProjectFile } from '../../host-files/project-files.ts';
import type { CompileQueue } from '../compile-queue.ts';
import { askConsent } from '../consent.ts';
import type { ConsoleLog } from '../console-log.ts';
import type { ProjectDocuments } from '../project-documents.ts';
import { bundleTexts, projectBundles } from '../project-bundles.ts';
import { readSource } from '../run-plan.ts';
import type { RuntimeSettings } from '../runtime-settings.ts';
import { savedTexts } from '../source-texts.ts';
import type { Agreements } from '../trust.ts';
import { KeptLaunches } from './kept-launches.ts';
import { launchHead, runFunction } from './run-function.ts';

export interface FunctionLaunchesOptions {
  /** Real path of the project. */
  readonly dir: string;
  readonly documents: Pick<ProjectDocuments, 'drafts' | 'trusted'>;
  readonly save: () => Promise<void>;
  readonly queue: CompileQueue;
  readonly console: ConsoleLog;
  readonly agreements: Agreements;
  readonly runtime: RuntimeSettings;
  /** One is over, and kept. */
  readonly onKept: (launchId: string) => void;
}

/** A launch from its request to its end. */
interface Running {
  readonly id: string;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

/** What somebody has agreed to. */
interface LaunchCode {
  readonly texts: ReadonlyMap<string, string>;
  readonly bundles: readonly BundleFile[];
}

/**
 * Launches plain functions of a project, one at a time, each in a runtime of its own: its variables are as the source has
 * them, and one that fails leaves nothing behind.
 */
export class FunctionLaunches implements ProjectFunctions, AsyncDisposable {
  readonly #options: FunctionLaunchesOptions;
  readonly #kept = new KeptLaunches();
  #running: Running | undefined;

  constructor(options: FunctionLaunchesOptions) {
    this.#options = options;
  }

  async launch(input: LaunchInput): Promise<LaunchResult> {
    if (this.#running !== undefined)
      throw new StudioError('LaunchRunning', 'a function of this project is running.', { tip: 'Cancel it first.' });
    const stop = new AbortController();
    const result = this.#launch(input, stop.signal);
    this.#running = { id: input.launchId, stop, ended: result.catch(() => undefined) };
    try {
      return await result;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      const outcome = { kind: 'cancelled' } as const;
      return { kind: 'launched', launch: { ...launchHead(input), outcome, buffers: [], symbols: [] } };
    } finally {
      this.#running = undefined;
    }
  }

  async cancel(launchId: string): Promise<void> {
    if (this.#running?.id === launchId) await this.#cancel();
  }

  async list(): Promise<readonly LaunchView[]> {
    return this.#kept.views;
  }

  async values(input: BufferValuesInput): Promise<BufferValues> {
    return this.#kept.values(input);
  }

  async statistics(input: BufferStatisticsInput): Promise<BufferStatistics> {
    return this.#kept.statistics(input);
  }

  async image(input: BufferImageInput): Promise<BufferImage> {
    return this.#kept.image(input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cancel();
  }

  async #cancel(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }

  async #launch(input: LaunchInput, signal: AbortSignal): Promise<LaunchResult> {
    const { dir, documents, agreements } = this.#options;
    const { path, functionName, device = 'cpu', agreedHash } = input;
    await this.#options.save();
    const read = await readSource(dir, path, savedTexts(documents.drafts));
    if (!read.ok) return { kind: 'problems', problems: read.problems };
    const { texts } = read.version;
    const bundles = await projectBundles(dir, device);
    const agreed = new Map([...texts, ...bundleTexts(bundles)]);
    const subject = {
      texts: agreed,
      dir,
      device,
      sources: [...agreed.keys()].sort(),
      actorCount: 0,
      writes: [],
    };
    const { trusted } = documents;
    const request = await askConsent({ ...subject, functionName }, { trusted, agreements, agreedHash });
    if (request !== undefined) return { kind: 'consent', request };
    signal.throwIfAborted();
    try {
      return { kind: 'launched', launch: await this.#run(input, { texts, bundles }, signal) };
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'CompileFailed') throw error;
      return { kind: 'problems', problems: error.problems };
    }
  }

  async #run(input: LaunchInput, { texts, bundles }: LaunchCode, signal: AbortSignal): Promise<LaunchView> {
    const { dir, queue, console: log, runtime: settings } = this.#options;
    const { workers, arenaBytes } = settings;
    const { device = 'cpu', gpu = 0 } = input;
    await using runtime = await createRuntime({
      device,
      gpu,
      bundles,
      ...(workers !== undefined && { workers }),
      ...(arenaBytes !== undefined && { arenaBytes }),
      buffers: { trackAllocations: false },
      compiler: queue.forRun(() => undefined),
    });
    try {
      const launch = await runFunction(input, {
        runtime,
        program: await runtime.compile(input.path, { projectDir: dir, overlay: nothingBut(texts), signal }),
        readFile: (path) => readProjectFile(dir, path),
        print: (printed) => log.print(printed),
        warn: (message) => log.note('warning', message, input.functionName),
        signal,
      });
      this.#kept.keep(launch);
      this.#options.onKept(launch.view.id);
      return launch.view;
    } finally {
      log.endLines(input.functionName);
      for (const { id } of runtime.buffers.leaks) runtime.buffers.get({ buffer: id }).release();
    }
  }
}
