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

/** `0`, `0.13`, `500`, `1.5 k`, `8 M`: short, for an axis. */
export function tickWords(value: number): string {
  const [divisor, unit] =
    value >= 1e9 ? [1e9, ' G'] : value >= 1e6 ? [1e6, ' M'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  const short = value / divisor;
  return `${Number(short.toPrecision(short < 1 ? 2 : 4)).toLocaleString('en-US')}${unit}`;
}
