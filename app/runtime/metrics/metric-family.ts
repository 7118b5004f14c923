/** What the samples of a family belong to: `actor`, `channel`, `reason`, … */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramSample {
  readonly labels: Labels;
  /** Upper ends, in the family's unit. */
  readonly bounds: readonly number[];
  /** How many values were at most each bound: each includes those before it. */
  readonly below: readonly number[];
  readonly count: number;
  readonly sum: number;
}

interface Description {
  /** Without `_total`. Times are in seconds. */
  readonly name: string;
  readonly help: string;
}

/** A counter only grows, and begins at 0 with each run. */
interface NumberFamily extends Description {
  readonly kind: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

interface HistogramFamily extends Description {
  readonly kind: 'histogram';
  readonly samples: readonly HistogramSample[];
}

/** A metric as monitoring systems know it, with all its samples of one moment. */
export type MetricFamily = NumberFamily | HistogramFamily;

/** Samples of several sources under one description each. */
export function mergeFamilies(sources: readonly (readonly MetricFamily[])[]): readonly MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const family of sources.flat()) {
    const known = merged.get(family.name);
    const samples = [...(known?.samples ?? []), ...family.samples];
    merged.set(family.name, { ...family, samples } as MetricFamily); // one name, one kind
  }
  return [...merged.values()];
}
