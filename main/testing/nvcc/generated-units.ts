import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { preparation } from '../../compile/clang/arguments.ts';
import { ClangProcess } from '../../compile/clang/clang-process.ts';
import { readRingHeaders } from '../../compile/clang/ring-headers.ts';
import { readDeclarations } from '../../compile/compile-unit.ts';
import { generateUnit } from '../../compile/generate-unit.ts';
import { readSourceTree } from '../../compile/sources/source-tree.ts';
import { Stopwatch } from '../../compile/stopwatch.ts';

export interface GeneratedUnit {
  /** Below its folder of kernels/: of a sample `pipeline/map.cu`. */
  readonly source: string;
  /** Where its includes start. */
  readonly projectDir: string;
  /** As the CPU device's compiler gets it, but that it includes the user's file by its real path. */
  readonly text: string;
  readonly kernels: readonly string[];
}

/** The `.cu` files of all samples, sorted. */
export function listSamples(root: string): readonly string[] {
  const folder = join(root, 'kernels', 'samples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.cu')).toSorted();
}

/** Has the front end read each sample, and generates its unit. */
export function generateSampleUnits(root: string): Promise<readonly GeneratedUnit[]> {
  return generateUnits(root, { folder: 'samples', sources: listSamples(root) });
}

/** The same for any `.cu` files of a folder of kernels/. */
export async function generateUnits(
  root: string,
  { folder, sources }: { readonly folder: string; readonly sources: readonly string[] },
): Promise<readonly GeneratedUnit[]> {
  const kernelsDir = join(root, 'kernels');
  const entryPoint = join(root, 'dist', 'compiler.process.js');
  const headers = readRingHeaders(kernelsDir);
  await using clang = new ClangProcess({ entryPoint, preparation: () => preparation(headers) });
  const units: GeneratedUnit[] = [];
  for (const source of sources) {
    const path = join(kernelsDir, folder, source);
    const projectDir = dirname(path);
    const read = await readSourceTree(projectDir, relative(projectDir, path));
    if (!read.ok) throw new Error(`${source}: ${JSON.stringify(read.problems)}`);
    const stopwatch = new Stopwatch(() => clang.lostMs);
    const analysis = await readDeclarations(read.tree, { clang, stopwatch, signal: undefined });
    if (analysis.problems.length > 0) throw new Error(`${source}: ${JSON.stringify(analysis.problems)}`);
    const kernels = analysis.program.kernels.map(({ name }) => name);
    units.push({ source, projectDir, text: generateUnit(path, analysis), kernels });
  }
  return units;
}
