interface SparkValues {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly toMs: number;
  readonly windowMs: number;
  readonly width: number;
  readonly height: number;
}

/** A line through the values, zero at the bottom; gaps where there is no data. */
export function sparkPath({ times, values, toMs, windowMs, width, height }: SparkValues): string {
  const top = values.reduce((most, value) => (value > most ? value : most), 0);
  let path = '';
  let isDown = false;
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    const x = width - ((toMs - times[index]!) / windowMs) * width;
    const y = height - 1 - (top === 0 ? 0 : (value / top) * (height - 3));
    path += `${isDown ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  }
  return path;
}
