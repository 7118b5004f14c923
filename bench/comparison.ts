import type { BenchContext } from './bench-context.ts';
import { ratio, type Rounds } from './rounds.ts';

const UNITS = {
  'M msg/s': { scale: 1e-6, suffix: ' (msg/s)' },
  'M hops/s': { scale: 1e-6, suffix: ' (hops/s)' },
  µs: { scale: 1, suffix: '' },
} as const;

interface Comparison<Names extends string> {
  /** What was done, before each contender's name. */
  readonly label: string;
  readonly unit: keyof typeof UNITS;
  readonly results: Readonly<Record<Names, Rounds>>;
  readonly baselines: readonly NoInfer<Names>[];
}

/** Records each contender's figure, then how those that are no baseline stand to each that is one. */
export function recordComparison<Names extends string>(
  record: BenchContext['record'],
  { label, unit, results, baselines }: Comparison<Names>,
): void {
  const { scale, suffix } = UNITS[unit];
  const all = Object.entries<Rounds>(results);
  for (const [name, { median, note }] of all)
    record({ name: `${label}: ${name}`, value: median * scale, unit, note: `${note}${suffix}` });
  for (const [name, own] of all) {
    if (baselines.some((baseline) => baseline === name)) continue;
    for (const baseline of baselines) {
      const { median, note } = ratio(own, results[baseline]);
      record({ name: `${label}: ${name} / ${baseline}`, value: median, unit: '×', note });
    }
  }
}
