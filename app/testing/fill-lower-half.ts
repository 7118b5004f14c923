import type { Arena } from '../device/arena.ts';

/** Whatever is allocated afterwards lies beyond 2 GiB, where addresses have their highest bit. The arena has 4 GiB. */
export function fillLowerHalf(arena: Arena): void {
  arena.allocate('the lower half', 2 ** 31);
  let gap = arena.allocate('a gap before it', 128);
  while (gap.address < 2 ** 31) gap = arena.allocate('a gap before it', 128);
}
