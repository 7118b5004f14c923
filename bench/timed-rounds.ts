import { interleave, percentile, type Contender } from './rounds.ts';

export interface Timed {
  /** A quarter of the rounds took less: what else a busy machine does adds to the others. */
  readonly quartile: number;
  readonly note: string;
}

/** Like `interleave`, for times that other work can only lengthen. */
export async function alternate(rounds: number, contenders: readonly Contender[]): Promise<ReadonlyMap<string, Timed>> {
  const results = await interleave(rounds, contenders);
  return new Map(
    Object.entries(results).map(([name, { values, note }]) => {
      const sorted = values.toSorted((a, b) => a - b);
      return [name, { quartile: percentile(sorted, 0.25), note }];
    }),
  );
}
