import type { Arena } from '../../../app/device/arena.ts';
import type { CudaNative } from '../../../native/bindings/cuda-native.ts';
import type { HostMemoryHandle, OpenedContext } from '../../../native/bindings/cuda-answers.ts';

/** A context with the arena pinned and mapped in it. */
export interface CudaContext extends OpenedContext {
  readonly cuda: CudaNative;
  readonly arena: Arena;
  /** The arena, as the addon knows it. */
  readonly memory: HostMemoryHandle;
}
