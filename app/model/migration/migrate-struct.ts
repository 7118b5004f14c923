import { elementsOffsetOf, sizeOf } from '../layout.ts';
import { cppName } from '../layout-text.ts';
import type { FieldType, StructType } from '../message-type.ts';
import { convertNumber, isNumberType, scalarOf } from './convert-number.ts';
import { FieldFates, type FieldMigration } from './field-fates.ts';

export interface StructPair {
  readonly from: StructType;
  readonly to: StructType;
  /** `T{}` of a struct of the new version; undefined for zeros. */
  readonly initialOf: (struct: StructType) => Uint8Array | undefined;
}

export interface MigratedStruct {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fields: readonly FieldMigration[];
}

/**
 * Carries the bytes of a struct over to another layout, by the names of its fields: nested structs field by field, arrays
 * and lists element by element. Numbers change their type where the value survives exactly. What does not survive has its
 * initial value afterwards, and is reported.
 */
export function migrateStruct({ from, to, initialOf }: StructPair, bytes: Uint8Array): MigratedStruct {
  const migrated = new Uint8Array(to.sizeBytes);
  migrated.set(initialOf(to) ?? []);
  const migration = new Migration(bytes, migrated, initialOf);
  migration.struct(from, to, { path: '', from: 0, to: 0 });
  return { bytes: migrated, fields: migration.fates.all };
}

/** Whether the bytes of one are bytes of the other. Enums are compared by what they lie in. */
export function isSameType(from: FieldType, to: FieldType): boolean {
  switch (from.kind) {
    case 'scalar':
    case 'enum':
      return isNumberType(to) && from.kind === to.kind && scalarOf(from) === scalarOf(to);
    case 'struct':
      return to.kind === 'struct' && isSameStruct(from.struct, to.struct);
    case 'array':
      return to.kind === 'array' && from.length === to.length && isSameType(from.element, to.element);
    case 'text':
      return to.kind === 'text' && from.capacity === to.capacity;
    case 'list':
      return to.kind === 'list' && from.capacity === to.capacity && isSameType(from.element, to.element);
    case 'buffer':
      return to.kind === 'buffer' && isSameType(from.element, to.element);
  }
}

export function isSameStruct(from: StructType, to: StructType): boolean {
  if (from.sizeBytes !== to.sizeBytes || from.fields.length !== to.fields.length) return false;
  return from.fields.every((field, index) => {
    const other = to.fields[index]!;
    return field.name === other.name && field.offset === other.offset && isSameType(field.type, other.type);
  });
}

interface Place {
  readonly path: string;
  /** Offsets in the old and in the new bytes. */
  readonly from: number;
  readonly to: number;
}

class Migration {
  readonly fates = new FieldFates();
  readonly #from: DataView;
  readonly #to: DataView;
  readonly #initialOf: StructPair['initialOf'];

  constructor(from: Uint8Array, to: Uint8Array, initialOf: StructPair['initialOf']) {
    this.#from = new DataView(from.buffer, from.byteOffset, from.byteLength);
    this.#to = new DataView(to.buffer, to.byteOffset, to.byteLength);
    this.#initialOf = initialOf;
  }

  struct(from: StructType, to: StructType, place: Place): void {
    for (const { name, type, offset } of to.fields) {
      const path = place.path === '' ? name : `${place.path}.${name}`;
      const old = from.fields.find((field) => field.name === name);
      if (old === undefined) this.fates.note(path, 'defaulted', `new: ${cppName(type)}`);
      else this.#value(old.type, type, { path, from: place.from + old.offset, to: place.to + offset });
    }
    for (const { name, type } of from.fields) {
      if (to.fields.some((field) => field.name === name)) continue;
      this.fates.note(place.path === '' ? name : `${place.path}.${name}`, 'dropped', `was: ${cppName(type)}`);
    }
  }

  #value(from: FieldType, to: FieldType, place: Place): void {
    if (isSameType(from, to)) {
      this.#copy(place, sizeOf(to));
      this.fates.note(place.path, 'kept');
    } else if (isNumberType(from) && isNumberType(to)) {
      const [old, next] = [
        { view: this.#from, offset: place.from },
        { view: this.#to, offset: place.to },
      ];
      const lost = convertNumber([scalarOf(from), old], [scalarOf(to), next]);
      if (lost === undefined) this.#converted(from, to, place);
      else this.#refused(place, `${lost} is no ${cppName(to)}`);
    } else if (from.kind === 'struct' && to.kind === 'struct') {
      this.struct(from.struct, to.struct, place);
    } else if (from.kind === 'array' && to.kind === 'array') {
      this.#array(from, to, place);
    } else if (from.kind === 'text' && to.kind === 'text') {
      this.#text(from, to, place);
    } else if (from.kind === 'list' && to.kind === 'list') {
      this.#list(from, to, place);
    } else {
      this.#refused(place, `a ${cppName(from)} cannot become a ${cppName(to)}`);
    }
  }

  #array(from: FieldType & { kind: 'array' }, to: FieldType & { kind: 'array' }, place: Place): void {
    const tail = place.from + to.length * sizeOf(from.element);
    if (from.length > to.length && !this.#isZero(tail, place.from + sizeOf(from))) {
      this.#refused(place, `elements from ${to.length} on are not zero and do not fit ${cppName(to)}`);
      return;
    }
    if (from.length !== to.length) this.#converted(from, to, place);
    this.#elements(from.element, to.element, { ...place, count: Math.min(from.length, to.length) });
  }

  #text(from: FieldType & { kind: 'text' }, to: FieldType & { kind: 'text' }, place: Place): void {
    const size = this.#sizeWord(from, to, place);
    if (size === undefined) return;
    this.#setSize(place, size);
    this.#clear(place.to + 4, to.capacity);
    this.#copy({ from: place.from + 4, to: place.to + 4 }, size);
    this.#converted(from, to, place);
  }

  #list(from: FieldType & { kind: 'list' }, to: FieldType & { kind: 'list' }, place: Place): void {
    const size = this.#sizeWord(from, to, place);
    if (size === undefined) return;
    this.#setSize(place, size);
    const begin = { from: place.from + elementsOffsetOf(from.element), to: place.to + elementsOffsetOf(to.element) };
    this.#clear(begin.to, to.capacity * sizeOf(to.element));
    this.#beginElements(to.element, begin.to, size);
    if (from.capacity !== to.capacity) this.#converted(from, to, place);
    this.#elements(from.element, to.element, { path: place.path, ...begin, count: size });
  }

  #elements(from: FieldType, to: FieldType, { count, ...place }: Place & { readonly count: number }): void {
    const [fromBytes, toBytes] = [sizeOf(from), sizeOf(to)];
    const isPlain = isNumberType(to) || to.kind === 'text';
    const path = isPlain ? place.path : `${place.path}[]`;
    if (isSameType(from, to)) {
      this.#copy(place, count * toBytes);
      this.fates.note(place.path, 'kept');
      return;
    }
    for (let index = 0; index < count; index++)
      this.#value(from, to, { path, from: place.from + index * fromBytes, to: place.to + index * toBytes });
  }

  /** Elements that a list had not held before begin as `T{}`. */
  #beginElements(element: FieldType, at: number, count: number): void {
    const initial = element.kind === 'struct' ? this.#initialOf(element.struct) : undefined;
    if (initial === undefined) return;
    const bytes = new Uint8Array(this.#to.buffer, this.#to.byteOffset, this.#to.byteLength);
    for (let index = 0; index < count; index++) bytes.set(initial, at + index * sizeOf(element));
  }

  /** How much a text or a list holds; undefined, and refused, when that does not fit. */
  #sizeWord(
    from: FieldType & { readonly capacity: number },
    to: FieldType & { readonly capacity: number },
    place: Place,
  ): number | undefined {
    const size = this.#from.getUint32(place.from, true);
    const what = from.kind === 'text' ? 'bytes' : 'elements';
    if (size > from.capacity) this.#refused(place, `it says that it holds ${size} ${what}`);
    else if (size > to.capacity) this.#refused(place, `${size} ${what} do not fit ${cppName(to)}`);
    else return size;
    return undefined;
  }

  #setSize({ to }: Place, size: number): void {
    this.#to.setUint32(to, size, true);
  }

  #converted(from: FieldType, to: FieldType, { path }: Place): void {
    const [old, next] = [cppName(from), cppName(to)];
    this.fates.note(path, 'converted', old === next ? old : `${old} → ${next}`);
  }

  #refused({ path }: Place, note: string): void {
    this.fates.note(path, 'refused', note);
  }

  #copy({ from, to }: Pick<Place, 'from' | 'to'>, sizeBytes: number): void {
    const source = new Uint8Array(this.#from.buffer, this.#from.byteOffset + from, sizeBytes);
    new Uint8Array(this.#to.buffer, this.#to.byteOffset + to, sizeBytes).set(source);
  }

  #clear(at: number, sizeBytes: number): void {
    new Uint8Array(this.#to.buffer, this.#to.byteOffset + at, sizeBytes).fill(0);
  }

  #isZero(from: number, end: number): boolean {
    return new Uint8Array(this.#from.buffer, this.#from.byteOffset + from, end - from).every((byte) => byte === 0);
  }
}
