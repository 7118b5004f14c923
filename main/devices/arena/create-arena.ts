import { ARENA, ARENA_HEADER_ADDRESS } from '../../../app/abi/arena-layout.ts';
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

/** The directory of actors and the bitmap of those that the host has to look at; the bitmap's address. */
export function layOutHeader(arena: Arena, actorLimit: number): number {
  const directory = arena.allocate('actor directory', actorLimit * 4);
  const hostReady = arena.allocate('host ready bits', actorLimit >> 3);
  const header = ARENA_HEADER_ADDRESS >>> 2;
  arena.u32[header + (ARENA.actors >>> 2)] = directory.address;
  arena.u32[header + (ARENA.actorLimit >>> 2)] = actorLimit;
  arena.u32[header + (ARENA.hostReady >>> 2)] = hostReady.address;
  arena.u32[header + (ARENA.hostReadyWords >>> 2)] = actorLimit >> 5;
  return hostReady.address;
}
