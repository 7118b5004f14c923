/** A way to do the work that a benchmark compares; `run` does one round and gives its value. */
export interface Contender {
  readonly name: string;
  readonly run: () => number | Promise<number>;
}

export interface Rounds {
  /** The median of the rounds. */
  readonly median: number;
  readonly note: string;
  /** By round. */
  readonly values: readonly number[];
}

/**
 * Runs all contenders in turn, round by round, so that what else the machine does hits them alike. The first round warms
 * up and does not count.
 */
export async function interleave<const Names extends string>(
  rounds: number,
  contenders: readonly (Contender & { readonly name: Names })[],
): Promise<Record<Names, Rounds>> {
  const values = new Map<Names, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of contenders) {
      const value = await run();
      if (round > 0) values.get(name)?.push(value);
    }
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, summarize(list)])) as Record<Names, Rounds>;
}

export function summarize(values: readonly number[]): Rounds {
  const sorted = values.toSorted((a, b) => a - b);
  const spread = `${short(sorted[0] ?? NaN)} to ${short(sorted.at(-1) ?? NaN)}`;
  return { median: percentile(sorted, 0.5), note: `${spread} in ${values.length} rounds`, values };
}

/** The median of the rounds' own ratios: both sides of each were measured within a moment. */
export function ratio(of: Rounds, to: Rounds): Rounds {
  return summarize(of.values.map((value, round) => value / to.values[round]!));
}

/** `sorted` ascending; `share` from 0 to 1. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
