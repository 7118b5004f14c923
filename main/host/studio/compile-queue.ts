import { hasCompilerEnded, StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { Revision } from '../../../app/contract/revision.ts';
import type { CompileOptions, CompileResult, CompileSource, Compiler } from '../../compile/compiler.ts';
import type { Durations } from '../../compile/stopwatch.ts';

/** What one compile took and found, besides its result. */
export interface CompileRecord {
  readonly file: string;
  readonly durations: Durations;
  readonly result: CompileResult;
}

interface Turn {
  readonly isUrgent: boolean;
  readonly begin: () => void;
}

/** The studio's one compiler, which all projects share: one compile at a time, those that somebody runs first. */
export class CompileQueue {
  readonly #compiler: Compiler;
  #waiting: Turn[] = [];
  #isBusy = false;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  /** Throws as the compiler does. */
  check(source: CompileSource, signal: AbortSignal): Promise<CompileRecord> {
    return this.#compile(source, { signal }, false);
  }

  /** The compiler for a runtime; `onCompiled` is told of each compile. */
  forRun(onCompiled: (record: CompileRecord) => void): Compiler {
    const compiler = this.#compiler;
    return {
      get statistics() {
        return compiler.statistics;
      },
      warmUp: () => {
        compiler.warmUp();
      },
      compile: async (source, options) => {
        const record = await this.#compile(source, options ?? {}, true);
        onCompiled(record);
        return record.result;
      },
      symbolize: (debugWasm, offsets) => compiler.symbolize(debugWasm, offsets),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  async #compile(source: CompileSource, options: CompileOptions, isUrgent: boolean): Promise<CompileRecord> {
    await this.#turn(isUrgent);
    try {
      options.signal?.throwIfAborted();
      const result = await this.#compiler.compile(source, options);
      return { file: source.file, durations: this.#compiler.statistics.lastDurations, result };
    } finally {
      this.#isBusy = false;
      this.#next();
    }
  }

  #turn(isUrgent: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ isUrgent, begin: resolve });
      if (!this.#isBusy) this.#next();
    });
  }

  #next(): void {
    const turn = this.#waiting.find(({ isUrgent }) => isUrgent) ?? this.#waiting[0];
    if (turn === undefined) return;
    this.#waiting = this.#waiting.filter((other) => other !== turn);
    this.#isBusy = true;
    turn.begin();
  }
}

/** What a revision says about the time that its compile took, and its loading. */
export function stagesOf(record: CompileRecord | undefined, loadMs?: number): Pick<Revision, 'stages' | 'totalMs'> {
  if (record === undefined) return {};
  const stages = Object.entries(record.durations).map(([name, durationMs]) => ({ name, durationMs }));
  if (loadMs !== undefined) stages.push({ name: 'load', durationMs: loadMs });
  return { stages, totalMs: stages.reduce((sum, { durationMs }) => sum + durationMs, 0) };
}

/** Why a source was not compiled or loaded. Of what is not known to lie in the sources no line is named. */
export function problemsOf(error: unknown, source: string): readonly Problem[] {
  if (error instanceof StudioError && error.problems.length > 0) return error.problems;
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof StudioError ? kebab(error.code) : 'internal-error';
  const tip = error instanceof StudioError && error.tip !== undefined ? { tip: error.tip } : {};
  const message = hasCompilerEnded({ code }) ? `${reason} while it compiled ${source}` : reason;
  return [{ severity: 'error', code, message, ...tip }];
}

/** `CompilerCrashed` as problems spell it. */
function kebab(code: string): string {
  return code.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
