import type { Json } from '../message-type.ts';
import { DifferenceList, type Difference, type DifferencePlace, type UnlistedDifferences } from './difference-list.ts';
import { matchUnordered, type UnmatchedPair } from './match-unordered.ts';
import type { RecordedValue, RunOutcome, ValueStream } from './run-outcome.ts';
import type { Tolerances } from './tolerance.ts';
import { readStruct, ValueComparison } from './value-comparison.ts';

export interface ComparisonOptions {
  readonly tolerances: Tolerances;
  /** Takes each stream as a multiset. */
  readonly isUnordered?: boolean;
  /** Most differences of a field that are listed, by default 10. */
  readonly limit?: number;
  /** Most that are listed in all, by default any number. */
  readonly most?: number;
}

/** What was there on both sides, and so could be compared. */
export interface ComparedCounts {
  /** Places at which messages came out on either side. */
  readonly streams: number;
  readonly messages: number;
  readonly states: number;
  /** Undefined where they are not compared. */
  readonly printedLines: number | undefined;
}

export interface Comparison {
  readonly compared: ComparedCounts;
  /** All differences; those listed are the first ones of each field. */
  readonly total: number;
  readonly fieldCount: number;
  readonly listed: readonly Difference[];
  readonly unlisted: readonly UnlistedDifferences[];
}

const DEFAULT_LIMIT = 10;

/** Everything in which two runs of one topology differ. */
export function compareOutcomes(
  outcomes: readonly [RunOutcome, RunOutcome],
  { tolerances, isUnordered = false, limit = DEFAULT_LIMIT, most = Infinity }: ComparisonOptions,
): Comparison {
  const [left, right] = outcomes;
  const list = new DifferenceList({ limit, most });
  const values = new ValueComparison(tolerances, [left.buffers, right.buffers]);
  const comparer = new OutcomeComparer(values, list, isUnordered);
  comparer.facts('failed', [left.failures, right.failures], null);
  comparer.facts('undelivered', [left.undelivered, right.undelivered], 0);
  comparer.facts('dead letters', [left.deadLetters, right.deadLetters], 0);
  const compared = {
    ...comparer.streams(left.streams, right.streams),
    states: comparer.states(left, right),
    printedLines: comparer.printed(left.printed, right.printed),
  };
  const { total, fieldCount, listed, unlisted } = list;
  return { compared, total, fieldCount, listed, unlisted };
}

type Facts = ReadonlyMap<string, Json>;

class OutcomeComparer {
  readonly #values: ValueComparison;
  readonly #list: DifferenceList;
  readonly #isUnordered: boolean;

  constructor(values: ValueComparison, list: DifferenceList, isUnordered: boolean) {
    this.#values = values;
    this.#list = list;
    this.#isUnordered = isUnordered;
  }

  /** `none` stands for what is there on one side only. */
  facts(kind: DifferencePlace['kind'], [left, right]: readonly [Facts, Facts], none: Json): void {
    for (const key of keysOf(left, right)) {
      const [a, b] = [left.get(key) ?? none, right.get(key) ?? none];
      if (a !== b) this.#list.add({ kind, subject: key, path: '' }, () => ({ values: [a, b] }));
    }
  }

  streams(left: RunOutcome['streams'], right: RunOutcome['streams']): Pick<ComparedCounts, 'streams' | 'messages'> {
    let messages = 0;
    const names = keysOf(left, right);
    for (const name of names) {
      const [a, b] = [left.get(name), right.get(name)];
      const { type } = (a ?? b)!;
      const pair = [a ?? { type, values: [] }, b ?? { type, values: [] }] as const;
      messages += Math.min(pair[0].values.length, pair[1].values.length);
      if (this.#isUnordered) this.#pairs(name, pair, matchUnordered(...pair, this.#values));
      else this.#pairs(name, pair, pairsInOrder(...pair));
    }
    return { streams: names.length, messages };
  }

  /** Those of instances that have failed are left out: a handler may have ended in the middle of a change. */
  states(left: RunOutcome, right: RunOutcome): number {
    const hasFailed = (label: string): boolean => left.failures.has(label) || right.failures.has(label);
    const labels = keysOf(left.states, right.states).filter((label) => !hasFailed(label));
    for (const label of labels)
      this.#pair({ kind: 'state', subject: label }, left.states.get(label), right.states.get(label));
    return labels.length;
  }

  printed(left: RunOutcome['printed'], right: RunOutcome['printed']): number | undefined {
    if (left === undefined || right === undefined) return undefined;
    let lines = 0;
    for (const speaker of keysOf(left, right)) {
      const pair = [left.get(speaker) ?? [], right.get(speaker) ?? []] as const;
      const [a, b] = this.#isUnordered ? withoutCommon(...pair) : pair;
      lines += Math.min(pair[0].length, pair[1].length);
      for (let index = 0; index < Math.max(a.length, b.length); index++) {
        if (a[index] === b[index]) continue;
        const values = [a[index] ?? null, b[index] ?? null] as const;
        this.#list.add({ kind: 'printed', subject: speaker, index, path: '' }, () => ({ values }));
      }
    }
    return lines;
  }

  #pairs(name: string, [left, right]: readonly [ValueStream, ValueStream], pairs: Iterable<UnmatchedPair>): void {
    for (const [a, b] of pairs) {
      this.#pair({ kind: 'message', subject: name, index: a ?? b ?? 0 }, recordedAt(left, a), recordedAt(right, b));
    }
  }

  #pair(where: Omit<DifferencePlace, 'path'>, a: RecordedValue | undefined, b: RecordedValue | undefined): void {
    if (a === undefined || b === undefined) {
      this.#list.add({ ...where, path: '' }, () => ({ values: [shown(a), shown(b)] }));
      return;
    }
    for (const { path, ...found } of this.#values.differences(a.type, [a.bytes, b.bytes]))
      this.#list.add({ ...where, path }, () => found);
  }
}

function keysOf(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...left.keys(), ...right.keys()])].sort();
}

function* pairsInOrder(left: ValueStream, right: ValueStream): Generator<UnmatchedPair, void> {
  const [a, b] = [left.values.length, right.values.length];
  for (let index = 0; index < Math.max(a, b); index++)
    yield [index < a ? index : undefined, index < b ? index : undefined];
}

function recordedAt({ type, values }: ValueStream, index: number | undefined): RecordedValue | undefined {
  const bytes = index === undefined ? undefined : values[index];
  return bytes && { type, bytes };
}

function shown(value: RecordedValue | undefined): Json {
  return value === undefined ? null : readStruct(value.type, value.bytes).json;
}

/** What each has beyond the other, as multisets. */
function withoutCommon(
  left: readonly string[],
  right: readonly string[],
): readonly [readonly string[], readonly string[]] {
  return [minus(left, right), minus(right, left)];
}

function minus(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
