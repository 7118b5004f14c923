import { join } from 'node:path';

import { preparation } from '../../compile/clang/arguments.ts';
import { ClangProcess } from '../../compile/clang/clang-process.ts';
import { readRingHeaders } from '../../compile/clang/ring-headers.ts';
import { compileUnit } from '../../compile/compile-unit.ts';
import { link } from '../../compile/link.ts';
import { readSourceTree } from '../../compile/sources/source-tree.ts';
import { Stopwatch } from '../../compile/stopwatch.ts';
import { watchMemory } from './watched-module.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const kernelsDir = join(root, 'kernels');
/** Of static data, as for any first program. */
const BASE = 65_536;

export interface WatchedKernels {
  readonly module: WebAssembly.Module;
  /** Of the message that the kernels exchange. */
  readonly itemTypeId: number;
}

/** A deliberate mistake in a device header, `file` below `ring/`; made where `MISTAKE_WORD` holds its number. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Compiles kernels/test/interleavings.cu with the device headers as they are, or with mistakes, and has it watched. */
export async function compileWatched(mutations: readonly Mutation[] = []): Promise<WatchedKernels> {
  const headers: Record<string, string | Uint8Array> = { ...readRingHeaders(kernelsDir) };
  for (const { file, from, to } of mutations) {
    const text = String(headers[file]);
    if (text.split(from).length !== 2) throw new Error(`not once in ${file}: ${from}`);
    headers[file] = text.replace(from, to);
  }
  const entryPoint = join(root, 'dist', 'compiler.process.js');
  await using clang = new ClangProcess({ entryPoint, preparation: () => preparation(headers) });
  const sources = await readSourceTree(join(kernelsDir, 'test'), 'interleavings.cu');
  if (!sources.ok) throw new Error(JSON.stringify(sources.problems));
  const stopwatch = new Stopwatch(() => clang.lostMs);
  const compiled = await compileUnit(sources.tree, { clang, stopwatch, signal: undefined });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { unit } = compiled;
  const { functions, program } = unit.analysis;
  const linked = await link(clang, { ...unit, functions, base: BASE, hasRuntime: true, signal: undefined });
  if (!linked.ok) throw new Error(JSON.stringify(linked.problems));
  const { typeId } = program.structs.find(({ name }) => name === 'Item')!;
  return { module: await WebAssembly.compile(watchMemory(linked.module)), itemTypeId: typeId };
}
