import { StudioError } from '../../../app/base/studio-error.ts';
import { Arena, formatBytes } from '../../../app/device/arena.ts';

const PAGE_BYTES = 65_536;

/** @throws StudioError `OutOfMemory` when the system has no room for it */
export function createArena(bytes: number): Arena {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    return new Arena(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  } catch (cause) {
    throw new StudioError('OutOfMemory', `the system refused an arena of ${formatBytes(bytes)}`, {
      tip: 'Create the runtime with a smaller arenaBytes (at most 4 GiB).',
      cause,
    });
  }
}
