import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { scalarSizeOf } from '../../../app/model/layout.ts';
import type { ScalarKind } from '../../../app/model/message-type.ts';
import { readNpy, writeNpy } from './npy.ts';

const kinds: readonly ScalarKind[] = ['f32', 'f64', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'bool'];

/** As NumPy writes it, with what it may put there. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const prelude = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), version, 0, ...prelude, ...text, ...data);
}

describe('npy', () => {
  test('whatever is written is read back', () => {
    const arrays = fc
      .constantFrom(...kinds)
      .chain((scalar) =>
        fc
          .integer({ min: 0, max: 50 })
          .chain((length) =>
            fc
              .uint8Array({ minLength: length * scalarSizeOf(scalar), maxLength: length * scalarSizeOf(scalar) })
              .map((bytes) => ({ scalar, length, bytes: new Uint8Array(bytes) })),
          ),
      );
    fc.assert(
      fc.property(arrays, (array) => {
        const file = writeNpy(array);
        expect((file.length - array.bytes.length) % 64).toBe(0);
        expect(readNpy(file, 'a.npy')).toEqual(array);
      }),
    );
  });

  test('bytes as NumPy writes them', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    const file = writeNpy({ scalar: 'f32', length: 2, bytes: new Uint8Array(Float32Array.of(1, -2).buffer) });
    expect(Buffer.from(file).toString('latin1')).toBe(
      `\x93NUMPY\x01\x00v\x00${header.padEnd(117)}\n\x00\x00\x80?\x00\x00\x00\xc0`,
    );
  });

  test('other versions, orders of entries and shapes', () => {
    const data = new Uint8Array(Int16Array.of(1, 2, 3, 4, 5, 6).buffer);
    const header = "{'shape': (2, 3), 'fortran_order': False, 'descr': '<i2'}";
    for (const version of [1, 2, 3])
      expect(readNpy(npy(header, data, version), 'a.npy')).toEqual({ scalar: 'i16', length: 6, bytes: data });
    const scalar = npy("{'descr': '|u1', 'fortran_order': True, 'shape': ()}", Uint8Array.of(7));
    expect(readNpy(scalar, 'a.npy')).toMatchObject({ scalar: 'u8', length: 1 });
  });

  test.each([
    ['is no .npy file', new TextEncoder().encode('hello world')],
    ['is no .npy file', new Uint8Array()],
    ['ends within its header', npy("{'descr': '<f4'", new Uint8Array()).subarray(0, 14)],
    ['is big-endian', npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", new Uint8Array(4))],
    ['is in Fortran order', npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}", new Uint8Array(4))],
    ["holds '<f2'", npy("{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}", new Uint8Array(2))],
    [
      'holds no plain array',
      npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", new Uint8Array(4)),
    ],
    ['has 3 bytes of data', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", new Uint8Array(3))],
    ['of a version', npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", new Uint8Array(4), 9)],
  ])('a file that %s is refused by name', (why, file) => {
    expect(() => readNpy(file, 'in.npy')).toThrow(new RegExp(`^'in\\.npy' .*${why.replace(/[.|]/g, '\\$&')}`));
  });
});
