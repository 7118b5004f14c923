import { writeJson } from '../write-json.ts';
import type { Comparison } from './compare-outcomes.ts';
import type { Difference } from './difference-list.ts';
import type { Tolerance } from './tolerance.ts';

export type RunNames = readonly [string, string];

export interface ReportedComparison {
  readonly comparison: Comparison;
  readonly names: RunNames;
  /** By field. */
  readonly tolerances: Readonly<Record<string, Tolerance>>;
  readonly isUnordered: boolean;
  /** Names of the runs that failed. */
  readonly failed: readonly string[];
}

/** JSON lines for tools: each difference, what is only counted, and the sum. */
export function* comparisonLines(reported: ReportedComparison): Generator<string, void> {
  const { comparison, names, tolerances, isUnordered, failed } = reported;
  for (const difference of comparison.listed) yield differenceLine(difference, names);
  for (const rest of comparison.unlisted) yield JSON.stringify(rest);
  const { compared, total } = comparison;
  yield JSON.stringify({
    compared: { between: names, ...compared },
    differences: total,
    tolerance: tolerances,
    order: isUnordered ? 'any' : 'as it came',
    failed,
  });
}

/** Values by the names of their runs. */
export function differenceLine({ at, values, absolute, relative }: Difference, names: RunNames): string {
  const [a, b] = values;
  return writeJson({ at, [names[0]]: a, [names[1]]: b, absolute, relative });
}

/** `cpu and cuda agree: 3 messages and 1 state compared.` */
export function comparisonInWords({ total, fieldCount, compared }: Comparison, [a, b]: RunNames): string {
  const { messages, states } = compared;
  const what = `${count(messages, 'message')} and ${count(states, 'state')} compared`;
  if (total > 0)
    return `${a} and ${b} differ: ${count(total, 'difference')} in ${count(fieldCount, 'place')}; ${what}.`;
  return `${a} and ${b} agree: ${what}.`;
}

function count(number: number, what: string): string {
  return `${number.toString()} ${what}${number === 1 ? '' : 's'}`;
}
