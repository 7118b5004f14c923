import { symbolizerArguments } from '../wasm/symbolizer.ts';
import type { ClangProcess } from './clang-process.ts';

/** LLVM's symbolizer over `debugWasm`: its output for the offsets, which count from the start of the code section's content. */
export async function symbolize(
  clang: ClangProcess,
  debugWasm: Uint8Array,
  offsets: readonly number[],
): Promise<string> {
  const file = 'fault.wasm';
  const run = { args: symbolizerArguments(`/${file}`, offsets), files: { [file]: debugWasm }, outputs: [] };
  return (await clang.run(run)).stdout;
}
