import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import { macroMisuse, macroUses, type MacroUse } from '../analysis/macro-uses.ts';
import { isInProject, isPlacedInProject, parseClangSarif, toProblem } from './clang-sarif.ts';
import type { Diagnostic } from './diagnostic.ts';
import { gatherHostCode } from './host-code.ts';
import { inContext, includeOutside, type SourceContext } from './in-context.ts';
import { isGlobalConstructor } from './reword.ts';

export interface CompilerOutput {
  readonly exitCode: number;
  readonly stderr: string;
}

/**
 * All that there is to say about a compile: what the analysis found and what the compiler said, without what only
 * repeats it, in the order of the source.
 *
 * @throws StudioError `InternalError` when the generated unit is wrong, or when the compiler failed without a reason
 */
export function collectProblems(output: CompilerOutput, analysed: readonly Problem[], tree: SourceTree): Problem[] {
  const forgotten = forgottenInclude(tree);
  if (forgotten !== undefined) return [forgotten];
  const diagnostics = parseClangSarif(output.stderr) ?? [];
  const isFailed = output.exitCode !== 0;
  const context = { tree, uses: macroUses(tree) };
  const said = gatherHostCode(
    diagnostics.filter(isTheUsers).map((diagnostic) => inContext(toProblem(diagnostic), context)),
    tree,
  );
  const misused = misuses(said, context);
  if (misused.length > 0) return misused;
  const found = credible(analysed, said);
  const explained = [...found, ...said.filter(({ code }) => code === 'macro-misplaced')];
  const extra = said.filter(
    (problem) =>
      !explained.some((known) => known !== problem && isEcho(problem, known)) && !isConsequence(problem, said, context),
  );
  const problems = sortBySource([...found, ...dedupe(extra)], tree);
  if (isFailed && !problems.some(({ severity }) => severity === 'error')) throw unitFault(output, diagnostics);
  return problems;
}

const missingFileCodes = new Set(['include-not-found', includeOutside]);

const absences = new Set(['no-kernel', 'no-handler']);

/** Uses of a macro that the analysis refuses make the compiler complain about the macro's insides. */
const refusedMacros = new Set([
  ...['kernel-not-declared', 'kernel-declared-later'],
  ...['duplicate-kernel', 'duplicate-handler', 'duplicate-output', 'duplicate-size', 'size-not-constant'],
  ...['macro-misplaced', 'struct-recursive', 'kernel-name', 'kernel-in-namespace'],
]);

function isEcho(problem: Problem, known: Problem): boolean {
  const [a, b] = [problem.location, known.location];
  return refusedMacros.has(known.code) && a !== undefined && a.file === b?.file && a.line === b.line;
}

/**
 * Macros that are used wrongly, for kernels whose macros the compiler stumbles over. They alone are reported: what
 * follows in the file depends on what they would have declared.
 */
function misuses(said: readonly Problem[], { uses }: SourceContext): Problem[] {
  const failed = new Set(
    uses.filter((use) => said.some((problem) => isErrorAt(problem, use))).map(({ args }) => args[0]),
  );
  return uses.filter(({ args }) => failed.has(args[0])).flatMap((use) => macroMisuse(use) ?? []);
}

function isErrorAt({ severity, location }: Problem, { file, line, endLine }: MacroUse): boolean {
  return severity === 'error' && location?.file === file && location.line >= line && location.line <= endLine;
}

/** What RING_KERNEL would have declared, had it not failed; warnings about what is wrong anyway. */
function isConsequence(problem: Problem, said: readonly Problem[], { uses }: SourceContext): boolean {
  const { code, message, severity, location } = problem;
  if (code === 'no-state' || message.startsWith("unknown type name 'state_t'")) {
    return uses.some((use) => use.macro === 'RING_KERNEL' && said.some((other) => isErrorAt(other, use)));
  }
  const isHere = (other: Problem): boolean =>
    other.location?.file === location?.file &&
    other.location?.line === location?.line &&
    other.location?.column === location?.column;
  return severity === 'warning' && said.some((other) => other.severity === 'error' && isHere(other));
}

/** Here every source has the header's macros; nvcc does not give them. */
function forgottenInclude({ files, main, includesRingKernel }: SourceTree): Problem | undefined {
  const lines = files.get(main)?.text.split('\n') ?? [];
  const line = lines.findIndex((text) => /^\s*RING_(?:KERNEL|ON|OUTPUT|BLOCK|GRID)\s*\(/.test(text)) + 1;
  if (includesRingKernel || line === 0) return undefined;
  return {
    severity: 'error',
    code: 'include-missing',
    message: `${main} does not include the header that declares ${/RING_\w+/.exec(lines[line - 1] ?? '')?.[0] ?? 'it'}`,
    tip: 'Begin the file with: #include <ring_kernel.cuh>',
    location: { file: main, line },
  };
}

function isTheUsers(diagnostic: Diagnostic): boolean {
  // In our headers they follow from another error: what could not be sent has no constant identity, and is not copied.
  if (/^array type '.*' is not assignable$/.test(diagnostic.message) && !isPlacedInProject(diagnostic)) return false;
  return isInProject(diagnostic) && (isPlacedInProject(diagnostic) || !isGlobalConstructor(diagnostic));
}

/**
 * After a missing file the compiler loses interest, and what the analysis did not find says nothing. After any error a
 * kernel or a handler may be missing only because the error hides it.
 */
function credible(analysed: readonly Problem[], said: readonly Problem[]): readonly Problem[] {
  if (said.some(({ code }) => missingFileCodes.has(code))) return [];
  const isFailed = said.some(({ severity }) => severity === 'error');
  return isFailed ? analysed.filter(({ code }) => !absences.has(code)) : analysed;
}

function unitFault({ exitCode, stderr }: CompilerOutput, diagnostics: readonly Diagnostic[]): StudioError {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  const tip = 'This is a fault of Ring Kernel Studio: please report it with the file.';
  if (first === undefined) {
    return new StudioError('InternalError', `The compiler failed with code ${exitCode}: ${stderr.slice(0, 2000)}`, {
      tip,
    });
  }
  const numbers = first.notes.map(({ message }) => message).join('; ');
  const detail = numbers === '' ? first.message : `${first.message} (${numbers})`;
  return new StudioError('InternalError', `The generated unit does not hold: ${detail}`, { tip });
}

function dedupe(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ message, location }) => {
    const key = JSON.stringify([message, location?.file, location?.line]);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** The main file's problems last, as the compiler reads them: files in the order of inclusion, lines upwards. */
function sortBySource(problems: readonly Problem[], tree: SourceTree): Problem[] {
  const fileOrder = new Map([...tree.files.keys()].map((file, index) => [file, index === 0 ? Infinity : index]));
  const rank = ({ location }: Problem): readonly [number, number, number] => [
    fileOrder.get(location?.file ?? '') ?? -1,
    location?.line ?? 0,
    location?.column ?? 0,
  ];
  return [...problems].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    for (const [index, value] of left.entries()) {
      if (value !== right[index]) return value < right[index]! ? -1 : 1;
    }
    return 0;
  });
}
