import { seededRandom } from '../../app/base/seeded-random.ts';
import {
  decode,
  encode,
  exactly,
  infinityBits,
  multiply,
  negate,
  toInteger,
  type Exact,
  type Rounding,
  type FloatFormat,
} from './exact-float.fixture.ts';

export type Operands = readonly [a: number, b: number, c: number];

/** The bits of 1. */
export function oneBits(format: FloatFormat): number {
  return encode(format, exactly(1));
}

/** Where rounding, overflow, underflow, zeros and NaN begin. */
function edges(format: FloatFormat): number[] {
  const infinity = infinityBits(format);
  const one = oneBits(format);
  const smallestNormal = 1 << format.fractionBits;
  const finite = [0, 1, 2, 3, smallestNormal - 1, smallestNormal, one - 1, one, one + 1, infinity - 1];
  const magnitudes = [...finite, infinity, infinity + 1, 0x7fff, one + (1 << (format.fractionBits - 1))];
  return magnitudes.flatMap((magnitude) => [magnitude, magnitude | 0x8000]);
}

/**
 * All triples of edges, and random ones: every other one of these has operands near 1 and an addend near the negative
 * product, or up to 30 binary places away from it, where two roundings would differ from one.
 */
export function operandTriples(format: FloatFormat, count: number, seed: number): Operands[] {
  const random = seededRandom(seed);
  const upTo = (limit: number) => Math.floor(random.next() * limit);
  const bitsOfExponents = infinityBits(format);
  const nearOne = () =>
    (upTo(65_536) & ~bitsOfExponents) | (oneBits(format) + (upTo(8) - 4) * (1 << format.fractionBits));
  const drawn = Array.from({ length: count }, (_, index): Operands => {
    if (index % 2 === 0) return [upTo(65_536), upTo(65_536), upTo(65_536)];
    const [a, b] = [nearOne() & 0xffff, nearOne() & 0xffff];
    const product = encode(format, negate(multiply(decode(format, a), decode(format, b))));
    const places = upTo(2) === 0 ? 0 : (upTo(30) - 15) * (1 << format.fractionBits);
    const magnitude = Math.min(Math.max((product & 0x7fff) + places + upTo(3) - 1, 0), 0x7fff);
    return [a, b, (product & 0x8000) | magnitude];
  });
  const ends = edges(format);
  return [...ends.flatMap((a) => ends.flatMap((b) => ends.map((c): Operands => [a, b, c]))), ...drawn];
}

/** Around every number of the format and every middle between two of them, a little above and below; and what no number is. */
export function doublesToNarrow(format: FloatFormat): number[] {
  const step = format.fractionBits > 8 ? 7 : 1;
  const values: number[] = [Number.NaN, Infinity, 1e300, 5e-324, 1e-310, 0];
  for (let bits = 0; bits < infinityBits(format); bits += step) {
    const below = toDouble(decode(format, bits));
    const above = toDouble(decode(format, bits + 1));
    const middle = Number.isFinite(above) ? (below + above) / 2 : below * (1 + 2 ** -(format.fractionBits + 2));
    values.push(below, middle, next(middle, 1), next(middle, -1), next(below, 1));
  }
  return [...values, ...values.map((value) => -value)];
}

function toDouble(value: Exact | undefined): number {
  if (value === undefined) return Number.NaN;
  if (value.isInfinite) return value.isNegative ? -Infinity : Infinity;
  // Both are powers of two times at most 11 bits.
  const shift = value.denominator.toString(2).length - 1;
  return (Number(value.numerator) / 2 ** Math.min(shift, 1000)) * (value.isNegative ? -1 : 1);
}

function next(value: number, step: 1 | -1): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += BigInt(step);
  return value === 0 ? 5e-324 : new Float64Array(bits.buffer)[0]!;
}

/** Small ones, those near powers of two, and middles of the format that lie beyond what a double holds. */
export function integersToNarrow(format: FloatFormat): bigint[] {
  const values: bigint[] = [0n];
  for (let exponent = 0n; exponent < 63n; exponent += 1n) {
    const power = 1n << exponent;
    const half = power >> BigInt(format.fractionBits + 1);
    values.push(power, power - 1n, power + 1n, power + half, power + half - 1n, power + half + 1n, power + 3n * half);
  }
  values.push(2n ** 63n - 1n);
  return [...values, ...values.map((value) => -value), -(2n ** 63n)];
}

/** CUDA's conversions to integers, in the order of small_floats.cu. */
const integerForms: readonly (readonly [Rounding, bits: number, isSigned: boolean])[] = [
  ['nearest', 32, true],
  ['zero', 32, true],
  ['down', 32, true],
  ['up', 32, true],
  ['nearest', 32, false],
  ['zero', 16, true],
  ['up', 16, false],
  ['down', 64, true],
  ['nearest', 64, false],
  ['zero', 8, true],
  ['zero', 8, false],
  ['zero', 32, true],
];
export const integerFormCount = integerForms.length;

/** What all of them make of a number: what does not fit saturates, NaN is 0, or the highest bit alone of 64. */
export function toAllIntegers(value: Exact | undefined): bigint[] {
  return integerForms.map(([rounding, bits, isSigned]) => {
    const width = BigInt(bits);
    if (value === undefined) return bits === 64 ? -(1n << 63n) : 0n;
    const [lowest, highest] = isSigned ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n];
    const whole = value.isInfinite ? (value.isNegative ? lowest : highest) : toInteger(value, rounding);
    const clamped = whole < lowest ? lowest : whole > highest ? highest : whole;
    return BigInt.asIntN(64, clamped);
  });
}

/** The nine conversions from integers, in the order of small_floats.cu. */
export function fromAllIntegers(format: FloatFormat, integer: bigint): number[] {
  const forms: readonly (readonly [value: bigint, rounding: Rounding])[] = [
    [integer, 'nearest'],
    [integer, 'zero'],
    [integer, 'down'],
    [integer, 'up'],
    [BigInt.asUintN(64, integer), 'nearest'],
    [BigInt.asIntN(32, integer), 'nearest'],
    [BigInt.asUintN(32, integer), 'zero'],
    [BigInt.asIntN(16, integer), 'up'],
    [BigInt.asUintN(16, integer), 'down'],
  ];
  return forms.map(([value, rounding]) => encode(format, exactly(value), rounding));
}
export const fromIntegerFormCount = 9;
