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
