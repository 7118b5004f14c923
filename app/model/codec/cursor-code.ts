import type { Field, StructType } from '../message-type.ts';
import { addressOf, type CodeScope, openViews, propertyKey, type Site, within } from './code-scope.ts';
import { ReadCode } from './read-code.ts';
import { SlowField } from './slow-write.ts';
import { WriteCode } from './write-code.ts';

const openCursor = (code: string): string => `const { views, p } = this.#cursor; ${openViews(code)}`;

/**
 * Generates a class with an accessor per field over a cursor `{ views, p }`. Nested structs are objects of nested
 * classes, made once; scalars allocate nothing.
 */
export function cursorClass(type: StructType, scope: CodeScope, site: Site): string {
  const members = type.fields.map((field) => {
    const fieldSite = within(site, field.offset);
    return field.type.kind === 'struct'
      ? nestedMember({ name: field.name, struct: field.type.struct }, scope, fieldSite)
      : accessors({ owner: type, field }, scope, fieldSite);
  });
  return `class {
    #cursor;
    constructor(cursor) { this.#cursor = cursor; ${members.map(({ init }) => init).join(' ')} }
    ${members.map(({ code }) => code).join('\n')}
  }`;
}

interface Member {
  /** Runs in the constructor. */
  readonly init: string;
  readonly code: string;
}

function nestedMember(field: { name: string; struct: StructType }, scope: CodeScope, site: Site): Member {
  const slot = `#${scope.fresh('f')}`;
  return {
    init: `this.${slot} = new (${cursorClass(field.struct, scope, site)})(cursor);`,
    code: `${slot}; get ${propertyKey(field.name)}() { return this.${slot}; }`,
  };
}

function accessors({ owner, field }: { owner: StructType; field: Field }, scope: CodeScope, site: Site): Member {
  const slowField = scope.constant(new SlowField(owner, field));
  const { before, value } = new ReadCode(scope, 'return failRead(views, p);').value(field.type, site);
  const storeSlowly = `return ${slowField}.store(views, ${addressOf(site)}, value);`;
  const store = new WriteCode(scope, storeSlowly).value(field.type, 'value', site);
  const key = propertyKey(field.name);
  return {
    init: '',
    code: `get ${key}() { ${openCursor(`${before} ${value}`)} ${before} return ${value}; }
      set ${key}(value) { ${openCursor(store)} ${store} }`,
  };
}
