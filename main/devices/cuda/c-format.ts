import { formatReal } from './c-real.ts';

/** An argument of printf as kernels leave it (`print_kind` of kernels/abi/ring_abi_cuda.h). */
export type PrintArgument =
  /** `value` as 64 bits, extended by the argument's own sign. */
  | { readonly kind: 'integer'; readonly value: bigint; readonly bits: 32 | 64 }
  /** Of a NaN the sign is nowhere else. */
  | { readonly kind: 'real'; readonly value: number; readonly isNegative: boolean }
  /** A character for each byte. */
  | { readonly kind: 'string'; readonly bytes: string };

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly length: string;
  readonly conversion: string;
}

const DIRECTIVE =
  /%(?<given>[-+ #0]*)(?<width>\*|\d*)(?<point>\.(?<digits>\*|\d*))?(?<length>hh|h|ll|l|j|z|t|L|q)?(?<conversion>[diouxXfFeEgGaAcspn%])/g;
interface Field {
  readonly prefix?: string;
  readonly text: string;
  readonly mayHaveZeros?: boolean;
}

const LENGTH_BITS: Readonly<Record<string, number>> = {
  hh: 8,
  h: 16,
  '': 32,
  l: 64,
  ll: 64,
  j: 64,
  z: 64,
  t: 64,
  q: 64,
};
const ZERO: PrintArgument = { kind: 'integer', value: 0n, bits: 32 };

/**
 * What C's printf makes of it; texts have a character for each byte. What C leaves open is something harmless: a missing
 * argument is 0, one of another type than its conversion is converted.
 */
export function formatC(format: string, given: readonly PrintArgument[]): string {
  let taken = 0;
  const next = (): PrintArgument => given[taken++] ?? ZERO;
  const nextStar = (text: string): number =>
    text === '*' ? Number(BigInt.asIntN(32, integerOf(next()))) : Number(text);
  const show = (parts: Readonly<Record<string, string | undefined>>): string => {
    const { given: flags = '', width = '', point, digits = '', length = '', conversion = '' } = parts;
    if (conversion === '%') return '%';
    const wide = nextStar(width);
    const precision = point === undefined ? -1 : nextStar(digits);
    const directive = {
      flags: wide < 0 ? `${flags}-` : flags,
      width: Math.abs(wide),
      precision: precision < 0 ? undefined : precision,
      length,
      conversion,
    };
    return convert(directive, next());
  };
  return format.replace(
    DIRECTIVE,
    (...match: unknown[]) => show(match.at(-1) as Readonly<Record<string, string | undefined>>), // the pattern's named groups
  );
}

function convert(directive: Directive, argument: PrintArgument): string {
  const { conversion, precision } = directive;
  switch (conversion) {
    case 'd':
    case 'i':
      return signed(directive, argument);
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      return unsigned(directive, argument);
    case 'p':
      return unsigned({ ...directive, conversion: 'x', length: 'll', flags: `${directive.flags}#` }, argument);
    case 'c':
      return padded(directive, { text: String.fromCharCode(Number(integerOf(argument) & 0xffn)) });
    case 's': {
      const text = argument.kind === 'string' ? argument.bytes : integerOf(argument) === 0n ? '(null)' : '';
      return padded(directive, { text: text.slice(0, precision) });
    }
    case 'n':
      return '';
    default:
      return real(directive, argument);
  }
}

function signed(directive: Directive, argument: PrintArgument): string {
  const value = BigInt.asIntN(LENGTH_BITS[directive.length] ?? 64, integerOf(argument));
  const digits = (value < 0n ? -value : value).toString();
  return integer(directive, signOf(directive.flags, value < 0n), digits);
}

function unsigned(directive: Directive, argument: PrintArgument): string {
  const { conversion, flags, length } = directive;
  const own = argument.kind === 'integer' ? argument.bits : 64; // where `long` has 32 bits
  const value = BigInt.asUintN(Math.min(LENGTH_BITS[length] ?? 64, own), integerOf(argument));
  if (conversion === 'u') return integer(directive, '', value.toString());
  if (conversion === 'o') return integer(directive, '', value.toString(8));
  const digits = value.toString(16);
  const prefix = flags.includes('#') && value !== 0n ? '0x' : '';
  const text = integer(directive, prefix, digits);
  return conversion === 'X' ? text.toUpperCase() : text;
}

/** A precision says how many digits there are at least, and zeros do not fill the width then. */
function integer(directive: Directive, prefix: string, digits: string): string {
  const { flags, precision, conversion } = directive;
  let text = precision === 0 && digits === '0' ? '' : digits.padStart(precision ?? 0, '0');
  if (conversion === 'o' && flags.includes('#') && !text.startsWith('0')) text = `0${text}`;
  return padded(directive, { prefix, text, mayHaveZeros: precision === undefined });
}

function real(directive: Directive, argument: PrintArgument): string {
  const { conversion, flags, precision } = directive;
  const lower = conversion.toLowerCase();
  const value = argument.kind === 'real' ? argument.value : Number(BigInt.asIntN(64, integerOf(argument)));
  const sign = signOf(flags, argument.kind === 'real' ? argument.isNegative : value < 0);
  let text: string;
  if (Number.isFinite(value)) {
    const digits = formatReal(Math.abs(value), { conversion: lower, precision, keepsPoint: flags.includes('#') });
    const prefix = lower === 'a' ? '0x' : '';
    text = padded(directive, { prefix: sign + prefix, text: digits.slice(prefix.length), mayHaveZeros: true });
  } else {
    text = padded(directive, { prefix: sign, text: Number.isNaN(value) ? 'nan' : 'inf' });
  }
  return conversion === lower ? text : text.toUpperCase();
}

function signOf(flags: string, isNegative: boolean): string {
  if (isNegative) return '-';
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

/** At the directive's width; zeros, where they may be, come behind the prefix. */
function padded({ flags, width }: Directive, { prefix = '', text, mayHaveZeros = false }: Field): string {
  if (flags.includes('-')) return (prefix + text).padEnd(width);
  if (mayHaveZeros && flags.includes('0')) return prefix + text.padStart(width - prefix.length, '0');
  return (prefix + text).padStart(width);
}

function integerOf(argument: PrintArgument): bigint {
  if (argument.kind === 'integer') return argument.value;
  if (argument.kind === 'string') return 0n;
  return Number.isFinite(argument.value) ? BigInt(Math.trunc(argument.value)) : 0n;
}
