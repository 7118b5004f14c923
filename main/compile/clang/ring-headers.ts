import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { VirtualFiles } from './tool-run.ts';

const folders = ['abi', 'actor', 'cpu'] as const;

/** The device headers (kernels/{abi,actor,cpu}) as virtual files below `ring/`. */
export function readRingHeaders(kernelsDir: string): VirtualFiles {
  const files: Record<string, string> = {};
  for (const folder of folders) {
    for (const entry of readdirSync(join(kernelsDir, folder), { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      files[`ring/${folder}/${entry.name}`] = readFileSync(join(kernelsDir, folder, entry.name), 'utf8');
    }
  }
  return files;
}
