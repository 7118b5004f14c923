/** Threads of a group in the order of their ranks. */
export interface Group {
  readonly threads: readonly number[];
  readonly metaRank: number;
  readonly metaSize: number;
}

interface Members extends Group {
  readonly values: readonly number[];
  readonly a: number;
}

/** What each member gets, by rank. */
type Collective = (group: Members) => number[];

const size = ({ values }: Members): number => values.length;
const bits = (ranks: readonly number[]): number => ranks.reduce((mask, rank) => mask | (1 << rank), 0);
const ranksOf = (group: Members, isOne: (value: number) => boolean): number[] =>
  [...group.values.keys()].filter((rank) => isOne(group.values[rank]!));

const from =
  (source: (rank: number, group: Members) => number, of: (value: number) => number = (value) => value): Collective =>
  (group) =>
    group.values.map((own, rank) => of(group.values[source(rank, group)] ?? own));

const same =
  (result: (group: Members) => number): Collective =>
  (group) =>
    group.values.map(() => result(group));

const fold =
  (combine: (a: number, b: number) => number, of: (value: number) => number = (value) => value): Collective =>
  (group) =>
    same(({ values }) => values.map(of).reduce((a, b) => combine(a, b)))(group);

/** `words` of Wide in the source, and how their sum is told. */
const factors = [1, 1, 1, 3, 5, 7];
const wide = (value: number): number[] =>
  factors.map((factor, index) => (Math.imul(value, factor) + (index < 3 ? index : 0)) >>> 0);
const addWide = (a: readonly number[], b: readonly number[]): number[] => a.map((word, at) => (word + b[at]!) >>> 0);
const mixed = (words: readonly number[]): number => words.reduce((mix, word) => (Math.imul(mix, 31) + word) >>> 0, 0);

interface Map {
  readonly factor: number;
  readonly term: number;
}
const then = (first: Map, next: Map): Map => ({
  factor: Math.imul(first.factor, next.factor),
  term: Math.imul(next.factor, first.term) + next.term,
});

const place = (rank: number, count: number, [metaRank, metaSize]: readonly [number, number]): number =>
  rank | (count << 8) | (metaRank << 16) | (metaSize << 24);

/** Members that have the same label are one part; parts are numbered by their first members, or as `number` says. */
function parts(group: Members, label: (value: number) => number, number?: (label: number) => number): number[] {
  const labels = group.values.map(label);
  const known = [...new Set(labels)];
  return labels.map((own, rank) => {
    const members = [...labels.keys()].filter((other) => labels[other] === own);
    const metaRank = known.length === 1 ? 0 : (number?.(own) ?? known.indexOf(own));
    return place(members.indexOf(rank), members.length, [metaRank, known.length]);
  });
}

const exchanges: Readonly<Record<number, Collective>> = {
  0: from((_, group) => group.a % size(group)),
  1: from((rank, { a }) => rank - a),
  2: from((rank, { a }) => rank + a),
  3: from((rank, group) => rank ^ (group.a % size(group))),
  4: same((group) => bits(ranksOf(group, (value) => value % 3 === 0))),
  5: same(({ values }) => Number(values.some((value) => value % 3 === 0))),
  6: same(({ values }) => Number(values.every((value) => value % 3 !== 0))),
  7: (group) => group.values.map((own) => bits(ranksOf(group, (value) => value % 3 === own % 3))),
  8: same((group) => {
    const isSame = group.values.every((value) => value % 2 === group.values[0]! % 2);
    return isSame ? bits([...group.values.keys()]) | (1 << 31) : 0;
  }),
  9: (group) => group.values.map((_, rank) => place(rank, size(group), [group.metaRank, group.metaSize])),
  10: from(
    (_, group) => group.a % size(group),
    (value) => mixed(wide(value)),
  ),
  11: from((rank) => rank - 1),
  12: from(
    (rank) => rank + 1,
    (value) => mixed(wide(value)),
  ),
  13: (group) => parts(group, (value) => value % 3),
  14: (group) =>
    parts(
      group,
      (value) => Number(value % 3 === 0),
      (label) => label,
    ),
  15: ({ values }) =>
    values.map((own) => values.filter((value) => value % 3 === own % 3).reduce((a, b) => (a + b) >>> 0)),
  /** Nothing happens. */
  100: ({ values }) => [...values],
};

const add = (a: number, b: number): number => (a + b) >>> 0;
const signed = (value: number): number => value | 0;
const short = (value: number): number => (value << 16) >> 16;

const reductions: Readonly<Record<number, Collective>> = {
  20: fold(add),
  21: fold(Math.min, signed),
  22: fold(Math.max),
  23: fold((a, b) => (a & b) >>> 0),
  24: fold((a, b) => (a | b) >>> 0),
  25: fold((a, b) => (a ^ b) >>> 0),
  26: fold(
    (a, b) => a + b,
    (value) => value % 1024,
  ),
  27: same(({ values }) => mixed(values.map(wide).reduce(addWide))),
  28: fold(Math.max),
  29: fold(Math.min, short),
};

function running<T>(values: readonly T[], combine: (a: T, b: T) => T): T[] {
  const results: T[] = [];
  for (const value of values) results.push(results.length === 0 ? value : combine(results.at(-1)!, value));
  return results;
}

const scans: Readonly<Record<number, Collective>> = {
  30: ({ values }) => running(values, add),
  31: ({ values }) => [0, ...running(values, add).slice(0, -1)],
  32: ({ values }) => running(values, Math.max),
  33: ({ values }) => [0, ...running(values, Math.max).slice(0, -1)],
  34: ({ values }) => {
    const maps = values.map((value): Map => ({ factor: value | 1, term: value >>> 3 }));
    return running(maps, then).map(({ factor, term }) => Math.imul(factor, 31) + term);
  },
  35: ({ values }) => running(values.map(wide), addWide).map(mixed),
};

/** By the number that the actors of cooperative_groups.cu know it by. */
export const collectives: Readonly<Record<number, Collective>> = { ...exchanges, ...reductions, ...scans };
