import { StudioError } from '../../base/studio-error.ts';
import { isBufferId } from '../buffer-id.ts';
import type { StructType } from '../message-type.ts';
import { CodeScope, openViews } from './code-scope.ts';
import { loadWide, storeWide } from './codec-support.ts';
import { cursorClass } from './cursor-code.ts';
import { decodeJson } from './json-decode.ts';
import type { MemoryViews } from './memory-views.ts';
import { ReadCode } from './read-code.ts';
import { writeSlowly } from './slow-write.ts';
import { WriteCode } from './write-code.ts';

/** A field of a message as an object: like JSON, but with real NaNs and infinities, and bigints for what is beyond ±(2^53−1). */
export type MessageValue =
  | number
  | bigint
  | boolean
  | string
  /** A `ring::buffer` that refers to none; others are `{ buffer: id }`. */
  | null
  | { readonly base64: string }
  | readonly MessageValue[]
  | { readonly [field: string]: MessageValue };

export interface MessageObject {
  readonly [field: string]: MessageValue;
}

/** Moves over messages in place. The object it gives is always the same one and shows the message last asked for. */
export interface Cursor<T extends object> {
  /** Setters check as `write` does and throw `InvalidMessage`; nested structs are set field by field. */
  at(byteOffset: number): T;
}

/**
 * Reads and writes messages of one type in memory, in code generated for that type. Byte offsets must be multiples of
 * the type's alignment.
 */
export interface Codec<T extends object = MessageObject> {
  readonly type: StructType;
  /**
   * Takes what `encodeJson` takes. After an error the bytes are not a message.
   *
   * @throws StudioError `InvalidMessage`
   */
  write(views: MemoryViews, byteOffset: number, message: object): void;
  /** @throws StudioError `InvalidValue` where memory holds what the type cannot. */
  read(views: MemoryViews, byteOffset: number): T;
  cursor(views: MemoryViews): Cursor<T>;
}

/** Generating takes about a millisecond: make a codec once per type and keep it. Needs `new Function`, so host only. */
export function createCodec<T extends object = MessageObject>(type: StructType): Codec<T> {
  const scope = new CodeScope();
  const message = { base: 'p', offset: 0 };
  const write = new WriteCode(scope, 'return writeSlowly(views, p, message);').struct(type, 'message', message);
  const read = new ReadCode(scope, 'return failRead(views, p);').struct(type, message);
  const body = `'use strict';
    const Fields = ${cursorClass(type, scope, message)};
    return {
      write(views, p, message) { ${openViews(write)} ${write} },
      read(views, p) { ${openViews(`${read.before} ${read.value}`)} ${read.before} return ${read.value}; },
      cursor(views) {
        const cursor = { views, p: 0 };
        const fields = new Fields(cursor);
        return { at(byteOffset) { cursor.p = byteOffset; return fields; } };
      },
    };`;
  return {
    type,
    ...compile<Omit<Codec<T>, 'type'>>(body, {
      ...slowPaths(type),
      storeWide,
      loadWide,
      isBufferId,
      k: scope.constants,
    }),
  };
}

function slowPaths(type: StructType) {
  return {
    writeSlowly(views: MemoryViews, byteOffset: number, message: unknown): void {
      writeSlowly(type, message, views.u8.subarray(byteOffset, byteOffset + type.sizeBytes));
    },
    failRead(views: MemoryViews, byteOffset: number): never {
      decodeJson(type, views.u8, byteOffset);
      throw new StudioError('InvalidValue', `${type.name} changed while it was read.`);
    },
  };
}

function compile<Result>(body: string, environment: Readonly<Record<string, unknown>>): Result {
  // One generated function per type is what keeps reads and writes monomorphic (a shared interpreter is 5 times slower).
  // The body holds no user text but field names, and those only as JSON string literals.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- see above
  const factory = new Function(...Object.keys(environment), body) as (...values: unknown[]) => Result;
  return factory(...Object.values(environment));
}
