import type { IntegerKind } from './integers.ts';
import type { ScalarKind } from '../message-type.ts';
import type { MemoryViews } from './memory-views.ts';

/** Names and constants of one generated function. Names never come from user code, so nothing can clash. */
export class CodeScope {
  readonly constants: unknown[] = [];
  private names = 0;

  fresh(prefix: string): string {
    return `${prefix}_${this.names++}`;
  }

  constant(value: unknown): string {
    return `k[${this.constants.push(value) - 1}]`;
  }
}

/** An address in generated code: the variable `base` plus a number of bytes. */
export interface Site {
  readonly base: string;
  readonly offset: number;
}

export function within(site: Site, offset: number): Site {
  return { base: site.base, offset: site.offset + offset };
}

export function addressOf({ base, offset }: Site): string {
  return offset === 0 ? base : `(${base} + ${offset})`;
}

const arrayShifts: Readonly<Record<keyof MemoryViews, number>> = {
  u8: 0,
  i8: 0,
  u16: 1,
  i16: 1,
  u32: 2,
  i32: 2,
  f32: 2,
  f64: 3,
};

/** `u32[(p + 8) >>> 2]` */
export function element(array: keyof MemoryViews, site: Site): string {
  return `${array}[${indexOf(array, site)}]`;
}

export function indexOf(array: keyof MemoryViews, site: Site): string {
  const shift = arrayShifts[array];
  return shift === 0 ? addressOf(site) : `${addressOf(site)} >>> ${shift}`;
}

export type NarrowKind = Exclude<ScalarKind, 'bool' | 'i64' | 'u64'>;
export type NarrowIntegerKind = Exclude<IntegerKind, 'i64' | 'u64'>;

export function arrayFor(kind: NarrowKind): keyof MemoryViews {
  return kind === 'char' ? 'i8' : kind;
}

/** A property key that is safe for every field name, `__proto__` included. */
export function propertyKey(name: string): string {
  return `[${JSON.stringify(name)}]`;
}

/** Declares the views that `code` uses: V8 inlines accessors only while they are small. */
export function openViews(code: string): string {
  const names = Object.keys(arrayShifts).filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return names.length === 0 ? '' : `const { ${names.join(', ')} } = views;`;
}
