/** What a JSON document can hold, as the codecs take and give it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type ScalarKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64' | 'bool' | 'char';

/** The type of a field of a message or of a state, as the compiler's front end read it from the C++ source. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarKind }
  | { readonly kind: 'enum'; readonly enum: EnumType }
  | { readonly kind: 'struct'; readonly struct: StructType }
  | { readonly kind: 'array'; readonly element: FieldType; readonly length: number }
  /** `ring::text<capacity>`: u32 size, then `capacity` bytes; size rounded up to 4. */
  | { readonly kind: 'text'; readonly capacity: number }
  /** `ring::list<T, capacity>`: u32 size, then (aligned) `capacity` elements. */
  | { readonly kind: 'list'; readonly element: FieldType; readonly capacity: number }
  | BufferType;

/** `ring::buffer<T>`: u32 slot, u32 generation. T is a scalar or a struct. */
export interface BufferType {
  readonly kind: 'buffer';
  readonly element: FieldType;
}

export interface EnumType {
  /** Qualified C++ name, `app::Mode`. */
  readonly name: string;
  readonly underlying: Exclude<ScalarKind, 'f32' | 'f64' | 'bool' | 'char'>;
  /** `value` in decimal, so that 64-bit enumerators stay exact. JSON takes and gives the enumerator's name. */
  readonly values: readonly { readonly name: string; readonly value: string; readonly doc?: string }[];
  readonly doc?: string;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly doc?: string;
  /** The value of the C++ initializer; absent where the field has none (then JSON must give it). */
  readonly default?: Json;
}

export interface StructType {
  /** Qualified C++ name, `app::Reading`. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly sizeBytes: number;
  readonly alignBytes: number;
  /** u32: hash of name and layout. Two types connect exactly when their ids are equal. */
  readonly typeId: number;
  readonly doc?: string;
}
