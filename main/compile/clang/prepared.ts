import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { clangVersion } from './clang-version.ts';
import type { Preparation, VirtualFiles } from './tool-run.ts';

/** Beside compiler.process.js: what the build has prepared, so that not every process does it again. */
export const preparedFile = 'compiler.prepared';

interface Prepared {
  /** Of the preparation. */
  readonly key: string;
  /** The outputs of its runs. */
  readonly files: VirtualFiles;
}

export function encodePrepared(preparation: Preparation, files: VirtualFiles): Buffer {
  const prepared: Prepared = { key: keyOf(preparation), files };
  return serialize(prepared);
}

/** The outputs of the preparation's runs; undefined where the file is of another one, or none. */
export function readPrepared(path: string, preparation: Preparation): VirtualFiles | undefined {
  try {
    const { key, files } = deserialize(readFileSync(path)) as Prepared;
    return key === keyOf(preparation) ? files : undefined;
  } catch {
    return undefined;
  }
}

function keyOf({ files, runs }: Preparation): string {
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([clangVersion(), sorted, runs]))
    .digest('hex');
}
