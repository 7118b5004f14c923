import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { VirtualFiles } from './tool-run.ts';

const folders = ['abi', 'actor', 'cpu'] as const;

/** The device headers (kernels/{abi,actor,cpu} and what lies below) as virtual files below `ring/`. */
export function readRingHeaders(kernelsDir: string): VirtualFiles {
  const files: Record<string, string> = {};
  for (const folder of folders) {
    for (const entry of readdirSync(join(kernelsDir, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[`ring/${relative(kernelsDir, path).replaceAll(sep, '/')}`] = readFileSync(path, 'utf8');
    }
  }
  return files;
}
