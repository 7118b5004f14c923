import { StudioError, type Problem, type SourceLocation } from '../../app/base/studio-error.ts';
import { analyze, type Analysis } from './analysis/analyze.ts';
import { staticTooLarge } from './analysis/large-globals.ts';
import { compileArguments, dumpArguments, paths } from './clang/arguments.ts';
import type { ClangProcess } from './clang/clang-process.ts';
import type { ToolResult, VirtualFiles } from './clang/tool-run.ts';
import { generateCudaUnit, type CudaUnit } from './cuda-code.ts';
import { collectProblems } from './diagnostics/compile-problems.ts';
import { tooMuchStatic } from './diagnostics/size-problems.ts';
import { generateUnit } from './generate-unit.ts';
import { maxObjectBytes } from './limits.ts';
import { blankComments } from './sources/include-scanner.ts';
import { castsPointers } from './sources/pointer-casts.ts';
import { projectRoot, type SourceTree } from './sources/source-tree.ts';
import type { Stopwatch } from './stopwatch.ts';
import { readShared, type SharedVariables } from './wasm/shared-variables.ts';

/** A program before it is given a place in the arena. */
export interface CompiledUnit {
  readonly analysis: Pick<Analysis, 'program' | 'initializedFields' | 'functions'>;
  /** The same program for the compiler of a GPU. */
  readonly cuda: CudaUnit;
  readonly object: Uint8Array<ArrayBuffer>;
  readonly shared: SharedVariables;
  readonly warnings: readonly Problem[];
}

export type UnitResult =
  { readonly ok: true; readonly unit: CompiledUnit } | { readonly ok: false; readonly problems: readonly Problem[] };

interface CompileContext {
  readonly clang: ClangProcess;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal | undefined;
  /** Told before the compile begins. */
  readonly onGenerated?: (unit: CudaUnit) => void;
}

/** Parse, analyze, generate, compile. The compiler's word is final: the analysis adds to its errors and explains them. */
export async function compileUnit(tree: SourceTree, context: CompileContext): Promise<UnitResult> {
  const { clang, stopwatch, signal, onGenerated } = context;
  const analysis = await readDeclarations(tree, context);
  // The compiler would write them out byte by byte.
  const large = analysis.problems.filter(({ code }) => code === staticTooLarge.code);
  if (large.length > 0) return { ok: false, problems: large };
  const unit = generateUnit(`/${mainPath(tree)}`, analysis);
  const cuda = generateCudaUnit(mainPath(tree), analysis);
  onGenerated?.(cuda);
  const traits = {
    threads: analysis.program.threads,
    castsPointers: [...tree.files.values()].some(({ text }) => castsPointers(text)),
  };
  const run = {
    args: compileArguments(traits),
    files: { ...virtualFiles(tree), [paths.unit]: unit },
    outputs: [],
    stdoutPath: paths.object,
    maxStdoutBytes: maxObjectBytes,
  };
  const compiled = await stopwatch
    .time('compile', () => clang.run(run, signal))
    .catch((error: unknown) => assemblyProblem(error, tree));
  if ('severity' in compiled) return { ok: false, problems: [compiled] };
  if (compiled.isCutOff) return { ok: false, problems: [tooMuchStatic(tree)] };
  return conclude(compiled, { analysis, cuda, tree });
}

/** What the user's sources declare, read by the compiler and checked by the analysis. */
export async function readDeclarations(
  tree: SourceTree,
  { clang, stopwatch, signal }: CompileContext,
): Promise<Analysis> {
  const args = dumpArguments(mainPath(tree));
  const dumped = await stopwatch.time('parse', () =>
    clang.run({ args, files: virtualFiles(tree), outputs: [] }, signal),
  );
  return stopwatch.timeSync('analyze', () => analyze(dumped.stdout, tree));
}

function mainPath(tree: SourceTree): string {
  return `${projectRoot}/${tree.main}`;
}

interface Generated {
  readonly analysis: Analysis;
  readonly cuda: CudaUnit;
  readonly tree: SourceTree;
}

function conclude(compiled: ToolResult, { analysis, cuda, tree }: Generated): UnitResult {
  const problems = collectProblems(compiled, analysis.problems, tree);
  const object = compiled.files[paths.object];
  if (object === undefined || problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const { program, initializedFields, functions } = analysis;
  const linkable = { object, shared: readShared(object) };
  const read = { program, initializedFields, functions };
  return { ok: true, unit: { analysis: read, cuda, ...linkable, warnings: problems } };
}

/** Clang crashes over an error in inline assembly when it has to say it in SARIF. */
function assemblyProblem(error: unknown, tree: SourceTree): Problem {
  const location = error instanceof StudioError && error.code === 'CompilerCrashed' ? findAssembly(tree) : undefined;
  if (location === undefined) throw error;
  return {
    severity: 'error',
    code: 'inline-assembly',
    message: 'this inline assembly is not understood: the CPU device knows no PTX',
    tip: 'Write it in C++.',
    location,
  };
}

function findAssembly({ files }: SourceTree): SourceLocation | undefined {
  for (const { path, text } of files.values()) {
    const line = blankComments(text)
      .split('\n')
      .findIndex((code) => /\b(?:asm|__asm__|__asm)\b/.test(code));
    if (line >= 0) return { file: path, line: line + 1 };
  }
  return undefined;
}

function virtualFiles(tree: SourceTree): VirtualFiles {
  return Object.fromEntries([...tree.files.values()].map(({ path, text }) => [`${projectRoot}/${path}`, text]));
}
