import { StudioError, type Problem } from '../../app/base/studio-error.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import { projectPath } from './analysis/source-docs.ts';
import type { ClangProcess } from './clang/clang-process.ts';
import { symbolize } from './clang/symbolize.ts';
import type { EvaluationResult, InitializerFailure } from './clang/tool-run.ts';
import type { CompiledUnit } from './compile-unit.ts';
import { sizeProblems } from './diagnostics/size-problems.ts';
import { withDefaults } from './field-defaults.ts';
import { link } from './link.ts';
import type { SourceTree } from './sources/source-tree.ts';
import type { Stopwatch } from './stopwatch.ts';
import { LEAST_DYNAMIC_BYTES, type SharedVariables } from './wasm/shared-variables.ts';
import { readExportedConstants } from './wasm/exported-constants.ts';
import type { AsyncifyResult } from './wasm/asyncify.ts';
import { instrument } from './wasm/instrument.ts';
import { codeContentStart } from './wasm/sections.ts';
import { parseSymbolizerOutput } from './wasm/symbolizer.ts';

export type ImageResult =
  { readonly ok: true; readonly image: ProgramImage } | { readonly ok: false; readonly problems: readonly Problem[] };

interface BuildContext {
  readonly tree: SourceTree;
  readonly hash: string;
  readonly base: number;
  readonly hasRuntime: boolean;
  readonly clang: ClangProcess;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal | undefined;
}

/** Link, instrument, and read what only the finished program can tell. */
export async function buildImage(unit: CompiledUnit, context: BuildContext): Promise<ImageResult> {
  const { tree, base, hasRuntime, clang, stopwatch, signal } = context;
  const linked = await stopwatch.time('link', () =>
    link(clang, { ...unit, functions: unit.analysis.functions, base, hasRuntime, signal }),
  );
  if (!linked.ok) return linked;
  const constants = readExportedConstants(linked.module);
  const sharedData = sharedDataOf(constants, unit.shared);
  const staticData = { address: base, sizeBytes: (constants.get('__heap_base') ?? base) - base };
  const tooLarge = sizeProblems({ sharedBytes: sharedData.staticBytes, staticBytes: staticData.sizeBytes }, tree);
  if (tooLarge.length > 0) return { ok: false, problems: tooLarge };
  const { program, initializedFields } = unit.analysis;
  const evaluated = await stopwatch.time('evaluate', () => evaluate(unit, linked.module, context));
  if (!evaluated.ok) return { ok: false, problems: evaluationProblems(unit, evaluated) };
  const prepared = evaluated.hasWaits
    ? await stopwatch.time('asyncify', () => clang.asyncify(linked.module, signal))
    : { ok: true as const, wasm: linked.module };
  if (!prepared.ok) return { ok: false, problems: [await waitsBehindPointer(prepared, linked.module, context)] };
  const { wasm, insertions } = stopwatch.timeSync('instrument', () => instrument(prepared.wasm));
  const image: ProgramImage = {
    info: withDefaults(program, evaluated.defaults, initializedFields),
    hash: context.hash,
    wasm,
    debugWasm: linked.module,
    insertions,
    ...('moves' in prepared && { moves: prepared.moves }),
    staticData,
    sentTypes: evaluated.sentTypes,
    sharedData,
    defaults: evaluated.defaults,
    symbolAddresses: evaluated.symbolAddresses,
  };
  return { ok: true, image };
}

function sharedDataOf(
  constants: ReadonlyMap<string, number>,
  { dynamic, staticBytes }: SharedVariables,
): ProgramImage['sharedData'] {
  const sizeBytes = constants.get('__tls_size') ?? 0;
  const dynamicAt = dynamic.length > 0 ? sizeBytes - LEAST_DYNAMIC_BYTES : sizeBytes;
  return { sizeBytes, alignBytes: constants.get('__tls_align') ?? 1, dynamicAt, staticBytes };
}

async function evaluate(
  unit: CompiledUnit,
  wasm: Uint8Array<ArrayBuffer>,
  { base, clang, signal }: BuildContext,
): Promise<EvaluationResult> {
  const { structs, symbols } = unit.analysis.program;
  const structSizes = structs.map(({ sizeBytes }) => sizeBytes);
  try {
    return await clang.evaluate({ wasm, base, structSizes, symbolCount: symbols.length }, signal);
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'CompilerTimeout') throw error;
    return { ok: false, reason: 'initializer', structIndex: -1, cause: 'runaway' };
  }
}

function evaluationProblems(unit: CompiledUnit, failure: Extract<EvaluationResult, { ok: false }>): Problem[] {
  if (failure.reason === 'initializer') return [initializerFailed(unit, failure)];
  return failure.names.map((name) => ({
    severity: 'error',
    code: 'needs-system',
    message: `the program needs '${name}' of an operating system, which actors do not have`,
    tip: 'Look for functions of the C library that read files, clocks or the environment.',
  }));
}

async function waitsBehindPointer(
  { function: name, offset }: Extract<AsyncifyResult, { ok: false }>,
  linked: Uint8Array<ArrayBuffer>,
  { tree, clang }: BuildContext,
): Promise<Problem> {
  const at = offset - codeContentStart(linked);
  const frames = parseSymbolizerOutput(await symbolize(clang, linked, [at]))[0] ?? [];
  const place = frames.findLast(({ file, line }) => line > 0 && projectPath(file) !== undefined);
  return {
    severity: 'error',
    code: 'barrier-behind-pointer',
    message: `'${name}' waits at a barrier and is called through a pointer, which the CPU device cannot do`,
    tip: 'Call it by its name: a switch over the functions, or a template parameter in place of the pointer.',
    location: place ? { file: projectPath(place.file)!, line: place.line } : { file: tree.main, line: 1 },
  };
}

function initializerFailed(unit: CompiledUnit, failure: InitializerFailure): Problem {
  const { program } = unit.analysis;
  const name = program.structs[failure.structIndex]?.name ?? 'a struct';
  const file = failure.place && projectPath(failure.place.file);
  return {
    severity: 'error',
    code: 'initializer-failed',
    message: `${name}{} cannot be made: ${failure.cause}`,
    tip: 'Look at the initializers of its fields: they run once for each message that leaves them out.',
    location:
      failure.place && file !== undefined ? { file, line: failure.place.line } : { file: program.file, line: 1 },
  };
}
