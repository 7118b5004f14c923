import { suggestion } from '../../base/did-you-mean.ts';
import { StudioError } from '../../base/studio-error.ts';
import type { KernelInfo, ProgramInfo } from '../program.ts';
import { type Topology, topologyVersion } from './topology.ts';

/**
 * What running a bare `.cu` means: one actor per kernel, named like it, or the one kernel asked for.
 *
 * @throws StudioError `KernelNotFound`
 */
export function bareTopology(program: ProgramInfo, { kernel }: { readonly kernel?: string } = {}): Topology {
  const kernels = kernel === undefined ? program.kernels : [findKernel(program.kernels, kernel)];
  if (kernels.length === 0) {
    throw new StudioError('KernelNotFound', `${program.file} declares no kernel.`, {
      tip:
        program.functions.length === 0
          ? 'Declare one with RING_KERNEL(name).'
          : `For its __global__ functions: ringstudio exec ${program.file} --list`,
    });
  }
  return {
    version: topologyVersion,
    actors: kernels.map(({ name }) => ({ id: name, kernel: name, source: program.file })),
  };
}

/** @throws StudioError `KernelNotFound`, with what is loaded and what was probably meant. */
export function findKernel(kernels: readonly KernelInfo[], name: string): KernelInfo {
  const found = kernels.find((kernel) => kernel.name === name);
  if (found !== undefined) return found;
  const names = kernels.map((kernel) => kernel.name);
  const loaded = names.length === 0 ? 'nothing' : names.join(', ');
  throw new StudioError(
    'KernelNotFound',
    `kernel '${name}' is not loaded. Loaded: ${loaded}.`,
    suggestion(name, names),
  );
}
