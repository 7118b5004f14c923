import type { BufferImage, BufferStatistics } from '../../../app/contract/functions.ts';
import { inSlices } from './in-slices.ts';

/** Numbers by index. */
export interface Numbers {
  readonly length: number;
  readonly at: (index: number) => number;
}

/** `binCount` parts at most. */
export async function statisticsOf(numbers: Numbers, binCount: number): Promise<BufferStatistics> {
  const { length, at } = numbers;
  let [nans, infinities] = [0, 0];
  let [min, max] = [Infinity, -Infinity];
  await inSlices(length, (index) => {
    const value = at(index);
    if (Number.isNaN(value)) nans += 1;
    else if (!Number.isFinite(value)) infinities += 1;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  });
  const hasFinite = nans + infinities < length;
  return {
    count: length,
    nans,
    infinities,
    finite: hasFinite ? await finiteFigures(numbers, { min, max, binCount }) : null,
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly binCount: number;
}

/** In terms of the largest number, so that no sum and no square overflows. */
async function finiteFigures(
  { length, at }: Numbers,
  { min, max, binCount }: Range,
): Promise<BufferStatistics['finite']> {
  const scale = Math.max(Math.abs(min), Math.abs(max)) || 1;
  const width = max / scale - min / scale;
  const bins = Array.from({ length: width === 0 ? 1 : binCount }, () => 0);
  let [count, mean, squares] = [0, 0, 0];
  await inSlices(length, (index) => {
    const value = at(index);
    if (!Number.isFinite(value)) return;
    const scaled = value / scale;
    const part = width === 0 ? 0 : (scaled - min / scale) / width;
    const bin = Math.min(bins.length - 1, Math.floor(part * bins.length));
    bins[bin] = bins[bin]! + 1;
    // Welford's: a difference of sums would lose what large numbers differ by.
    const delta = scaled - mean;
    count += 1;
    mean += delta / count;
    squares += delta * (scaled - mean);
  });
  return { min, max, mean: mean * scale, deviation: Math.sqrt(squares / count) * scale, bins };
}

export interface ImageSize {
  /** Numbers of a row. */
  readonly columns: number;
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/** The numbers in rows, scaled down to as many cells as are wanted. */
export async function imageOf(
  { length, at }: Numbers,
  { columns, maxWidth, maxHeight }: ImageSize,
): Promise<BufferImage> {
  const rows = Math.ceil(length / columns);
  const [width, height] = [Math.min(columns, maxWidth), Math.min(rows, maxHeight)];
  const means = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  await inSlices(length, (index) => {
    const value = at(index);
    if (!Number.isFinite(value)) return;
    const x = Math.floor(((index % columns) * width) / columns);
    const y = Math.floor((Math.floor(index / columns) * height) / rows);
    const cell = y * width + x;
    const count = ++counts[cell]!;
    // A running mean, in parts: no sum overflows.
    means[cell] = means[cell]! * ((count - 1) / count) + value / count;
  });
  return { rows, width, height, cells: Array.from(means, (mean, cell) => (counts[cell] === 0 ? null : mean)) };
}
