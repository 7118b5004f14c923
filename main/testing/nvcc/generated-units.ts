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
  /** `pipeline/map.cu`: of a sample, below kernels/samples. */
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
export async function generateSampleUnits(root: string): Promise<readonly GeneratedUnit[]> {
  const kernelsDir = join(root, 'kernels');
  const entryPoint = join(root, 'dist', 'compiler.process.js');
  const headers = readRingHeaders(kernelsDir);
  await using clang = new ClangProcess({ entryPoint, preparation: () => preparation(headers) });
  const units: GeneratedUnit[] = [];
  for (const source of listSamples(root)) {
    const path = join(kernelsDir, 'samples', source);
    const projectDir = dirname(path);
    const sources = await readSourceTree(projectDir, relative(projectDir, path));
    if (!sources.ok) throw new Error(`${source}: ${JSON.stringify(sources.problems)}`);
    const stopwatch = new Stopwatch(() => clang.lostMs);
    const analysis = await readDeclarations(sources.tree, { clang, stopwatch, signal: undefined });
    if (analysis.problems.length > 0) throw new Error(`${source}: ${JSON.stringify(analysis.problems)}`);
    const kernels = analysis.program.kernels.map(({ name }) => name);
    units.push({ source, projectDir, text: generateUnit(path, analysis), kernels });
  }
  return units;
}
