import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Arena } from '../../device/arena.ts';
import { HashTable } from './hash-table.ts';

const PAGES = 280;

type Step = { readonly kind: 'insert' | 'remove'; readonly key: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('insert' as const, 'insert' as const, 'remove' as const),
  key: fc.nat(30),
});

/** Few homes, so that entries collide. */
const hashOf = (key: number): bigint => 2n + BigInt(key % 5) + (BigInt(key) << 32n);

/** As a device searches. */
function search({ u32 }: Arena, table: HashTable, hash: bigint): number {
  const [low, high] = [Number(hash & 0xffff_ffffn), Number(hash >> 32n)];
  for (
    let probe = 0, index = low & (table.limit - 1);
    probe < table.limit;
    probe++, index = (index + 1) & (table.limit - 1)
  ) {
    const word = table.at(index) >>> 2;
    if (u32[word] === low && u32[word + 1] === high) return index;
    if (u32[word] === 0 && u32[word + 1] === 0) return -1;
  }
  return -1;
}

test('a table with removals holds what a map holds, and its entries never move', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
      const arena = new Arena(memory);
      const table = new HashTable(arena, 'table', { limit: 16, entryBytes: 32 });
      const model = new Map<number, number>();
      for (const { kind, key } of steps) {
        const index = model.get(key);
        if (kind === 'insert' && index === undefined && !table.isFull) {
          model.set(
            key,
            table.insert(hashOf(key), (address) => (arena.u32[(address + 8) >>> 2] = key)),
          );
        } else if (kind === 'remove' && index !== undefined) {
          table.remove(index);
          model.delete(key);
        }
        expect(table.count).toBe(model.size);
        for (let other = 0; other <= 30; other++) {
          const expected = model.get(other) ?? -1;
          expect([table.find(hashOf(other)), search(arena, table, hashOf(other))]).toEqual([expected, expected]);
          if (expected !== -1) expect(arena.u32[(table.at(expected) + 8) >>> 2]).toBe(other);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('what was removed does not lengthen searches for ever', () => {
  const arena = new Arena(new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true }));
  const table = new HashTable(arena, 'table', { limit: 16, entryBytes: 32 });
  for (let round = 0; round < 100; round++) table.remove(table.insert(BigInt(round + 2), () => undefined));
  const free = Array.from({ length: table.limit }, (_, index) => arena.u32[table.at(index) >>> 2]);
  expect(free).toEqual(Array<number>(table.limit).fill(0));
});
