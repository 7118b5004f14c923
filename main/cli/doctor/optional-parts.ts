import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { cudaFindings } from '../../host/cuda-findings.ts';
import { cudaParts } from './cuda-parts.ts';
import type { Finding } from './finding.ts';

interface OptionalPart {
  readonly name: string;
  readonly purpose: string;
  /** Executables, looked up in PATH, or absolute paths. */
  readonly candidates: readonly string[];
}

const PARTS: readonly OptionalPart[] = [
  { name: 'nvcc', purpose: 'compiles kernels for GPUs ahead of time; not part of this version', candidates: ['nvcc'] },
  {
    name: 'C++ compiler',
    purpose: 'builds the native addon, and a figure to compare with in the benchmarks',
    candidates: process.platform === 'win32' ? ['cl'] : ['c++', 'g++', 'clang++'],
  },
];

/** Nothing here is needed. */
export async function checkOptionalParts(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  return [...cudaParts(await cudaFindings()), ...(await lookUpParts(env))];
}

function lookUpParts(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return Promise.all(
    PARTS.map(async ({ name, purpose, candidates }): Promise<Finding> => {
      const paths = candidates.flatMap((candidate) => {
        if (/[/\\]/.test(candidate)) return [candidate];
        return folders.flatMap((folder) => endings.map((ending) => join(folder, candidate + ending)));
      });
      const found = await firstThatExists(paths);
      const what = found === undefined ? 'not found' : `found (${found})`;
      return { name, status: found === undefined ? 'absent' : 'ok', detail: `${what}: ${purpose}` };
    }),
  );
}

async function firstThatExists(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
}
