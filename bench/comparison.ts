import type { BenchContext } from './bench-context.ts';
import { ratio, type Rounds } from './rounds.ts';

/** What the studio's actors are measured against. */
export const BASELINES = ['postMessage', 'nact'] as const;
export type Baseline = (typeof BASELINES)[number];

const UNITS = {
  'M msg/s': { scale: 1e-6, suffix: ' (msg/s)' },
  'M hops/s': { scale: 1e-6, suffix: ' (hops/s)' },
  µs: { scale: 1, suffix: '' },
} as const;

interface Comparison {
  /** What was done, before each contender's name. */
  readonly label: string;
  readonly unit: keyof typeof UNITS;
  readonly results: Readonly<Record<string, Rounds>> & Readonly<Record<Baseline, Rounds>>;
}

/** Records each contender's figure, then how those that are no baseline stand to each that is one. */
export function recordComparison(record: BenchContext['record'], { label, unit, results }: Comparison): void {
  const { scale, suffix } = UNITS[unit];
  const all = Object.entries(results);
  for (const [name, { median, note }] of all)
    record({ name: `${label}: ${name}`, value: median * scale, unit, note: `${note}${suffix}` });
  for (const [name, own] of all) {
    if (BASELINES.some((baseline) => baseline === name)) continue;
    for (const baseline of BASELINES) {
      const { median, note } = ratio(own, results[baseline]);
      record({ name: `${label}: ${name} / ${baseline}`, value: median, unit: '×', note });
    }
  }
}
