import type { ClangProcess } from './clang/clang-process.ts';
import { linkArguments, paths } from './clang/arguments.ts';
import { StudioError, type Problem } from '../../app/base/studio-error.ts';

export type LinkResult =
  | { readonly ok: true; readonly module: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface LinkOptions {
  readonly object: Uint8Array;
  readonly base: number;
  /** The compiler process has a runtime object. */
  readonly hasRuntime: boolean;
  readonly signal: AbortSignal | undefined;
}

export async function link(
  clang: ClangProcess,
  { object, base, hasRuntime, signal }: LinkOptions,
): Promise<LinkResult> {
  const run = { args: linkArguments(base, hasRuntime), files: { [paths.object]: object }, outputs: [paths.module] };
  const { exitCode, stderr, files } = await clang.run(run, signal);
  const module = files[paths.module];
  if (exitCode === 0 && module !== undefined) return { ok: true, module };
  const problems = linkProblems(stderr);
  if (problems.length > 0) return { ok: false, problems };
  throw new StudioError('InternalError', `The linker failed: ${stderr.trim()}`, {
    tip: 'This is a fault of Ring Kernel Studio: please report it with the file.',
  });
}

/** The linker knows no lines. */
function linkProblems(stderr: string): Problem[] {
  const names = [...stderr.matchAll(/undefined symbol: (.+)$/gm)].map((match) => match[1]!.trim());
  return [...new Set(names)].map((name) => ({
    severity: 'error',
    code: 'undefined-function',
    message: `undefined function '${name}'`,
    tip: 'It is declared but not defined: define it in this file or in one that it includes.',
  }));
}
