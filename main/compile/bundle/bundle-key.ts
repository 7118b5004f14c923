import { hashOf } from '../cache/cache-key.ts';
import type { CudaUnit } from '../cuda-code.ts';
import { generatorVersion } from '../generate-unit.ts';
import { codeOptions } from '../nvrtc/nvrtc-compiler.ts';
import type { RingHeaders } from '../nvrtc/virtual-headers.ts';
import type { SourceTree } from '../sources/source-tree.ts';

/**
 * Of everything that code for GPUs is made from, but for the compiler and a toolkit's headers: without them it must be
 * found. The place of the project does not matter, those of files within it do.
 */
export function bundleKey(tree: SourceTree, unit: CudaUnit, { device, standard }: RingHeaders): string {
  const files = [...tree.files.values()].map(({ path, text }) => [path, text] as const);
  const lists = [
    [`${generatorVersion}`, ...codeOptions],
    [unit.text],
    unit.functions,
    unit.symbols,
    inOrder(files),
    inOrder(Object.entries(device)),
    inOrder(Object.entries(standard)),
  ];
  return hashOf(lists.flatMap((list) => [`${list.length}`, ...list]));
}

function inOrder(texts: readonly (readonly [name: string, text: string])[]): readonly string[] {
  return texts.toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
}
