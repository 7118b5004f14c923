import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StudioError } from '../../base/studio-error.ts';
import { arbitraryMessage, arbitraryStruct } from '../../testing/arbitrary-messages.ts';
import type { StructType } from '../message-type.ts';
import { type Codec, createCodec } from './codec.ts';
import { decodeJson } from './json-decode.ts';
import { encodeJson } from './json-encode.ts';
import { type MemoryViews, viewMemory } from './memory-views.ts';

const runs = { seed: 20260101, numRuns: 400 };
const byteOffset = 64;

const typeAndMessage = arbitraryStruct().chain((type) => fc.tuple(fc.constant(type), arbitraryMessage(type)));

/** A message with one field replaced by anything at all. */
const typeAndJunk = typeAndMessage.chain(([type, message]) =>
  fc
    .tuple(fc.constantFrom('x', 'value', 'constructor', '__proto__', 'other'), fc.anything({ withBigInt: true }))
    .map(([key, junk]) => [type, Object.fromEntries([...Object.entries(message), [key, junk]])] as const),
);

function encode(type: StructType, message: unknown): Uint8Array | undefined {
  const bytes = new Uint8Array(type.sizeBytes).fill(0xaa);
  return encodeJson(type, message, bytes).length === 0 ? bytes : undefined;
}

function write(codec: Codec, message: object): Uint8Array | undefined {
  const views = memoryFor(codec.type.sizeBytes);
  views.u8.fill(0xaa);
  try {
    codec.write(views, byteOffset, message);
  } catch (error) {
    expect(error).toMatchObject({ code: 'InvalidMessage' });
    return undefined;
  }
  const end = byteOffset + codec.type.sizeBytes;
  const outside = [...views.u8.subarray(0, byteOffset), ...views.u8.subarray(end)];
  expect(outside.every((byte) => byte === 0xaa)).toBe(true);
  return views.u8.slice(byteOffset, end);
}

function memoryFor(sizeBytes: number): MemoryViews {
  return viewMemory(new SharedArrayBuffer(byteOffset + Math.ceil(sizeBytes / 64) * 64 + 64));
}

function viewBytes(bytes: Uint8Array): MemoryViews {
  const views = memoryFor(bytes.length);
  views.u8.set(bytes, byteOffset);
  return views;
}

function attempt<T>(action: () => T): { value: T } | { error: string } {
  try {
    return { value: action() };
  } catch (error) {
    expect(error).toBeInstanceOf(StudioError);
    return { error: String(error) };
  }
}

test('what is encoded and decoded encodes to the same bytes', () => {
  fc.assert(
    fc.property(typeAndMessage, ([type, message]) => {
      const bytes = encode(type, message)!;
      expect(encode(type, decodeJson(type, bytes))).toEqual(bytes);
    }),
    runs,
  );
});

test('the generated codec writes the same bytes as the JSON codec, and only its own', () => {
  fc.assert(
    fc.property(typeAndMessage, ([type, message]) => {
      expect(write(createCodec(type), message)).toEqual(encode(type, message));
    }),
    runs,
  );
});

test('what the generated codec reads it writes back unchanged', () => {
  fc.assert(
    fc.property(typeAndMessage, ([type, message]) => {
      const codec = createCodec(type);
      const bytes = encode(type, message)!;
      expect(write(codec, codec.read(viewBytes(bytes), byteOffset))).toEqual(bytes);
    }),
    runs,
  );
});

test('a cursor shows what read gives, and setting its fields writes what write does', () => {
  const copy = (target: Record<string, unknown>, source: Record<string, unknown>, type: StructType): void => {
    for (const { name, type: fieldType } of type.fields) {
      if (fieldType.kind !== 'struct') target[name] = source[name];
      else copy(target[name] as typeof target, source[name] as typeof source, fieldType.struct);
    }
  };
  const plain = (fields: Record<string, unknown>, type: StructType): unknown =>
    Object.fromEntries(
      type.fields.map(({ name, type: fieldType }) => [
        name,
        fieldType.kind === 'struct' ? plain(fields[name] as typeof fields, fieldType.struct) : fields[name],
      ]),
    );
  fc.assert(
    fc.property(typeAndMessage, ([type, message]) => {
      const codec = createCodec<Record<string, unknown>>(type);
      const bytes = encode(type, message)!;
      const views = viewBytes(bytes);
      expect(plain(codec.cursor(views).at(byteOffset), type)).toEqual(codec.read(views, byteOffset));
      const target = viewBytes(new Uint8Array(bytes.length));
      copy(codec.cursor(target).at(byteOffset), message as Record<string, unknown>, type);
      expect(target.u8.slice(byteOffset, byteOffset + bytes.length)).toEqual(bytes);
    }),
    runs,
  );
});

test('junk never throws from the JSON codec, and the generated codec agrees about what is junk', () => {
  fc.assert(
    fc.property(typeAndJunk, ([type, junk]) => {
      expect(write(createCodec(type), junk)).toEqual(encode(type, junk));
    }),
    runs,
  );
  fc.assert(
    fc.property(arbitraryStruct(), fc.anything({ withBigInt: true }), (type, junk) => {
      encode(type, junk);
    }),
    runs,
  );
});

test('both codecs agree about bytes that hold no message', () => {
  const typeAndBytes = arbitraryStruct().chain((type) =>
    fc.tuple(fc.constant(type), fc.uint8Array({ minLength: type.sizeBytes, maxLength: type.sizeBytes })),
  );
  fc.assert(
    fc.property(typeAndBytes, ([type, bytes]) => {
      const decoded = attempt(() => decodeJson(type, bytes));
      const read = attempt(() => createCodec(type).read(viewBytes(bytes), byteOffset));
      if ('error' in decoded || 'error' in read) expect(read).toEqual(decoded);
      else expect(encode(type, read.value)).toEqual(encode(type, decoded.value));
    }),
    runs,
  );
});
