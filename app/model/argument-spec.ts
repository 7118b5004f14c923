import { didYouMean } from '../base/did-you-mean.ts';
import { StudioError } from '../base/studio-error.ts';
import { parseJson } from './json-text.ts';
import type { ScalarKind } from './message-type.ts';

/** What a buffer holds at the beginning. */
export type Fill =
  | { readonly kind: 'zeros' | 'ones' | 'iota' }
  /** Without a seed that of whoever asks. */
  | { readonly kind: 'random'; readonly seed: number | undefined }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'values'; readonly values: readonly unknown[] };

/** An argument of a plain function as people write it, before it is known which parameter it is for. */
export type ArgumentSpec =
  /** `int:5`; without a type any JSON, for the parameter's type. */
  | { readonly kind: 'value'; readonly typeName?: string; readonly value: unknown }
  /** `float[1024]=iota`. Without a type or a length what is given says them. */
  | { readonly kind: 'buffer'; readonly typeName?: string; readonly length?: number; readonly fill: Fill }
  /** `same:1`: the buffer of that argument, counted from 1. */
  | { readonly kind: 'same'; readonly argument: number };

/** Names of scalar types, C++'s and `<cstdint>`'s and this product's. `long` and size_t have 32 bits on the CPU device. */
export const scalarNames: ReadonlyMap<string, ScalarKind> = new Map(
  Object.entries({
    ...{ bool: 'bool', char: 'char', float: 'f32', double: 'f64' },
    ...{ int8_t: 'i8', uint8_t: 'u8', int16_t: 'i16', uint16_t: 'u16' },
    ...{ int32_t: 'i32', uint32_t: 'u32', int64_t: 'i64', uint64_t: 'u64' },
    ...{ short: 'i16', ushort: 'u16', int: 'i32', unsigned: 'u32', uint: 'u32', long: 'i32', size_t: 'u32' },
    ...{ 'signed char': 'i8', 'unsigned char': 'u8', 'unsigned short': 'u16', 'unsigned int': 'u32' },
    ...{ 'long long': 'i64', 'unsigned long long': 'u64', 'unsigned long': 'u32' },
    ...{ i8: 'i8', u8: 'u8', i16: 'i16', u16: 'u16', i32: 'i32', u32: 'u32', i64: 'i64', u64: 'u64' },
    ...{ f32: 'f32', f64: 'f64' },
  } as const satisfies Readonly<Record<string, ScalarKind>>),
);

export const argumentForms =
  'A value is int:5, float:0.5 or JSON; a buffer is float[1024]=iota, zeros, ones, random:SEED, [1,2,3], @file.npy or ' +
  '@file.json; null is a null pointer; same:1 is the buffer of argument 1.';

const fillNames = ['zeros', 'ones', 'iota', 'random'];
export const MAX_SEED = 2 ** 32 - 1;

/**
 * Reads the text of an argument. `what` names it in errors: `--arg 1`.
 *
 * @throws StudioError `InvalidOption` naming the argument and what is wrong with it
 */
export function parseArgument(text: string, what: string): ArgumentSpec {
  const fail = (why: string, tip: string = argumentForms): never => {
    throw new StudioError('InvalidOption', `${what} '${text}': ${why}.`, { tip });
  };
  if (text.startsWith('@')) return { kind: 'buffer', fill: fileFill(text, fail) };
  const buffer = /^([A-Za-z_][\w: ]*?)\s*\[\s*(-?\w*)\s*\]\s*(?:=(.*))?$/s.exec(text);
  if (buffer !== null) return parseBuffer(buffer, fail);
  const typed = /^([A-Za-z_][\w ]*):(?!:)(.*)$/s.exec(text);
  if (typed !== null) return parseTyped(typed[1]!, typed[2]!, fail);
  const parsed = parseJson({ text, file: what });
  if ('problem' in parsed) return fail('it is neither TYPE:VALUE, nor TYPE[LENGTH]=CONTENTS, nor JSON');
  return { kind: 'value', value: parsed.value };
}

type Fail = (why: string, tip?: string) => never;

function parseTyped(typeName: string, text: string, fail: Fail): ArgumentSpec {
  if (typeName === 'same') {
    if (!/^[1-9]\d{0,3}$/.test(text)) return fail("'same' needs the number of an argument, counted from 1");
    return { kind: 'same', argument: Number(text) };
  }
  const scalar = scalarNames.get(typeName) ?? unknownType(typeName, fail);
  return { kind: 'value', typeName, value: scalarValue(scalar, text, fail) };
}

function unknownType(typeName: string, fail: Fail): never {
  const hint = didYouMean(typeName, scalarNames.keys());
  const list = 'Types: bool, char, int, unsigned, float, double, int8_t to uint64_t.';
  return fail(`there is no type '${typeName}'`, hint === undefined ? list : `${list} ${hint}`);
}

function scalarValue(scalar: ScalarKind, text: string, fail: Fail): unknown {
  if (scalar === 'bool') {
    if (['true', '1'].includes(text)) return true;
    return ['false', '0'].includes(text) ? false : fail(`'${text}' is neither true nor false`);
  }
  if (scalar === 'f32' || scalar === 'f64') {
    if (/^(?:NaN|-?Infinity)$/.test(text)) return text;
    const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
    return isNumber ? Number(text) : fail(`'${text}' is no number`);
  }
  if (scalar === 'char' && text.length === 1 && !/\d/.test(text)) return text;
  if (/^0x[\da-f]+$/i.test(text)) return BigInt(text);
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : fail(`'${text}' is no whole number`);
}

function parseBuffer([, typeName = '', count = '', contents]: readonly string[], fail: Fail): ArgumentSpec {
  if (count !== '' && !/^[1-9]\d{0,9}$/.test(count)) return fail(`'${count}' is no number of elements: at least 1`);
  if (contents === undefined) return fail('it says nothing of its contents', 'For example: float[1024]=zeros');
  const fill = parseFill(contents, fail);
  const hasOwnLength = fill.kind === 'file' || fill.kind === 'values';
  if (count === '' && !hasOwnLength) return fail('it needs a length', `For example: ${typeName}[1024]=${contents}`);
  return { kind: 'buffer', typeName, fill, ...(count !== '' && { length: Number(count) }) };
}

function parseFill(text: string, fail: Fail): Fill {
  if (text.startsWith('@')) return fileFill(text, fail);
  if (text.startsWith('[')) {
    const parsed = parseJson({ text, file: 'the argument' });
    if ('problem' in parsed || !Array.isArray(parsed.value)) return fail('its values are no JSON array');
    const values = parsed.value.flat<unknown[], number>(Infinity); // as those of a file
    return values.length === 0 ? fail('it has no elements') : { kind: 'values', values };
  }
  if (text === 'zeros' || text === 'ones' || text === 'iota') return { kind: text };
  if (text === 'random') return { kind: 'random', seed: undefined };
  const seed = /^random:(\d+)$/.exec(text)?.[1];
  if (seed === undefined) {
    const hint = didYouMean(text.split(':')[0]!, fillNames);
    return fail(`'${text}' is no contents`, hint === undefined ? argumentForms : `${argumentForms} ${hint}`);
  }
  return Number(seed) > MAX_SEED ? fail(`the seed is beyond ${MAX_SEED}`) : { kind: 'random', seed: Number(seed) };
}

function fileFill(text: string, fail: Fail): Fill {
  const path = text.slice(1);
  if (!/\.(?:npy|json)$/.test(path)) return fail(`'${path}' is neither a .npy nor a .json file`);
  return { kind: 'file', path };
}
