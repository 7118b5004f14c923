import { StudioError } from '../../../../app/base/studio-error.ts';
import type {
  CompareInput,
  CompareResult,
  ComparisonState,
  ComparisonView,
  JudgeInput,
  ProjectComparisons,
} from '../../../../app/contract/comparison.ts';
import { compareOutcomes } from '../../../../app/model/comparison/compare-outcomes.ts';
import { floatFieldsOf, Tolerances } from '../../../../app/model/comparison/tolerance.ts';
import { agreedPlan, type AgreeingProject } from '../agreed-plan.ts';
import type { CompileQueue } from '../compile-queue.ts';
import type { ConsoleLog } from '../console-log.ts';
import type { ProjectDocuments } from '../project-documents.ts';
import type { RuntimeSettings } from '../runtime-settings.ts';
import { type EndedRuns, runBoth } from './run-both.ts';

export interface ComparisonsOptions {
  readonly project: AgreeingProject;
  readonly documents: ProjectDocuments;
  readonly queue: CompileQueue;
  readonly console: ConsoleLog;
  readonly runtime: RuntimeSettings;
  /** Undefined where nobody can. */
  readonly replaceHost: (() => Promise<void>) | undefined;
  readonly publish: (state: ComparisonState | null) => void;
}

/** A comparison from its request to its end. */
interface Running {
  readonly id: string;
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
}

interface Kept extends EndedRuns {
  readonly input: CompareInput;
  readonly atMs: number;
}

/** Of one field, and of all. */
const LISTED = { limit: 100, most: 1000 };

/** Compares runs of a project on the CPU and on a GPU, one comparison at a time; the latest one is kept to be judged again. */
export class Comparisons implements ProjectComparisons, AsyncDisposable {
  readonly #options: ComparisonsOptions;
  #running: Running | undefined;
  #kept: Kept | undefined;
  #state: ComparisonState | null = null;

  constructor(options: ComparisonsOptions) {
    this.#options = options;
  }

  /** Null where there is none yet. */
  get state(): ComparisonState | null {
    return this.#state;
  }

  async compare(input: CompareInput): Promise<CompareResult> {
    if (this.#running !== undefined) {
      const message = 'the CPU and the GPU are being compared in this project.';
      throw new StudioError('ComparisonRunning', message, { tip: 'Cancel that, or wait for its end.' });
    }
    const stop = new AbortController();
    const result = this.#compare(input, stop.signal);
    this.#running = { id: input.comparisonId, stop, ended: result.catch(() => undefined) };
    try {
      return await result;
    } catch (error) {
      if (stop.signal.aborted) return { kind: 'cancelled' };
      if (error instanceof StudioError && error.problems.length > 0)
        return { kind: 'problems', problems: error.problems };
      throw error;
    } finally {
      this.#running = undefined;
      this.#tell(this.#kept && { id: this.#kept.input.comparisonId, phase: 'done', sent: 0, total: 0 });
    }
  }

  async cancel(comparisonId: string): Promise<void> {
    if (this.#running?.id === comparisonId) await this.#cancel();
  }

  async judge({ comparisonId, tolerances: limits, isUnordered }: JudgeInput): Promise<ComparisonView> {
    const kept = this.#kept;
    if (kept?.input.comparisonId !== comparisonId) {
      const message =
        'the two runs are not kept any more: another comparison came after them, or the host was started anew.';
      throw new StudioError('ComparisonGone', message, { tip: 'Compare again.' });
    }
    const { input, atMs, sent, sides, structs } = kept;
    const tolerances = new Tolerances(limits.map(({ field, ...limit }) => [field, limit]));
    tolerances.check(structs);
    const [left, right] = sides;
    const { messages } = input;
    return {
      id: comparisonId,
      atMs,
      messages: messages.kind,
      ...(messages.kind === 'file' && { path: messages.path }),
      sent,
      sides: [left.view, right.view],
      comparison: compareOutcomes([left.outcome, right.outcome], { tolerances, isUnordered, ...LISTED }),
      tolerances: tolerances.asJson(),
      isUnordered,
      floatFields: floatFieldsOf(structs),
    };
  }

  async regainGpu(): Promise<void> {
    const { replaceHost } = this.#options;
    if (replaceHost === undefined) {
      const message = 'nobody can start another process in place of this one.';
      throw new StudioError('HostStays', message, { tip: 'Close this program, and start it again.' });
    }
    await replaceHost();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cancel();
    this.#kept = undefined;
  }

  async #cancel(): Promise<void> {
    this.#running?.stop.abort();
    await this.#running?.ended;
  }

  async #compare(input: CompareInput, signal: AbortSignal): Promise<CompareResult> {
    const { project, documents, queue, console, runtime } = this.#options;
    const { comparisonId: id, gpu, agreedHash } = input;
    await documents.save();
    const agreed = await agreedPlan(project, documents, { device: 'cuda', gpu, agreedHash });
    if (agreed.kind === 'problems') return agreed;
    if (agreed.kind === 'consent') return { ...agreed, request: { ...agreed.request, writes: [] } };
    signal.throwIfAborted();
    const onProgress = (progress: Omit<ComparisonState, 'id'>): void => this.#tell({ id, ...progress });
    const runs = await runBoth(input, { plan: agreed.plan, queue, console, runtime, signal, onProgress });
    this.#kept = { ...runs, input, atMs: Date.now() };
    return { kind: 'compared' };
  }

  #tell(state: ComparisonState | undefined): void {
    this.#state = state ?? null;
    this.#options.publish(this.#state);
  }
}
