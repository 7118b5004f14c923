import type { Problem } from '../../app/base/studio-error.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import type { CudaCodeCompiler, CudaCodeResult, CudaUnit } from './cuda-code.ts';
import type { SourceTree } from './sources/source-tree.ts';
import type { Stopwatch } from './stopwatch.ts';
import { unlessAborted } from './unless-aborted.ts';

interface CudaCompileContext {
  readonly tree: SourceTree;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal | undefined;
}

interface Compiled {
  readonly ok: true;
  readonly image: ProgramImage;
  readonly warnings: readonly Problem[];
}

/** One program's compile for a GPU, beside that for the CPU: begun as soon as its unit is known, awaited at the end. */
export class CudaCompile {
  readonly #compiler: CudaCodeCompiler;
  readonly #context: CudaCompileContext;
  #result: Promise<CudaCodeResult> | undefined;

  constructor(compiler: CudaCodeCompiler, context: CudaCompileContext) {
    this.#compiler = compiler;
    this.#context = context;
  }

  start(unit: CudaUnit): void {
    const { tree, stopwatch, signal } = this.#context;
    this.#result = stopwatch.time('cuda', () => this.#compiler.compile(tree, unit, signal));
    // Nobody may come to wait for it: a program with errors for the CPU ends before.
    this.#result.catch(() => undefined);
  }

  /**
   * @throws whatever the compiler for the GPU throws
   * @throws the signal's reason when it was aborted
   */
  async complete({ image, warnings }: Compiled): Promise<Compiled | { ok: false; problems: readonly Problem[] }> {
    if (this.#result === undefined) throw new Error('the compile for the GPU was not started');
    const result = await unlessAborted(this.#result, this.#context.signal);
    const said = result.ok ? result.warnings : result.problems;
    // Both compilers warn of an unused variable.
    const isNew = (problem: Problem): boolean => problem.severity === 'error' || !warnings.some(isAtSameLine(problem));
    const problems = [...warnings, ...said.filter(isNew)];
    if (!result.ok) return { ok: false, problems };
    return { ok: true, image: { ...image, cuda: result.code }, warnings: problems };
  }
}

function isAtSameLine({ location }: Problem): (other: Problem) => boolean {
  return (other) =>
    location !== undefined && other.location?.file === location.file && other.location.line === location.line;
}
