import { join } from 'node:path';

import { buildStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { createCompiler, type Compiler } from '../../compile/compiler.ts';
import { createRuntime, type CreateRuntimeOptions, type StudioRuntime } from '../../host/create-runtime.ts';
import { compilerFiles, packageRoot } from '../../host/package-root.ts';

/** The stand-in is compiled first where it has changed, by g++. */
export const BUILD_MS = 600_000;

const root = packageRoot(import.meta.url);
export const kernels = join(root, 'kernels', 'test');

/** The process's CUDA from now on, with further settings of ring_standin.h. */
export async function useStandIn(settings: string): Promise<Compiler> {
  const { library } = await buildStandIn();
  process.env['RINGSTUDIO_CUDA_LIBRARY'] = library;
  process.env['RINGSTUDIO_NVRTC_LIBRARY'] = library;
  const cache = join(root, 'node_modules', '.cache', 'driver-stand-in', 'programs');
  process.env['RING_STANDIN'] = `spin_us=0,cache=${cache},${settings}`;
  return createCompiler(compilerFiles(root));
}

/** Where it is to be opened again after a loss, each time on another GPU. */
export function openRuntime(
  compiler: Compiler,
  { arenaBytes = 2 ** 28, ...options }: CreateRuntimeOptions = {},
): Promise<StudioRuntime> {
  return createRuntime({ ...options, arenaBytes, device: 'cuda', compiler });
}
