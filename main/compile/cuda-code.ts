import type { Problem } from '../../app/base/studio-error.ts';
import type { CudaCode } from '../../app/model/program.ts';
import type { Analysis } from './analysis/analyze.ts';
import { generateUnit } from './generate-unit.ts';
import type { SourceTree } from './sources/source-tree.ts';

/** What is compiled for a GPU, together with the files of its source tree. */
export interface CudaUnit {
  /** Includes the user's file as `project/<path>`. */
  readonly text: string;
  /** C++ expressions for the addresses of the program's functions, in the order of `ProgramInfo.functions`. */
  readonly functions: readonly string[];
  /** The same for `ProgramInfo.symbols`. */
  readonly symbols: readonly string[];
}

export type CudaCodeResult =
  | { readonly ok: true; readonly code: CudaCode; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Compiles for one GPU, or for one kind of them. */
export interface CudaCodeCompiler {
  /**
   * What is wrong with the sources is in the result.
   *
   * @throws StudioError where there is no compiler, or none for this GPU, or where it came to an end
   * @throws the signal's reason when it was aborted
   */
  compile(tree: SourceTree, unit: CudaUnit, signal?: AbortSignal): Promise<CudaCodeResult>;
}

export function generateCudaUnit(mainPath: string, analysis: Analysis): CudaUnit {
  const { program, functionReferences } = analysis;
  const expressions = functionReferences.map(({ expression }) => expression);
  const isOverloaded = (expression: string): boolean =>
    expressions.indexOf(expression) !== expressions.lastIndexOf(expression);
  return {
    text: generateUnit(mainPath, analysis),
    functions: functionReferences.map(({ expression, parameterTypes }) =>
      isOverloaded(expression)
        ? `static_cast<void (*)(${parameterTypes.join(', ')})>(&${expression})`
        : `&${expression}`,
    ),
    symbols: program.symbols.map(({ name }) => `&::${name}`),
  };
}
