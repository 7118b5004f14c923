import { StudioError, type Problem, type SourceLocation } from '../../app/base/studio-error.ts';
import { linkArguments, paths, wrapPrefix } from './clang/arguments.ts';
import type { ClangProcess } from './clang/clang-process.ts';
import type { ToolRun } from './clang/tool-run.ts';
import { dynamicSharedObject, type SharedVariables } from './wasm/shared-variables.ts';

export type LinkResult =
  | { readonly ok: true; readonly module: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface LinkOptions {
  readonly object: Uint8Array;
  readonly shared: SharedVariables;
  readonly base: number;
  /** The compiler process has a runtime object. */
  readonly hasRuntime: boolean;
  /** Where functions are declared, by the linker's name. */
  readonly functions: ReadonlyMap<string, SourceLocation>;
  readonly signal: AbortSignal | undefined;
}

export async function link(clang: ClangProcess, options: LinkOptions): Promise<LinkResult> {
  const { object, shared, base, hasRuntime, functions, signal } = options;
  const hasDynamicShared = shared.dynamic.length > 0;
  const run = {
    args: linkArguments({ base, hasRuntime, hasDynamicShared }),
    files: {
      [paths.object]: object,
      ...(hasDynamicShared && { [paths.dynamicShared]: dynamicSharedObject(shared.dynamic) }),
    },
    outputs: [],
    stdoutPath: paths.module,
  };
  const { exitCode, stderr, files } = await clang.run(run, signal);
  const module = files[paths.module];
  if (exitCode === 0 && module !== undefined) return { ok: true, module };
  const readable = undefinedSymbols(stderr);
  if (readable.length > 0) {
    const names = undefinedSymbols((await clang.run(withLinkNames(run), signal)).stderr);
    return {
      ok: false,
      problems: readable.map((name, index) => undefinedFunction(name, functions.get(names[index] ?? ''))),
    };
  }
  throw new StudioError('InternalError', `The linker failed: ${stderr.trim()}`, {
    tip: 'This is a fault of Ring Kernel Studio: please report it with the file.',
  });
}

/** The linker gives people's names or its own, in the same order. */
function withLinkNames(run: ToolRun): ToolRun {
  return { ...run, args: [...run.args, '--no-demangle'] };
}

function undefinedSymbols(stderr: string): string[] {
  const names = [...stderr.matchAll(/undefined symbol: (.+)$/gm)].map((match) => match[1]!.trim());
  return [...new Set(names)];
}

function undefinedFunction(symbol: string, location: SourceLocation | undefined): Problem {
  const name = symbol.startsWith(wrapPrefix) ? symbol.slice(wrapPrefix.length) : symbol;
  if (name !== symbol || /^operator (?:new|delete)\b/.test(name)) {
    const message = `'${name}' needs a heap, which actors do not have`;
    return { severity: 'error', code: 'needs-heap', message, tip: 'Keep the data in the state of the kernel.' };
  }
  return {
    severity: 'error',
    code: 'undefined-function',
    message: `undefined function '${name}'`,
    tip: 'It is declared and called but never defined: define it in this file or in one that it includes.',
    ...(location && { location }),
  };
}
