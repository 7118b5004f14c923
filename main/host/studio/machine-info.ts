import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { MachineInfo } from '../../../app/contract/project.ts';
import { cudaStatus } from '../cuda-status.ts';
import type { RuntimeSettings } from './runtime-settings.ts';

export interface MachineInfoOptions {
  /** The package's folder. */
  readonly root: string;
  readonly projectsDir: string;
  readonly runtime: RuntimeSettings;
}

export async function machineInfo({ root, projectsDir, runtime }: MachineInfoOptions): Promise<MachineInfo> {
  const clang = createRequire(import.meta.url).resolve('@yowasp/clang');
  const [version, clangVersion] = await Promise.all([
    versionIn(join(root, 'package.json')),
    versionIn(join(dirname(clang), '..', 'package.json')),
  ]);
  return {
    version,
    checkedAtMs: Date.now(),
    cpu: {
      workers: runtime.workers ?? Math.min(8, Math.max(1, availableParallelism() - 1)),
      arenaBytes: runtime.arenaBytes ?? 1_073_741_824,
      compiler: `Clang ${clangVersion.replace(/-.*$/, '')} in WebAssembly`,
    },
    cuda: await cudaStatus(),
    projectsDir,
  };
}

async function versionIn(manifest: string): Promise<string> {
  return (JSON.parse(await readFile(manifest, 'utf8')) as { readonly version: string }).version;
}
