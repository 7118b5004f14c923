import { join } from 'node:path';
import { librariesHere } from '../devices/cuda/libraries-here.ts';
import { NvmlProcess } from '../devices/cuda/nvml/nvml-process.ts';
import { packageRoot } from './package-root.ts';

/** Begins a process that reads NVML, with what is installed now. */
export function startNvmlReader(env: NodeJS.ProcessEnv = process.env): NvmlProcess {
  const root = packageRoot(import.meta.url);
  return new NvmlProcess({
    processPath: join(root, 'dist', 'nvml.process.js'),
    env,
    task: { nativeDir: join(root, 'native'), libraries: [...librariesHere(env).nvml] },
  });
}
