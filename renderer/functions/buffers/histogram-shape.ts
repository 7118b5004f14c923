import { linearTicks } from '../../ui/axis-ticks.ts';

export type CountScale = 'linear' | 'log';

interface Finite {
  readonly min: number;
  readonly max: number;
  readonly bins: readonly number[];
}

/** The numbers that a bin counts, from and to; the last bin has its end in it. */
export function binRange({ min, max, bins }: Finite, bin: number): readonly [from: number, to: number] {
  const at = (edge: number): number =>
    edge === bins.length ? max : min * (1 - edge / bins.length) + max * (edge / bins.length);
  return [at(bin), at(bin + 1)];
}

/** Of counts, from 0 to at least the largest. */
export function countTicks(most: number, scale: CountScale): readonly number[] {
  if (scale === 'linear') return linearTicks(Math.max(most, 4)).filter(Number.isInteger);
  const powers = Math.max(1, Math.ceil(Math.log10(Math.max(most, 1))));
  const step = Math.ceil(powers / 4);
  const ticks = [0];
  for (let power = 0; power < powers + step; power += step) ticks.push(10 ** power);
  return ticks;
}

/** Share of the height that a count has, where the axis ends at `top`; in the log scale 1 can be told from 0. */
export function countHeight(count: number, top: number, scale: CountScale): number {
  return scale === 'linear' ? count / top : Math.log1p(count) / Math.log1p(top);
}

/** Round numbers within the range, at most `most` of them. */
export function valueTicks(min: number, max: number, most: number): readonly number[] {
  const span = max - min;
  if (!(span > 0) || !Number.isFinite(span)) return [min];
  const rough = span / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough)!;
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** For an axis: `0.25`, `-1.5e-7`, `12,000`. */
export function axisNumber(value: number): string {
  const short = Number(value.toPrecision(4));
  const magnitude = Math.abs(short);
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-4)) return short.toExponential().replace('e+', 'e');
  return short.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
