/**
 * Floating-point numbers as C's printf writes them: exact, ties to even. No library does that: those for JavaScript
 * round what `toFixed` gives, which is no digits at all from 1e21 on. `%a` is musl's, as on the CPU device, which has a
 * leading 1 for denormal numbers too.
 */

/** A double has no further digits than these, behind the point or significant. */
const MOST_DIGITS = 1100;
const MANTISSA_BITS = 52;

export interface RealFormat {
  /** `f`, `e`, `g` or `a`. */
  readonly conversion: string;
  readonly precision: number | undefined;
  /** `#`: also where nothing follows it; `g` keeps its zeros. */
  readonly keepsPoint: boolean;
}

/** Of a finite number that is not negative, without sign, in lower case. */
export function formatReal(value: number, { conversion, precision, keepsPoint }: RealFormat): string {
  switch (conversion) {
    case 'f':
      return fixed(value, precision ?? 6, keepsPoint);
    case 'e':
      return exponential(value, precision ?? 6, keepsPoint);
    case 'g':
      return general(value, Math.max(precision ?? 6, 1), keepsPoint);
    default:
      return hexadecimal(value, precision, keepsPoint);
  }
}

function fixed(value: number, precision: number, keepsPoint: boolean): string {
  const exact = Math.min(precision, MOST_DIGITS);
  const digits = scaled(value, exact)
    .toString()
    .padStart(exact + 1, '0');
  const whole = digits.slice(0, digits.length - exact);
  return withFraction(whole, digits.slice(whole.length).padEnd(precision, '0'), keepsPoint);
}

function exponential(value: number, precision: number, keepsPoint: boolean): string {
  const { digits, exponent } = significant(value, precision);
  const power = Math.abs(exponent).toString().padStart(2, '0');
  return `${withFraction(digits[0]!, digits.slice(1), keepsPoint)}e${exponent < 0 ? '-' : '+'}${power}`;
}

function general(value: number, precision: number, keepsZeros: boolean): string {
  const { exponent } = significant(value, precision - 1);
  const isFixed = exponent >= -4 && exponent < precision;
  const text = isFixed
    ? fixed(value, precision - 1 - exponent, keepsZeros)
    : exponential(value, precision - 1, keepsZeros);
  if (keepsZeros) return text;
  return text.replace(/\.0+(?=$|e)|(\.\d*?)0+(?=$|e)/, '$1');
}

function hexadecimal(value: number, precision: number | undefined, keepsPoint: boolean): string {
  let { mantissa, exponent } = parts(value);
  if (mantissa !== 0n) {
    const missing = MANTISSA_BITS + 1 - mantissa.toString(2).length; // of a denormal number
    mantissa <<= BigInt(missing);
    exponent += MANTISSA_BITS - missing;
  } else {
    exponent = 0;
  }
  const digits = MANTISSA_BITS / 4;
  if (precision !== undefined && precision < digits) {
    const shift = BigInt((digits - precision) * 4);
    mantissa = dividedEvenly(mantissa, 1n << shift) << shift;
  }
  const text = mantissa.toString(16).padStart(digits + 1, '0');
  const fraction = text.slice(1);
  const shown =
    precision === undefined ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0');
  return `0x${withFraction(text[0]!, shown, keepsPoint)}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString()}`;
}

function withFraction(whole: string, fraction: string, keepsPoint: boolean): string {
  return fraction !== '' || keepsPoint ? `${whole}.${fraction}` : whole;
}

/** One digit and `count` more, and the power of ten of the first. */
function significant(value: number, count: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(count + 1), exponent: 0 };
  const exact = Math.min(count, MOST_DIGITS);
  let exponent = Math.floor(Math.log10(value));
  // The logarithm may be off by one, and rounding may carry.
  let digits = scaled(value, exact - exponent).toString();
  if (digits.length < exact + 1) digits = scaled(value, exact - --exponent).toString();
  if (digits.length > exact + 1) digits = scaled(value, exact - ++exponent).toString();
  return { digits: digits.padEnd(count + 1, '0'), exponent };
}

/** The whole number nearest to value × 10^power. */
function scaled(value: number, power: number): bigint {
  const { mantissa, exponent } = parts(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return dividedEvenly(numerator, denominator);
}

function dividedEvenly(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** value = mantissa × 2^exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> BigInt(MANTISSA_BITS)) & 0x7ffn);
  const fraction = bits & ((1n << BigInt(MANTISSA_BITS)) - 1n);
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << BigInt(MANTISSA_BITS)), exponent: biased - 1075 };
}
