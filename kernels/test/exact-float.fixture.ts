/** Binary formats in exact arithmetic: what an operation gives when it rounds once. */
export interface FloatFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
}
export const half: FloatFormat = { exponentBits: 5, fractionBits: 10 };
export const bfloat16: FloatFormat = { exponentBits: 8, fractionBits: 7 };
export const float: FloatFormat = { exponentBits: 8, fractionBits: 23 };
export const double: FloatFormat = { exponentBits: 11, fractionBits: 52 };
export type Rounding = 'nearest' | 'down' | 'up' | 'zero';
export const NAN_BITS = 0x7fff;

/** A number that is not NaN: ± numerator / denominator, or infinite. */
export interface Exact {
  readonly isNegative: boolean;
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly isInfinite: boolean;
}

const lowestExponent = ({ exponentBits }: FloatFormat): number => 2 - 2 ** (exponentBits - 1);
export const infinityBits = (format: FloatFormat): number => (2 ** format.exponentBits - 1) << format.fractionBits;

/** Of bits; undefined for NaN. */
export function decode(format: FloatFormat, bits: number): Exact | undefined {
  const magnitude = bits & 0x7fff;
  const isNegative = bits >= 0x8000;
  if (magnitude > infinityBits(format)) return undefined;
  const isInfinite = magnitude === infinityBits(format);
  const field = magnitude >> format.fractionBits;
  const fraction = magnitude & (2 ** format.fractionBits - 1);
  const mantissa = field === 0 ? fraction : fraction + 2 ** format.fractionBits;
  const exponent = Math.max(field, 1) - 1 + lowestExponent(format) - format.fractionBits;
  return { ...scaled(BigInt(isInfinite ? 0 : mantissa), exponent), isNegative, isInfinite };
}

/** Of a finite double or a bigint. */
export function exactly(value: number | bigint): Exact {
  if (typeof value === 'bigint') return signed(value, 1n);
  if (!Number.isFinite(value)) return { isNegative: value < 0, numerator: 0n, denominator: 1n, isInfinite: true };
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0]!;
  const field = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (field === 0 ? 0n : 1n << 52n);
  return { ...scaled(mantissa, Math.max(field, 1) - 1075), isNegative: bits >> 63n === 1n, isInfinite: false };
}

function scaled(mantissa: bigint, exponent: number): Pick<Exact, 'numerator' | 'denominator'> {
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

/** `zeroIsNegative` where the value is zero. */
export function signed(numerator: bigint, denominator: bigint, zeroIsNegative = false): Exact {
  const isNegative = numerator === 0n ? zeroIsNegative : numerator < 0n;
  return { isNegative, numerator: numerator < 0n ? -numerator : numerator, denominator, isInfinite: false };
}
const signedNumerator = ({ isNegative, numerator }: Exact): bigint => (isNegative ? -numerator : numerator);

/** The bits next to the value, as `rounding` has it; of 16-bit formats. */
export function encode(format: FloatFormat, value: Exact | undefined, rounding: Rounding = 'nearest'): number {
  return value === undefined ? NAN_BITS : Number(encodeWide(format, value, rounding));
}

/** As `encode`, of any format. */
export function encodeWide(format: FloatFormat, value: Exact, rounding: Rounding): bigint {
  const sign = value.isNegative ? 1n << BigInt(format.exponentBits + format.fractionBits) : 0n;
  return sign | (value.isInfinite ? infinityOf(format) : roundedMagnitude(format, value, rounding));
}

function infinityOf({ exponentBits, fractionBits }: FloatFormat): bigint {
  return ((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits);
}

function roundedMagnitude(format: FloatFormat, value: Exact, rounding: Rounding): bigint {
  const { numerator, denominator, isNegative } = value;
  if (numerator === 0n) return 0n;
  const lowest = lowestExponent(format);
  const exponent = Math.max(lowest, floorLog2(numerator, denominator));
  const quantum = exponent - format.fractionBits;
  const dividend = quantum < 0 ? numerator << BigInt(-quantum) : numerator;
  const divisor = quantum < 0 ? denominator : denominator << BigInt(quantum);
  const kept = dividend / divisor;
  const rest = dividend % divisor;
  const isAway = rounding === (isNegative ? 'down' : 'up');
  const isNearerAbove = 2n * rest > divisor || (2n * rest === divisor && kept % 2n === 1n);
  const up = rounding === 'nearest' ? isNearerAbove : isAway && rest !== 0n;
  const magnitude = (BigInt(exponent - lowest) << BigInt(format.fractionBits)) + kept + (up ? 1n : 0n);
  const infinity = infinityOf(format);
  if (magnitude < infinity) return magnitude;
  return rounding === 'nearest' || isAway ? infinity : infinity - 1n;
}

function floorLog2(numerator: bigint, denominator: bigint): number {
  const guess = numerator.toString(2).length - denominator.toString(2).length;
  const isBelow = guess >= 0 ? numerator < denominator << BigInt(guess) : numerator << BigInt(-guess) < denominator;
  return isBelow ? guess - 1 : guess;
}

export function add(a: Exact | undefined, b: Exact | undefined): Exact | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.isInfinite && b.isInfinite) return a.isNegative === b.isNegative ? a : undefined;
  if (a.isInfinite || b.isInfinite) return a.isInfinite ? a : b;
  const sum = signedNumerator(a) * b.denominator + signedNumerator(b) * a.denominator;
  return signed(sum, a.denominator * b.denominator, a.isNegative && b.isNegative);
}

export function negate(a: Exact | undefined): Exact | undefined {
  return a && { ...a, isNegative: !a.isNegative };
}

export function multiply(a: Exact | undefined, b: Exact | undefined): Exact | undefined {
  if (a === undefined || b === undefined) return undefined;
  const isNegative = a.isNegative !== b.isNegative;
  const isInfinite = a.isInfinite || b.isInfinite;
  if (isInfinite && (isZero(a) || isZero(b))) return undefined;
  return { isNegative, isInfinite, numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function divide(a: Exact | undefined, b: Exact | undefined): Exact | undefined {
  if (b === undefined) return undefined;
  if (b.isInfinite)
    return multiply(a?.isInfinite === true ? undefined : a, { ...exactly(0), isNegative: b.isNegative });
  if (!isZero(b)) return multiply(a, { ...b, numerator: b.denominator, denominator: b.numerator });
  const infinity: Exact = { ...b, isInfinite: true, numerator: 0n, denominator: 1n };
  return a === undefined || isZero(a)
    ? undefined
    : multiply(a.isInfinite ? exactly(1) : a, infinity) && {
        ...infinity,
        isNegative: a.isNegative !== b.isNegative,
      };
}

/** With at least 200 bits behind the point, and one more that says whether something follows. */
export function squareRoot(a: Exact | undefined): Exact | undefined {
  if (a === undefined || (a.isNegative && (a.isInfinite || !isZero(a)))) return undefined;
  if (a.isInfinite || isZero(a)) return a;
  const shift = 2n * BigInt(Math.max(200, a.denominator.toString(2).length));
  const square = (a.numerator << shift) / a.denominator;
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (let next = (root + square / root) / 2n; next < root; next = (root + square / root) / 2n) root = next;
  const isExact = root * root * a.denominator === a.numerator << shift;
  return signed(2n * root + (isExact ? 0n : 1n), 2n << (shift / 2n));
}

export function isZero(a: Exact): boolean {
  return !a.isInfinite && a.numerator === 0n;
}

/** Negative, 0 or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Exact, b: Exact): number {
  const place = (x: Exact): number => (x.isInfinite ? (x.isNegative ? -1 : 1) : 0);
  if (place(a) !== 0 || place(b) !== 0) return place(a) - place(b);
  return (
    Number(signedNumerator(a) * b.denominator - signedNumerator(b) * a.denominator > 0n) -
    Number(signedNumerator(a) * b.denominator - signedNumerator(b) * a.denominator < 0n)
  );
}

/** To an integer; the value is finite. */
export function toInteger(a: Exact, rounding: Rounding): bigint {
  const numerator = signedNumerator(a);
  const quotient = numerator / a.denominator;
  const rest = numerator % a.denominator;
  const down = rest < 0n ? quotient - 1n : quotient;
  const up = rest === 0n ? down : down + 1n;
  if (rounding === 'zero') return quotient;
  if (rounding !== 'nearest') return rounding === 'down' ? down : up;
  const doubled = 2n * (numerator - down * a.denominator);
  if (doubled === a.denominator) return down % 2n === 0n ? down : up;
  return doubled > a.denominator ? up : down;
}

/** A number that is whole already, or none, stays as it is; zero keeps the sign. */
export function roundToInteger(a: Exact | undefined, rounding: Rounding): Exact | undefined {
  if (a === undefined || a.isInfinite) return a;
  return signed(toInteger(a, rounding), 1n, a.isNegative);
}
