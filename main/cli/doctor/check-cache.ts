import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { formatBytes } from '../../../app/device/arena.ts';
import { defaultCacheDir } from '../../compile/cache/cache-folder.ts';
import { reasonOf } from '../project/text-file.ts';
import type { Finding } from './finding.ts';

/** Where compiled kernels are kept, how much there is, and whether more can be written. */
export async function checkCache(env: NodeJS.ProcessEnv): Promise<Finding> {
  const folder = defaultCacheDir(env);
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const detail = `${folder} cannot be written: ${reasonOf(error)}. Every start compiles again; RINGSTUDIO_CACHE_DIR names another folder.`;
    return { name: 'cache', status: 'warning', detail };
  }
  const { files, bytes } = await measure(folder);
  return { name: 'cache', status: 'ok', detail: `${folder}: ${files} files, ${formatBytes(bytes)}` };
}

async function measure(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files++;
    // Another process may evict it meanwhile.
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return { files, bytes };
}
