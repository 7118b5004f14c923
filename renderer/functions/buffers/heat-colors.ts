export type Rgb = readonly [red: number, green: number, blue: number];

/** `#1a2740` */
export function rgbOf(hex: string): Rgb {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** As many colours as `levels`, evenly apart on the way through the stops. */
export function heatRamp(stops: readonly Rgb[], levels: number): readonly Rgb[] {
  return Array.from({ length: levels }, (_, level) => {
    const at = (level / (levels - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [from, to] = [stops[low]!, stops[low + 1]!];
    const mixed = (part: 0 | 1 | 2): number => Math.round(from[part] + (to[part] - from[part]) * (at - low));
    return [mixed(0), mixed(1), mixed(2)];
  });
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Undefined where no cell has a number. */
export function extentOf(cells: readonly (number | null)[]): Extent | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const cell of cells) {
    if (cell === null) continue;
    if (cell < min) min = cell;
    if (cell > max) max = cell;
  }
  return min <= max ? { min, max } : undefined;
}

/** The colour of a number, from 0 on; where all are equal the middle one. */
export function heatLevel(value: number, { min, max }: Extent, levels: number): number {
  if (min === max) return Math.floor(levels / 2);
  // Halves of the largest numbers: their difference need not be finite.
  const scale = Number.isFinite(max - min) ? 1 : 0.5;
  const share = (value * scale - min * scale) / (max * scale - min * scale);
  return Math.min(levels - 1, Math.max(0, Math.floor(share * levels)));
}
