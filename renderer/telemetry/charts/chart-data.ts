/** One line of a chart. */
export interface ChartLine {
  readonly key: string;
  readonly label: string;
  /** A design token: `--ch-1`. */
  readonly color: string;
  /** In the order of the times; NaN is no data. */
  readonly values: readonly number[];
}

export interface ChartData {
  /** Unix ms, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
}

export const MAX_LINES = 6;

interface Choice {
  readonly pinned: readonly string[];
  readonly selected: readonly string[];
  /** By how much an actor matters now. */
  readonly weights: ReadonlyMap<string, number>;
}

/**
 * The actors that get a line of their own: pinned, then selected, then those with the largest values, in the order of the
 * topology. Values of the same magnitude count as equal: lines must not change places, and hues, with every frame.
 */
export function chooseActors({ pinned, selected, weights }: Choice, count: number): readonly string[] {
  const wanted = [...new Set([...pinned, ...selected])].filter((id) => weights.has(id)).slice(0, count);
  const order = [...weights.keys()].filter((id) => !wanted.includes(id));
  const largest = new Set(
    order.toSorted((a, b) => magnitude(weights.get(b)!) - magnitude(weights.get(a)!)).slice(0, count - wanted.length),
  );
  return [...wanted, ...order.filter((id) => largest.has(id))];
}

/** Steps of a factor of four. */
function magnitude(value: number): number {
  return Math.floor(Math.log2(value + 1) / 2);
}

/** Each line on top of those before it. A line without data at a time has none there, and adds nothing. */
export function stacked(lines: readonly ChartLine[]): readonly ChartLine[] {
  const sums: number[] = [];
  return lines.map((line) => ({
    ...line,
    values: line.values.map((value, index) => {
      if (Number.isNaN(value)) return value;
      sums[index] = (sums[index] ?? 0) + value;
      return sums[index];
    }),
  }));
}

/** What is in `total` and in none of the lines; what rounding leaves is 0. */
export function othersOf(total: readonly number[], lines: readonly ChartLine[]): readonly number[] {
  return total.map((sum, index) => {
    const known = lines.reduce((all, { values }) => all + (Number.isNaN(values[index]!) ? 0 : values[index]!), 0);
    return sum - known <= sum * 1e-9 ? Math.min(0, sum) : sum - known;
  });
}

/** The time of `times` nearest to `ms`; undefined when there are none. */
export function nearestIndex(times: readonly number[], ms: number): number | undefined {
  let best: number | undefined;
  for (const [index, time] of times.entries()) {
    if (best === undefined || Math.abs(time - ms) < Math.abs(times[best]! - ms)) best = index;
  }
  return best;
}

export function lastValue(values: readonly number[]): number | undefined {
  const last = values.at(-1);
  return last === undefined || Number.isNaN(last) ? undefined : last;
}

/** The largest and the smallest value of all lines that are numbers above 0. */
export function positiveExtent(lines: readonly ChartLine[]): readonly [number, number] | undefined {
  let [low, high] = [Infinity, 0];
  for (const { values } of lines) {
    for (const value of values) {
      if (value > 0 && value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high > 0 && low < Infinity ? [low, high] : undefined;
}

/** Powers of two around the values, at most `count` of them, evenly apart on a log axis. */
export function logTicks([low, high]: readonly [number, number], count = 5): readonly number[] {
  const first = Math.floor(Math.log2(low));
  let last = Math.ceil(Math.log2(high));
  if (last - first < 2) last = first + 2;
  const step = Math.ceil((last - first) / (count - 1));
  const ticks: number[] = [];
  for (let power = first; ticks.length === 0 || Math.log2(ticks.at(-1)!) < last; power += step) ticks.push(2 ** power);
  return ticks;
}

/** From 0 in four equal steps of a round size. */
export function linearTicks(high: number): readonly number[] {
  const rough = Math.max(high, 1e-9) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 2.5, 5, 10].find((factor) => factor * unit >= rough * 0.9999)!;
  const count = Math.max(1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Pushes labels apart so that none covers another; all stay between 0 and `height`. */
export function spreadLabels(wanted: readonly number[], gap: number, height: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = 0;
  for (const index of order) {
    placed[index] = Math.max(placed[index]!, floor);
    floor = placed[index] + gap;
  }
  let ceiling = height - gap;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index]!, ceiling);
    ceiling = placed[index] - gap;
  }
  return placed;
}

/** `0`, `0.13`, `500`, `1.5 k`, `8 M`: short, for an axis. */
export function tickWords(value: number): string {
  const [divisor, unit] =
    value >= 1e9 ? [1e9, ' G'] : value >= 1e6 ? [1e6, ' M'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  const short = value / divisor;
  return `${Number(short.toPrecision(short < 1 ? 2 : 4)).toLocaleString('en-US')}${unit}`;
}
