import { assertNever } from '../../base/assert-never.ts';
import { BUFFER_SLOTS } from '../buffer-id.ts';
import { elementsOffsetOf, sizeOf } from '../layout.ts';
import type { FieldType, ScalarKind, StructType } from '../message-type.ts';
import { addressOf, arrayFor, type CodeScope, element, propertyKey, type Site, within } from './code-scope.ts';
import { EnumTable, TextRoom } from './codec-support.ts';

/** Statements that must run first, then an expression with the value. */
export interface Loaded {
  readonly before: string;
  readonly value: string;
}

/** Generates code that loads a value; `bail` must leave, it runs where memory holds what the type cannot. */
export class ReadCode {
  private readonly scope: CodeScope;
  private readonly bail: string;

  constructor(scope: CodeScope, bail: string) {
    this.scope = scope;
    this.bail = bail;
  }

  /** One object literal, so that all messages of a type have one shape. */
  struct(type: StructType, site: Site): Loaded {
    const fields = type.fields.map((field) => ({
      name: field.name,
      loaded: this.value(field.type, within(site, field.offset)),
    }));
    return {
      before: fields.map(({ loaded }) => loaded.before).join('\n'),
      value: `{ ${fields.map(({ name, loaded }) => `${propertyKey(name)}: ${loaded.value}`).join(', ')} }`,
    };
  }

  value(type: FieldType, site: Site): Loaded {
    switch (type.kind) {
      case 'scalar':
        return this.scalar(type.scalar, site);
      case 'enum': {
        const loaded = this.scalar(type.enum.underlying, site);
        return { ...loaded, value: `${this.scope.constant(new EnumTable(type.enum))}.nameOf(${loaded.value})` };
      }
      case 'struct':
        return this.struct(type.struct, site);
      case 'array':
        return this.array(type, site);
      case 'text':
        return this.text(type, site);
      case 'list':
        return this.list(type, site);
      case 'buffer':
        return this.buffer(site);
      default:
        return assertNever(type);
    }
  }

  private scalar(kind: ScalarKind, site: Site): Loaded {
    if (kind === 'bool') return this.bool(site);
    if (kind === 'i64' || kind === 'u64') return this.wideInteger(kind, site);
    return { before: '', value: element(arrayFor(kind), site) };
  }

  private bool(site: Site): Loaded {
    const byte = this.scope.fresh('b');
    return { before: `const ${byte} = ${element('u8', site)}; if (${byte} > 1) ${this.bail}`, value: `${byte} === 1` };
  }

  /** A number from two halves while every digit survives. */
  private wideInteger(kind: 'i64' | 'u64', site: Site): Loaded {
    const [low, high] = [this.scope.fresh('l'), this.scope.fresh('h')];
    const highWord = element(kind === 'i64' ? 'i32' : 'u32', within(site, 4));
    const isSafe = `${high} < 2097152${kind === 'i64' ? ` && ${high} > -2097152` : ''}`;
    return {
      before: `const ${low} = ${element('u32', site)}, ${high} = ${highWord};`,
      value: `(${isSafe} ? ${high} * 4294967296 + ${low} : loadWide(${low}, ${high}))`,
    };
  }

  private array(type: FieldType & { kind: 'array' }, site: Site): Loaded {
    if (type.element.kind === 'scalar' && type.element.scalar === 'char') {
      const room = this.scope.constant(new TextRoom(type.length, type.length));
      return { before: '', value: `${room}.loadChars(u8, ${addressOf(site)})` };
    }
    return this.elements(type.element, `${type.length}`, site);
  }

  private text(type: FieldType & { kind: 'text' }, site: Site): Loaded {
    const size = this.size(type.capacity, site);
    const room = this.scope.constant(new TextRoom(type.capacity, sizeOf(type) - 4));
    return { before: size.before, value: `${room}.load(u8, ${addressOf(within(site, 4))}, ${size.value})` };
  }

  private list(type: FieldType & { kind: 'list' }, site: Site): Loaded {
    const size = this.size(type.capacity, site);
    const items = this.elements(type.element, size.value, within(site, elementsOffsetOf(type.element)));
    return { before: `${size.before}\n${items.before}`, value: items.value };
  }

  private buffer(site: Site): Loaded {
    const [slot, generation] = [this.scope.fresh('s'), this.scope.fresh('g')];
    const isNone = `${generation} === 0 ? ${slot} !== 0 : ${slot} >= ${BUFFER_SLOTS}`;
    return {
      before: `const ${slot} = ${element('u32', site)}, ${generation} = ${element('u32', within(site, 4))};
        if (${isNone}) ${this.bail}`,
      value: `(${generation} === 0 ? null : { buffer: ${generation} * ${BUFFER_SLOTS} + ${slot} })`,
    };
  }

  private size(capacity: number, site: Site): Loaded {
    const size = this.scope.fresh('s');
    return { before: `const ${size} = ${element('u32', site)}; if (${size} > ${capacity}) ${this.bail}`, value: size };
  }

  private elements(type: FieldType, count: string, site: Site): Loaded {
    const [items, index, base] = [this.scope.fresh('a'), this.scope.fresh('i'), this.scope.fresh('p')];
    const item = this.value(type, { base, offset: 0 });
    const before = `const ${items} = [];
      for (let ${index} = 0, ${base} = ${addressOf(site)}; ${index} < ${count}; ${index}++, ${base} += ${sizeOf(type)}) {
        ${item.before}
        ${items}.push(${item.value});
      }`;
    return { before, value: items };
  }
}
