/** Seeded numbers, each a function of its place. */
export function scramble(x: number): number {
  let mixed = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** `count` numbers from 0 to `bound` − 1. */
export function numbers(count: number, bound: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => scramble(i + seed * 1_000_003) % bound);
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Sums modulo 2^32 of what comes before each element, anew every `length` elements. */
export function exclusiveScan(values: Uint32Array, length: number): Uint32Array {
  const scanned = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i += 1) if (i % length !== 0) scanned[i] = scanned[i - 1]! + values[i - 1]!;
  return scanned;
}

export function runningSums<T extends Int32Array | Uint32Array>(values: T): T {
  const sums = values.slice() as T;
  for (let i = 1; i < sums.length; i += 1) sums[i]! += sums[i - 1]!;
  return sums;
}

export function histogram(values: Iterable<number>, binCount: number): number[] {
  const bins = Array.from({ length: binCount }, () => 0);
  for (const value of values) bins[value]! += 1;
  return bins;
}

/** Row by row; `at` has the element of a row and column. */
export function matrix(rows: number, columns: number, at: (row: number, column: number) => number): number[] {
  return Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns));
}

export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/** Of what lies `dx` and `dy` away; outside of the image there are zeros. */
export function convolve(
  { width, height, pixels }: Image,
  kernel: readonly number[],
  [dx, dy]: readonly [number, number],
): number[] {
  const radius = (kernel.length - 1) / 2;
  return matrix(height, width, (y, x) => {
    let total = 0;
    for (const [k, weight] of kernel.entries()) {
      const [fromX, fromY] = [x - (k - radius) * dx, y - (k - radius) * dy];
      const isInside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      if (isInside) total += weight * pixels[fromY * width + fromX]!;
    }
    return total;
  });
}

/** DCT-II of length 8, orthonormal: the weight of sample `n` in coefficient `k`. */
function dctWeight(k: number, n: number): number {
  return Math.sqrt((k === 0 ? 1 : 2) / 8) * Math.cos(((2 * n + 1) * k * Math.PI) / 16);
}

/** Of each 8×8 block; `inverse` makes samples of coefficients. */
export function cosineTransform({ width, height, pixels }: Image, inverse = false): number[] {
  const weight = (to: number, from: number): number => (inverse ? dctWeight(from, to) : dctWeight(to, from));
  return matrix(height, width, (y, x) => {
    const [left, top] = [x - (x % 8), y - (y % 8)];
    let total = 0;
    for (let v = 0; v < 8; v += 1)
      for (let u = 0; u < 8; u += 1)
        total += weight(y - top, v) * weight(x - left, u) * pixels[(top + v) * width + left + u]!;
    return total;
  });
}

export interface Bodies {
  /** x, y, z and mass of each. */
  readonly positions: ArrayLike<number>;
  readonly velocities: ArrayLike<number>;
}

/** One step of all pairs' gravity, softened, by the semi-implicit Euler method. */
export function stepBodies(
  { positions, velocities }: Bodies,
  {
    dt,
    damping,
    softeningSquared,
  }: { readonly dt: number; readonly damping: number; readonly softeningSquared: number },
): { readonly positions: number[]; readonly velocities: number[] } {
  const next = { positions: Array.from(positions), velocities: Array.from(velocities) };
  for (let i = 0; i < positions.length; i += 4) {
    const acceleration = [0, 0, 0];
    for (let j = 0; j < positions.length; j += 4) {
      const away = [0, 1, 2].map((axis) => positions[j + axis]! - positions[i + axis]!);
      const distance = Math.sqrt(sum(away.map((d) => d * d)) + softeningSquared);
      for (const axis of [0, 1, 2]) acceleration[axis]! += (positions[j + 3]! * away[axis]!) / distance ** 3;
    }
    for (const axis of [0, 1, 2]) {
      const velocity = (velocities[i + axis]! + acceleration[axis]! * dt) * damping;
      next.velocities[i + axis] = velocity;
      next.positions[i + axis]! += velocity * dt;
    }
  }
  return next;
}

/** The largest difference of two rows of numbers. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((most, value, i) => {
    const difference = Math.abs(value - b[i]!);
    return difference <= most ? most : difference;
  }, 0);
}
