import type { Problem } from '../../app/base/studio-error.ts';
import { analyze, type Analysis } from './analysis/analyze.ts';
import { staticTooLarge } from './analysis/large-globals.ts';
import { compileArguments, dumpArguments, paths } from './clang/arguments.ts';
import type { ClangProcess } from './clang/clang-process.ts';
import type { ToolResult, VirtualFiles } from './clang/tool-run.ts';
import { collectProblems } from './diagnostics/compile-problems.ts';
import { tooMuchStatic } from './diagnostics/size-problems.ts';
import { generateUnit } from './generate-unit.ts';
import { maxObjectBytes } from './limits.ts';
import { projectRoot, type SourceTree } from './sources/source-tree.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A program before it is given a place in the arena. */
export interface CompiledUnit {
  readonly analysis: Pick<Analysis, 'program' | 'initializedFields' | 'functions'>;
  readonly object: Uint8Array<ArrayBuffer>;
  readonly warnings: readonly Problem[];
}

export type UnitResult =
  { readonly ok: true; readonly unit: CompiledUnit } | { readonly ok: false; readonly problems: readonly Problem[] };

interface CompileContext {
  readonly clang: ClangProcess;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal | undefined;
}

/** Parse, analyze, generate, compile. The compiler's word is final: the analysis adds to its errors and explains them. */
export async function compileUnit(tree: SourceTree, context: CompileContext): Promise<UnitResult> {
  const { clang, stopwatch, signal } = context;
  const options = { usesPrefix: tree.includesRingKernel };
  const files = virtualFiles(tree);
  const main = `${projectRoot}/${tree.main}`;
  const dumped = await stopwatch.time('parse', () =>
    clang.run({ args: dumpArguments(main, options), files, outputs: [] }, signal),
  );
  const analysis = stopwatch.timeSync('analyze', () => analyze(dumped.stdout, tree));
  // The compiler would write them out byte by byte.
  const large = analysis.problems.filter(({ code }) => code === staticTooLarge.code);
  if (large.length > 0) return { ok: false, problems: large };
  const unit = generateUnit(`/${main}`, analysis);
  const compiled = await stopwatch.time('compile', () =>
    clang.run(
      {
        args: compileArguments(options),
        files: { ...files, [paths.unit]: unit },
        outputs: [],
        stdoutPath: paths.object,
        maxStdoutBytes: maxObjectBytes,
      },
      signal,
    ),
  );
  if (compiled.isCutOff) return { ok: false, problems: [tooMuchStatic(tree)] };
  return conclude(compiled, analysis, tree);
}

function conclude(compiled: ToolResult, analysis: Analysis, tree: SourceTree): UnitResult {
  const problems = collectProblems(compiled, analysis.problems, tree);
  const object = compiled.files[paths.object];
  if (object === undefined || problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  const { program, initializedFields, functions } = analysis;
  return { ok: true, unit: { analysis: { program, initializedFields, functions }, object, warnings: problems } };
}

function virtualFiles(tree: SourceTree): VirtualFiles {
  return Object.fromEntries([...tree.files.values()].map(({ path, text }) => [`${projectRoot}/${path}`, text]));
}
