import type { FieldType, Json } from '../message-type.ts';
import type { ValueStream } from './run-outcome.ts';
import { readStruct, type ValueComparison } from './value-comparison.ts';

/** What found no equal in the other run; one index alone where the other run has fewer. */
export type UnmatchedPair = readonly [left: number | undefined, right: number | undefined];

interface Member {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Its floats, in the order of its fields. */
  readonly floats: readonly number[];
}

interface Bucket {
  readonly left: Member[];
  readonly right: Member[];
}

/** Up to so many, the most that can be matched are; beyond, values are matched in the order of their floats. */
const MOST_EXACTLY_MATCHED = 500;
/** So many are tried to find what was probably meant to be equal. */
const NEIGHBOURS = 64;

/**
 * Matches equal values of two streams whatever their order. What is left over is paired with what differs from it in
 * the fewest fields.
 */
export function matchUnordered(
  left: ValueStream,
  right: ValueStream,
  comparison: ValueComparison,
): readonly UnmatchedPair[] {
  const { type } = left;
  const areEqual = (a: Member, b: Member): boolean => comparison.areEqual(type, [a.bytes, b.bytes]);
  const rest: Bucket = { left: [], right: [] };
  for (const bucket of bucketsOf(left, right).values()) {
    bucket.left.sort(byFloats);
    bucket.right.sort(byFloats);
    const isSmall = Math.max(bucket.left.length, bucket.right.length) <= MOST_EXACTLY_MATCHED;
    const { left: alone, right: others } = isSmall ? matchMost(bucket, areEqual) : matchInOrder(bucket, areEqual);
    for (const member of alone) rest.left.push(member);
    for (const member of others) rest.right.push(member);
  }
  rest.left.sort(byIndex);
  rest.right.sort(byIndex);
  return pairNearest(rest, (a, b) => [...comparison.differences(type, [a.bytes, b.bytes])].length);
}

/** Values that agree in everything but floats and buffers. */
function bucketsOf(left: ValueStream, right: ValueStream): ReadonlyMap<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  const add = ({ type, values }: ValueStream, side: keyof Bucket): void => {
    for (const [index, bytes] of values.entries()) {
      const { json, isValid } = readStruct(type, bytes);
      const floats: number[] = [];
      const key = JSON.stringify(isValid ? withoutFloats({ kind: 'struct', struct: type }, json, floats) : json);
      const bucket = buckets.get(key) ?? { left: [], right: [] };
      buckets.set(key, bucket);
      bucket[side].push({ index, bytes, floats });
    }
  };
  add(left, 'left');
  add(right, 'right');
  return buckets;
}

function withoutFloats(type: FieldType, json: Json, floats: number[]): Json {
  switch (type.kind) {
    case 'scalar': {
      if (type.scalar !== 'f32' && type.scalar !== 'f64') return json;
      floats.push(Number(json));
      return null;
    }
    case 'buffer':
      return json === null;
    case 'struct': {
      const members = json as Readonly<Record<string, Json>>; // structs are objects
      return type.struct.fields.map((field) => withoutFloats(field.type, members[field.name] ?? null, floats));
    }
    case 'array':
    case 'list':
      return Array.isArray(json) ? json.map((each: Json) => withoutFloats(type.element, each, floats)) : json;
    case 'enum':
    case 'text':
      return json;
  }
}

/** NaN comes last. */
function byFloats(a: Member, b: Member): number {
  for (const [at, x] of a.floats.entries()) {
    const y = b.floats[at] ?? 0;
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return x < y ? -1 : 1;
  }
  return byIndex(a, b);
}

function byIndex(a: Member, b: Member): number {
  return a.index - b.index;
}

type IsEqual = (a: Member, b: Member) => boolean;

/** The largest matching, by augmenting paths (Kuhn's algorithm): tolerances make equality no equivalence. */
function matchMost({ left, right }: Bucket, areEqual: IsEqual): Bucket {
  const partners = new Array<number | undefined>(right.length).fill(undefined);
  const seek = (index: number, tried: Set<number>): boolean => {
    // Its neighbour in the order of floats first: mostly that is it.
    for (let step = 0; step < right.length; step++) {
      const at = (index + step) % right.length;
      if (tried.has(at) || !areEqual(left[index]!, right[at]!)) continue;
      tried.add(at);
      const partner = partners[at];
      if (partner !== undefined && !seek(partner, tried)) continue;
      partners[at] = index;
      return true;
    }
    return false;
  };
  const alone = left.filter((_, index) => !seek(index, new Set()));
  return { left: alone, right: right.filter((_, at) => partners[at] === undefined) };
}

function matchInOrder({ left, right }: Bucket, areEqual: IsEqual): Bucket {
  const rest: Bucket = { left: [], right: [] };
  let [at, other] = [0, 0];
  while (at < left.length && other < right.length) {
    const [a, b] = [left[at]!, right[other]!];
    const order = areEqual(a, b) ? 0 : byFloats(a, b);
    if (order < 0) rest.left.push(a);
    if (order > 0) rest.right.push(b);
    if (order <= 0) at++;
    if (order >= 0) other++;
  }
  rest.left.push(...left.slice(at));
  rest.right.push(...right.slice(other));
  return rest;
}

function pairNearest({ left, right }: Bucket, distance: (a: Member, b: Member) => number): readonly UnmatchedPair[] {
  const candidates = [...right];
  const pairs = left.map((member): UnmatchedPair => {
    let [best, bestDistance] = [-1, Infinity];
    for (const [at, candidate] of candidates.slice(0, NEIGHBOURS).entries()) {
      const found = distance(member, candidate);
      if (found < bestDistance) [best, bestDistance] = [at, found];
    }
    const [chosen] = best === -1 ? [] : candidates.splice(best, 1);
    return [member.index, chosen?.index];
  });
  return [...pairs, ...candidates.map(({ index }): UnmatchedPair => [undefined, index])];
}
