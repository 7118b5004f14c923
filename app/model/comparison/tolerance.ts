import { suggestion } from '../../base/did-you-mean.ts';
import { StudioError } from '../../base/studio-error.ts';
import { cppName } from '../layout-text.ts';
import type { FieldType, StructType } from '../message-type.ts';

/**
 * How far two floats a and b may lie apart: |a − b| is at most `absolute`, or at most `relative` times the larger of |a|
 * and |b|.
 */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

const EXACT: Tolerance = { absolute: 0, relative: 0 };
const EVERYWHERE = '*';
/** In an error. */
const MOST_NAMES = 20;

/** `mean=1e-5`, `Average.mean=absolute:1e-5`, `*=absolute:1e-6,relative:1e-4`. @throws StudioError `InvalidTolerance` */
export function parseTolerance(text: string): readonly [field: string, tolerance: Tolerance] {
  const at = text.indexOf('=');
  const field = text.slice(0, at).trim();
  const parts = text.slice(at + 1).split(',');
  let { absolute, relative }: { absolute?: number; relative?: number } = {};
  let isWrong = at === -1 || field === '';
  for (const part of parts) {
    const [, kind, number] = /^\s*(?:(absolute|relative):)?(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*$/.exec(part) ?? [];
    const limit = Number(number);
    isWrong ||= number === undefined || !Number.isFinite(limit) || (kind === undefined && parts.length > 1);
    isWrong ||= (kind === 'absolute' ? absolute : relative) !== undefined;
    if (kind !== 'relative') absolute = limit;
    if (kind !== 'absolute') relative = limit;
  }
  if (!isWrong) return [field, { absolute: absolute ?? 0, relative: relative ?? 0 }];
  throw new StudioError('InvalidTolerance', `--tolerance takes FIELD=LIMIT, not '${text}'.`, {
    tip: 'For example mean=1e-5, Average.mean=absolute:1e-5, position.x=absolute:1e-6,relative:1e-4, or *=1e-5.',
  });
}

/** Tolerances of fields by their paths, `mean`, `items.x`, with or without the struct in front, and `*`. */
export class Tolerances {
  readonly #byField: ReadonlyMap<string, Tolerance>;
  readonly #found = new Map<string, Tolerance>();

  /** @throws StudioError `InvalidTolerance` for a field that is there twice */
  constructor(entries: Iterable<readonly [field: string, tolerance: Tolerance]> = []) {
    const byField = new Map<string, Tolerance>();
    for (const [field, tolerance] of entries) {
      if (byField.has(field)) throw new StudioError('InvalidTolerance', `'${field}' has two tolerances.`);
      byField.set(field, tolerance);
    }
    this.#byField = byField;
  }

  /** Of a float of a struct; `names` lead to it, without indices. What names it more exactly goes before. */
  of({ name }: StructType, names: readonly string[]): Tolerance {
    if (this.#byField.size === 0) return EXACT;
    const key = `${name} ${names.join('.')}`;
    const found = this.#found.get(key) ?? this.#find(name, names);
    this.#found.set(key, found);
    return found;
  }

  /** As `--tolerance` would take it. */
  asJson(): Readonly<Record<string, Tolerance>> {
    return Object.fromEntries(this.#byField);
  }

  /**
   * Makes sure that each names floats of these structs.
   *
   * @throws StudioError `UnknownField` with those that there are, `NoFloat`
   */
  check(structs: readonly StructType[]): void {
    const known = fieldsOf(structs);
    for (const field of this.#byField.keys()) {
      if (field === EVERYWHERE) continue;
      const found = known.types.get(field);
      if (found === undefined) throw unknownField(field, known);
      if (found.some(holdsFloats)) continue;
      const types = [...new Set(found.map(cppName))].join(', ');
      const tip = 'Tolerances are for float and double; everything else is compared exactly.';
      throw new StudioError('NoFloat', `tolerance of '${field}': that is of type ${types}.`, { tip });
    }
  }

  #find(struct: string, names: readonly string[]): Tolerance {
    for (let length = names.length; length > 0; length--) {
      const path = names.slice(0, length).join('.');
      for (const owner of [`${struct}.`, `${shortName(struct)}.`, '']) {
        const found = this.#byField.get(owner + path);
        if (found !== undefined) return found;
      }
    }
    return this.#byField.get(EVERYWHERE) ?? EXACT;
  }
}

export function isWithin({ absolute, relative }: Tolerance, a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = Math.abs(a - b);
  return distance <= absolute || distance <= relative * Math.max(Math.abs(a), Math.abs(b));
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

interface KnownFields {
  /** By all ways to name them. */
  readonly types: ReadonlyMap<string, readonly FieldType[]>;
  /** Paths to what holds floats, without structs in front. */
  readonly floats: ReadonlySet<string>;
}

function fieldsOf(structs: readonly StructType[]): KnownFields {
  const types = new Map<string, FieldType[]>();
  const floats = new Set<string>();
  for (const struct of structs) {
    const owners = new Set(['', `${shortName(struct.name)}.`, `${struct.name}.`]);
    visitFields(struct, '', (path, type) => {
      if (holdsFloats(type)) floats.add(path);
      for (const owner of owners) types.set(owner + path, [...(types.get(owner + path) ?? []), type]);
    });
  }
  return { types, floats };
}

/** Paths to all floats of these structs, without structs in front and without indices: what can have a tolerance. */
export function floatFieldsOf(structs: readonly StructType[]): readonly string[] {
  return [...fieldsOf(structs).floats].sort();
}

function visitFields(struct: StructType, prefix: string, visit: (path: string, type: FieldType) => void): void {
  for (const { name, type } of struct.fields) {
    visit(prefix + name, type);
    const element = innermost(type);
    if (element.kind === 'struct') visitFields(element.struct, `${prefix}${name}.`, visit);
  }
}

/** What arrays, lists and buffers hold in the end. */
function innermost(type: FieldType): FieldType {
  return 'element' in type ? innermost(type.element) : type;
}

function holdsFloats(type: FieldType): boolean {
  const element = innermost(type);
  if (element.kind === 'struct') return element.struct.fields.some((field) => holdsFloats(field.type));
  return element.kind === 'scalar' && (element.scalar === 'f32' || element.scalar === 'f64');
}

function unknownField(field: string, { types, floats }: KnownFields): StudioError {
  const shown = [...floats].slice(0, MOST_NAMES).join(', ');
  const more = floats.size > MOST_NAMES ? `, and ${(floats.size - MOST_NAMES).toString()} more` : '';
  const there = floats.size === 0 ? 'No message and no state has floats.' : `Fields with floats: ${shown}${more}.`;
  const message = `tolerance of '${field}': there is no such field. ${there}`;
  return new StudioError('UnknownField', message, suggestion(field, field.includes('.') ? types.keys() : floats));
}
