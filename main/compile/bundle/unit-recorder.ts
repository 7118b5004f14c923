import type { CudaCodeCompiler, CudaCodeResult, CudaUnit } from '../cuda-code.ts';
import type { SourceTree } from '../sources/source-tree.ts';

export interface RecordedUnit {
  readonly tree: SourceTree;
  readonly unit: CudaUnit;
}

/** Takes down what would be compiled for a GPU, while the CPU's compiler looks for mistakes in it. */
export class UnitRecorder implements CudaCodeCompiler {
  readonly #units: RecordedUnit[] = [];

  get units(): readonly RecordedUnit[] {
    return this.#units;
  }

  compile(tree: SourceTree, unit: CudaUnit): Promise<CudaCodeResult> {
    this.#units.push({ tree, unit });
    const nothing = {
      kind: 'ptx',
      image: new Uint8Array(),
      architecture: 'compute_75',
      functions: [],
      symbols: [],
    } as const;
    return Promise.resolve({ ok: true, code: nothing, warnings: [] });
  }
}
