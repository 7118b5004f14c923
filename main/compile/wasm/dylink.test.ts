import { expect, it } from 'vitest';
import { readDylink } from './dylink.ts';
import { syntheticModule } from './synthetic-module.fixture.ts';

const module = syntheticModule({ loopSizes: [], hasStackPointer: false });

function withDylink(...content: number[]): Uint8Array {
  const section = [8, ...new TextEncoder().encode('dylink.0'), ...content];
  return Uint8Array.from([...module.subarray(0, 8), 0, section.length, ...section, ...module.subarray(8)]);
}

it('reads sizes and turns exponents into alignments', () => {
  expect(readDylink(withDylink(1, 5, 0x80, 0x02, 4, 3, 0))).toEqual({
    memorySize: 256,
    memoryAlign: 16,
    tableSize: 3,
    tableAlign: 1,
  });
});

it('skips other subsections, and takes a missing one for all zero', () => {
  const none = { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1 };
  expect(readDylink(withDylink())).toEqual(none);
  expect(readDylink(withDylink(2, 1, 0, 1, 4, 8, 2, 0, 0))).toEqual({ ...none, memorySize: 8, memoryAlign: 4 });
});

it('refuses a module that is not a shared object', () => {
  expect(() => readDylink(module)).toThrow('dylink.0');
});
