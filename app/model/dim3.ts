/** A size or an index in up to three dimensions: CUDA's dim3. */
export type Dim3 = readonly [x: number, y: number, z: number];

/** A dim3 as people write it: one number, or up to three, of which the rest is 1. */
export type DimSpec = number | readonly number[];

export const unitDim: Dim3 = [1, 1, 1];

/** What `RING_BLOCK(k, ring::any)` becomes where nobody says more. */
export const anyBlock = { cpu: unitDim, cuda: [256, 1, 1] } as const satisfies Record<'cpu' | 'cuda', Dim3>;

export interface DimLimits {
  /** Of each dimension, as CUDA has them. */
  readonly most: Dim3;
  /** Of all dimensions together. */
  readonly total: number;
  /** A phrase for the sum: `a block has at most`. */
  readonly owner: string;
  readonly unit: readonly [one: string, many: string];
}

export const blockLimits = {
  most: [1024, 1024, 64],
  total: 1024,
  owner: 'a block has',
  unit: ['thread', 'threads'],
} as const satisfies DimLimits;

/** The total is ours: all blocks of an actor are resident, and each takes its shared memory. */
export const gridLimits = {
  most: [2 ** 31 - 1, 65_535, 65_535],
  total: 65_535,
  owner: 'an actor has',
  unit: ['block', 'blocks'],
} as const satisfies DimLimits;

/** Static and dynamic `__shared__` data of one block, as much as CUDA's largest devices have. In bytes. */
export const mostSharedBytes = 227 * 1024;

export function dim3Of(spec: DimSpec): Dim3 {
  const [x = 1, y = 1, z = 1] = typeof spec === 'number' ? [spec] : spec;
  return [x, y, z];
}

/** As short as it can be written: a number where only x counts. */
export function shortDim(spec: DimSpec): number | readonly number[] {
  const [x, y, z] = dim3Of(spec);
  if (z !== 1) return [x, y, z];
  return y === 1 ? x : [x, y];
}

export function dimTotal([x, y, z]: Dim3): number {
  return x * y * z;
}

export function equalDims(a: Dim3, b: Dim3): boolean {
  return a.every((size, axis) => size === b[axis]);
}

/** `256`, `16×16`, `8×8×4`. */
export function formatDim(spec: DimSpec): string {
  const short = shortDim(spec);
  return typeof short === 'number' ? short.toString() : short.join('×');
}

/** `256 threads`, `16×16 = 256 threads`. */
export function describeDim(spec: DimSpec, { unit }: DimLimits): string {
  const total = dimTotal(dim3Of(spec));
  const text = formatDim(spec);
  const product = text === total.toString() ? '' : `${text} = `;
  return `${product}${formatCount(total)} ${unit[total === 1 ? 0 : 1]}`;
}

/** Why a size cannot be, in a sentence without its subject; undefined when it can. */
export function dimProblem(spec: DimSpec, limits: DimLimits): string | undefined {
  if (typeof spec !== 'number' && !Array.isArray(spec)) return 'it is a number, or an array of up to three.';
  if (Array.isArray(spec) && (spec.length === 0 || spec.length > 3))
    return `it has ${spec.length.toString()} numbers; it takes one to three.`;
  const dim = dim3Of(spec);
  for (const [axis, size] of dim.entries()) {
    const most = Math.min(limits.most[axis]!, limits.total);
    if (Number.isInteger(size) && size >= 1 && size <= most) continue;
    return `${'xyz'[axis]!} is ${String(size)}; it is a whole number from 1 to ${formatCount(most)}.`;
  }
  if (dimTotal(dim) <= limits.total) return undefined;
  return `${describeDim(dim, limits)}; ${limits.owner} at most ${formatCount(limits.total)}.`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
