import { assertNever } from '../../base/assert-never.ts';
import type { SeededRandom } from '../../base/seeded-random.ts';
import type { Problem } from '../../base/studio-error.ts';
import { integerRanges, narrowInteger } from '../codec/integers.ts';
import { cppName } from '../layout-text.ts';
import type { FieldType, ScalarKind } from '../message-type.ts';
import type { Distribution } from '../topology/distribution.ts';
import { zipfSampler } from './zipf.ts';

/** The n-th draw, from 0; each is asked for once, in order. */
export type Draw = (index: number) => number;

export type ValueSource =
  | { readonly next: (index: number) => unknown; readonly samples: readonly unknown[] }
  | { readonly problem: Pick<Problem, 'code' | 'message' | 'tip'> };

/** How a distribution fills a field of the type, from random numbers of its own. */
export function valueSource(distribution: Distribution, type: FieldType, random: SeededRandom): ValueSource {
  switch (distribution.kind) {
    case 'constant':
      return { next: () => distribution.value, samples: [distribution.value] };
    case 'choice':
      return choiceSource(distribution, random);
    case 'sequence':
    case 'uniform':
    case 'normal':
    case 'exponential':
    case 'zipf':
      return numberSource(distribution, type, random);
    default:
      return assertNever(distribution);
  }
}

type Choice = Extract<Distribution, { kind: 'choice' }>;
type NumberDistribution = Exclude<Distribution, { kind: 'choice' | 'constant' }>;

function choiceSource({ values, weights }: Choice, random: SeededRandom): ValueSource {
  if (weights !== undefined && weights.length !== values.length) {
    const message = `There are ${values.length} values and ${weights.length} weights.`;
    return { problem: { code: 'wrong-length', message, tip: 'Give each value its weight.' } };
  }
  const sums: number[] = [];
  let total = 0;
  for (let index = 0; index < values.length; index++) sums.push((total += weights?.[index] ?? 1));
  if (total <= 0) return { problem: { code: 'out-of-range', message: 'All weights are 0.' } };
  const pick = (): unknown => {
    const mark = random.next() * total;
    return values[sums.findIndex((sum) => mark < sum)];
  };
  return { next: pick, samples: values };
}

function numberSource(distribution: NumberDistribution, type: FieldType, random: SeededRandom): ValueSource {
  const kind = numberKind(type);
  if (kind === undefined) {
    const message = `A ${cppName(type)} is not filled by '${distribution.kind}'.`;
    return { problem: { code: 'wrong-type', message, tip: "Use 'choice', or 'constant'." } };
  }
  const problem = rangeProblem(distribution, kind);
  if (problem !== undefined) return { problem };
  const draw = drawOf(distribution, kind, random);
  const fit = fitting(kind);
  return { next: (index) => fit(draw(index)), samples: [fit(0)] };
}

function rangeProblem(
  distribution: NumberDistribution,
  kind: ScalarKind,
): Pick<Problem, 'code' | 'message'> | undefined {
  if (distribution.kind !== 'uniform') return undefined;
  const { min, max } = distribution;
  if (max < min) return { code: 'out-of-range', message: `max ${max} is less than min ${min}.` };
  if (isFloat(kind) || Math.floor(max) >= Math.ceil(min)) return undefined;
  return { code: 'out-of-range', message: `There is no integer from ${min} to ${max}.` };
}

function isFloat(kind: ScalarKind): boolean {
  return kind === 'f32' || kind === 'f64';
}

/** How numbers of the field are stored; undefined where it holds no number. */
function numberKind(type: FieldType): Exclude<ScalarKind, 'bool'> | undefined {
  if (type.kind === 'enum') return type.enum.underlying;
  if (type.kind !== 'scalar' || type.scalar === 'bool') return undefined;
  return type.scalar;
}

function drawOf(distribution: NumberDistribution, kind: ScalarKind, random: SeededRandom): Draw {
  switch (distribution.kind) {
    case 'sequence': {
      const { start = 0, step = 1, length = Infinity } = distribution;
      return (index) => start + step * (length === Infinity ? index : index % length);
    }
    case 'uniform': {
      const { min, max } = distribution;
      if (isFloat(kind)) return () => min + (max - min) * random.next();
      const [first, last] = [Math.ceil(min), Math.floor(max)];
      return () => first + Math.floor(random.next() * (last - first + 1));
    }
    case 'normal': {
      const { mean = 0, deviation = 1 } = distribution;
      return () => mean + deviation * standardNormal(random);
    }
    case 'exponential':
      return () => -distribution.mean * Math.log1p(-random.next());
    case 'zipf':
      return zipfSampler({ n: distribution.n, exponent: distribution.exponent ?? 1 }, random);
    default:
      return assertNever(distribution);
  }
}

/** Box and Muller (1958); the second of the pair is not kept, so that each value takes two draws. */
function standardNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log1p(-random.next())) * Math.cos(2 * Math.PI * random.next());
}

const LARGEST_FLOAT = 3.4028234663852886e38;

/** Rounds to an integer and holds within the type's range. Large ones become bigints, which keep every digit. */
function fitting(kind: Exclude<ScalarKind, 'bool'>): (value: number) => number | bigint {
  if (kind === 'f64') return (value) => value;
  if (kind === 'f32') return (value) => Math.min(Math.max(value, -LARGEST_FLOAT), LARGEST_FLOAT);
  const { min, max } = integerRanges[kind];
  const [low, high] = [narrowInteger(min), narrowInteger(max)];
  return (value) => {
    const whole = Math.round(value);
    if (whole <= low) return low;
    if (whole >= high) return high;
    return Number.isSafeInteger(whole) ? whole : BigInt(whole);
  };
}
