import { assertNever } from '../../base/assert-never.ts';
import { BUFFER_SLOTS } from '../buffer-id.ts';
import { elementsOffsetOf, sizeOf } from '../layout.ts';
import type { EnumType, Field, FieldType, ScalarKind, StructType } from '../message-type.ts';
import { writeJson } from '../write-json.ts';
import {
  addressOf,
  arrayFor,
  type CodeScope,
  element,
  indexOf,
  type NarrowIntegerKind,
  propertyKey,
  type Site,
  within,
} from './code-scope.ts';
import { EnumTable, TextRoom } from './codec-support.ts';

/**
 * Generates statements that store the value of a variable at a site. Whatever is not plainly right (a wrong type, a
 * missing field, a value that needs more than this fast path knows) runs `bail`, which must leave: the JSON codec then
 * finds the problem or encodes the message, so the rules are stated once.
 */
export class WriteCode {
  private readonly scope: CodeScope;
  private readonly bail: string;

  constructor(scope: CodeScope, bail: string) {
    this.scope = scope;
    this.bail = bail;
  }

  struct(type: StructType, value: string, site: Site): string {
    const count = this.scope.fresh('n');
    return [
      this.bailIf(`typeof ${value} !== 'object' || ${value} === null`),
      `let ${count} = 0; for (const _ in ${value}) ${count}++;`,
      ...type.fields.map((field) => this.field(field, { owner: value, count }, within(site, field.offset))),
      this.bailIf(`${count} !== ${type.fields.length}`),
      ...paddingOf(type).map((gap) => zeroBytes(gap, site)),
    ].join('\n');
  }

  private field(field: Field, { owner, count }: { owner: string; count: string }, site: Site): string {
    const value = this.scope.fresh('v');
    const load = `let ${value} = ${owner}${propertyKey(field.name)};`;
    const fallback = isPrimitive(field.default)
      ? `if (${value} === undefined) { ${value} = ${writeJson(field.default)}; ${count}++; }`
      : '';
    return `${load} ${fallback}\n${this.value(field.type, value, site)}`;
  }

  value(type: FieldType, value: string, site: Site): string {
    switch (type.kind) {
      case 'scalar':
        return this.scalar(type.scalar, value, site);
      case 'enum':
        return this.enumerator(type.enum, value, site);
      case 'struct':
        return this.struct(type.struct, value, site);
      case 'array':
        return this.array(type, value, site);
      case 'text':
        return this.text(type, value, site);
      case 'list':
        return this.list(type, value, site);
      case 'buffer':
        return this.buffer(value, site);
      default:
        return assertNever(type);
    }
  }

  private scalar(kind: ScalarKind, value: string, site: Site): string {
    switch (kind) {
      case 'bool':
        return `${this.bailIf(`${value} !== true && ${value} !== false`)} ${element('u8', site)} = ${value} ? 1 : 0;`;
      case 'f64':
        return `${this.bailIf(`typeof ${value} !== 'number'`)} ${element('f64', site)} = ${value};`;
      case 'f32':
        return `${this.bailIf(overflowsFloat(value))} ${element('f32', site)} = ${value};`;
      case 'i64':
      case 'u64':
        return this.wideInteger(kind, value, site);
      case 'i8':
      case 'u8':
      case 'i16':
      case 'u16':
      case 'i32':
      case 'u32':
      case 'char':
        return `${this.bailIf(isNotOfKind(kind, value))} ${element(arrayFor(kind), site)} = ${value};`;
      default:
        return assertNever(kind);
    }
  }

  /** Two u32 halves: a BigInt on the hot path costs eight times as much. */
  private wideInteger(kind: 'i64' | 'u64', value: string, site: Site): string {
    const words = `{ value: ${value}, kind: '${kind}' }`;
    return `if (Number.isSafeInteger(${value})${kind === 'u64' ? ` && ${value} >= 0` : ''}) {
      ${element('u32', site)} = ${value};
      ${element('u32', within(site, 4))} = Math.floor(${value} / 4294967296);
    } else if (!storeWide(u32, ${indexOf('u32', site)}, ${words})) ${this.bail}`;
  }

  private enumerator(type: EnumType, value: string, site: Site): string {
    const number = this.scope.fresh('e');
    const table = this.scope.constant(new EnumTable(type));
    return `const ${number} = ${table}.values.get(${value}); ${this.scalar(type.underlying, number, site)}`;
  }

  private array(type: FieldType & { kind: 'array' }, value: string, site: Site): string {
    const elements = `${this.bailIf(`!Array.isArray(${value}) || ${value}.length !== ${type.length}`)}
      ${this.elements(type.element, { value, count: `${type.length}` }, site)}`;
    if (type.element.kind !== 'scalar' || type.element.scalar !== 'char') return elements;
    const room = this.scope.constant(new TextRoom(type.length, type.length));
    return `if (typeof ${value} === 'string') {
      ${this.bailIf(`${room}.store(u8, ${addressOf(site)}, ${value}) < 0`)}
    } else { ${elements} }`;
  }

  private list(type: FieldType & { kind: 'list' }, value: string, site: Site): string {
    const elementsOffset = elementsOffsetOf(type.element);
    const strideBytes = sizeOf(type.element);
    const first = within(site, elementsOffset);
    const end = within(site, sizeOf(type));
    return `${this.bailIf(`!Array.isArray(${value}) || ${value}.length > ${type.capacity}`)}
      ${element('u32', site)} = ${value}.length;
      ${zeroBytes({ start: 4, end: elementsOffset }, site)}
      ${this.elements(type.element, { value, count: `${value}.length` }, first)}
      u8.fill(0, ${addressOf(first)} + ${value}.length * ${strideBytes}, ${addressOf(end)});`;
  }

  private elements(type: FieldType, items: { value: string; count: string }, site: Site): string {
    const [index, item, base] = [this.scope.fresh('i'), this.scope.fresh('v'), this.scope.fresh('p')];
    return `for (let ${index} = 0, ${base} = ${addressOf(site)}; ${index} < ${items.count}; ${index}++, ${base} += ${sizeOf(type)}) {
      const ${item} = ${items.value}[${index}];
      ${this.value(type, item, { base, offset: 0 })}
    }`;
  }

  private text(type: FieldType & { kind: 'text' }, value: string, site: Site): string {
    const room = this.scope.constant(new TextRoom(type.capacity, sizeOf(type) - 4));
    const size = this.scope.fresh('s');
    return `const ${size} = ${room}.store(u8, ${addressOf(within(site, 4))}, ${value});
      ${this.bailIf(`${size} < 0`)} ${element('u32', site)} = ${size};`;
  }

  /** Anything enumerable but `buffer` goes the slow way; a buffer of the runtime has nothing enumerable. */
  private buffer(value: string, site: Site): string {
    const id = this.scope.fresh('b');
    return `let ${id} = 0;
      if (${value} !== null) {
        ${this.bailIf(`typeof ${value} !== 'object'`)}
        for (const key in ${value}) ${this.bailIf(`key !== 'buffer'`)}
        ${id} = ${value}.buffer;
        ${this.bailIf(`!isBufferId(${id})`)}
      }
      ${element('u32', site)} = ${id} % ${BUFFER_SLOTS};
      ${element('u32', within(site, 4))} = Math.floor(${id} / ${BUFFER_SLOTS});`;
  }

  private bailIf(condition: string): string {
    return `if (${condition}) ${this.bail}`;
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
}

/** `typeof` first: the operators would throw on a bigint and call `valueOf` of an object. */
function isNotOfKind(kind: NarrowIntegerKind, value: string): string {
  const wrapped: Readonly<Record<NarrowIntegerKind, string>> = {
    i8: `${value} << 24 >> 24`,
    char: `${value} << 24 >> 24`,
    u8: `${value} & 255`,
    i16: `${value} << 16 >> 16`,
    u16: `${value} & 65535`,
    i32: `${value} | 0`,
    u32: `${value} >>> 0`,
  };
  return `typeof ${value} !== 'number' || (${wrapped[kind]}) !== ${value}`;
}

/** `x - x` is 0 for finite numbers only. */
function overflowsFloat(value: string): string {
  const float = `Math.fround(${value})`;
  return `typeof ${value} !== 'number' || (${float} - ${float} !== 0 && ${value} - ${value} === 0)`;
}

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** The bytes of a struct that belong to no field. */
function paddingOf(type: StructType): Gap[] {
  const starts = [0, ...type.fields.map((field) => field.offset + field.sizeBytes)];
  const ends = [...type.fields.map((field) => field.offset), type.sizeBytes];
  return starts.map((start, index) => ({ start, end: ends[index]! })).filter(({ start, end }) => start < end);
}

function zeroBytes({ start, end }: Gap, site: Site): string {
  if (end - start > 8) return `u8.fill(0, ${addressOf(within(site, start))}, ${addressOf(within(site, end))});`;
  const offsets = Array.from({ length: end - start }, (_, index) => start + index);
  return offsets.map((offset) => `${element('u8', within(site, offset))} = 0;`).join(' ');
}
