import type { Json, ScalarKind } from '../message-type.ts';
import { type IntegerKind, integerRanges, is64Bit, isInRange } from '../codec/integers.ts';

/** A typed value, or why it is none, in words for the person: `Use 0 to 255`. */
export type Parsed = { readonly json: Json } | { readonly error: string };

const floatWords: Readonly<Record<string, string>> = {
  nan: 'NaN',
  infinity: 'Infinity',
  '+infinity': 'Infinity',
  inf: 'Infinity',
  '-infinity': '-Infinity',
  '-inf': '-Infinity',
};

export function parseScalar(kind: Exclude<ScalarKind, 'bool'>, text: string): Parsed {
  const typed = text.trim();
  if (kind === 'f32' || kind === 'f64') return parseFloatText(kind, typed);
  if (kind === 'char') return parseChar(text);
  return parseInteger(kind, typed);
}

/** Decimal, with or without commas, `1e6`, or hexadecimal. */
export function parseInteger(kind: IntegerKind, text: string): Parsed {
  const value = readInteger(text);
  const { min, max } = integerRanges[kind];
  const range = `Use ${grouped(min)} to ${grouped(max)}`;
  if (value === undefined) return { error: text === '' ? range : `${range}, or hexadecimal such as 0x1F` };
  if (!isInRange(kind, value)) return { error: range };
  return { json: is64Bit(kind) && !Number.isSafeInteger(Number(value)) ? String(value) : Number(value) };
}

function readInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|\d+|\d{1,3}(?:,\d{3})+)$/.exec(text);
  if (match !== null) {
    const magnitude = BigInt(match[2]!.replaceAll(',', ''));
    return match[1] === '-' ? -magnitude : magnitude;
  }
  const power = /^([+-]?\d+)[eE]\+?(\d{1,2})$/.exec(text);
  return power === null ? undefined : BigInt(power[1]!) * 10n ** BigInt(power[2]!);
}

function parseFloatText(kind: 'f32' | 'f64', text: string): Parsed {
  const word = floatWords[text.toLowerCase()];
  if (word !== undefined) return { json: word };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?f?$/.test(text)) {
    return { error: 'Use a number, NaN, Infinity or -Infinity' };
  }
  const value = Number(text.replace(/f$/, ''));
  const fits = kind === 'f32' ? Number.isFinite(Math.fround(value)) : Number.isFinite(value);
  if (fits) return { json: value };
  return { error: kind === 'f32' ? 'Use −3.4e38 to 3.4e38, or Infinity' : 'Use −1.79e308 to 1.79e308, or Infinity' };
}

/** A number, or a character, which needs quotes only when it is a digit or a space. */
function parseChar(text: string): Parsed {
  const quoted = /^'([\s\S])'$/.exec(text)?.[1];
  if (quoted !== undefined && isOneAscii(quoted)) return { json: quoted };
  const number = parseInteger('char', text.trim());
  if ('json' in number) return number;
  return isOneAscii(text) ? { json: text } : { error: "Use one ASCII character, such as 'A', or -128 to 127" };
}

export function isOneAscii(text: string): boolean {
  return text.length === 1 && text.charCodeAt(0) < 0x80;
}

/** `-9,223,372,036,854,775,808` */
export function grouped(value: bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
