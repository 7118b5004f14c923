import type { Arena } from '../../../app/device/arena.ts';
import type { CudaNative } from '../../../native/bindings/cuda-native.ts';
import type { HostMemoryHandle, OpenedContext } from '../../../native/bindings/cuda-answers.ts';

/** Its name, and what is known of it by heart: `NVIDIA L4 (58 SMs, sm_89)`. */
export function describeGpu({
  name,
  multiprocessorCount,
  computeMajor,
  computeMinor,
  isSharedByMps,
}: OpenedContext['device']): string {
  const shared = isSharedByMps === true ? ', shared with other processes by MPS' : '';
  return `${name} (${multiprocessorCount.toString()} SMs, sm_${computeMajor.toString()}${computeMinor.toString()}${shared})`;
}

/** A context with the arena pinned and mapped in it. */
export interface CudaContext extends OpenedContext {
  readonly cuda: CudaNative;
  readonly arena: Arena;
  /** The arena, as the addon knows it. */
  readonly memory: HostMemoryHandle;
}
