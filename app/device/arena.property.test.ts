import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../base/studio-error.ts';
import { Arena, type ArenaBlock } from './arena.ts';
import { FreeList } from './free-list.ts';

const alignment = fc.constantFrom(1, 16, 128, 1024);

describe('a free list', () => {
  it('never gives a byte twice, and is one range again when all is given back', () => {
    const taking = fc.record({
      kind: fc.constant('take' as const),
      size: fc.integer({ min: 1, max: 600 }),
      align: alignment,
    });
    const giving = fc.record({ kind: fc.constant('give' as const), index: fc.nat() });
    fc.assert(
      fc.property(fc.array(fc.oneof(taking, taking, giving), { maxLength: 80 }), (moves) => {
        const start = 100;
        const size = 4096;
        const list = new FreeList(start, size);
        const taken: { address: number; size: number }[] = [];
        for (const move of moves) {
          if (move.kind === 'take') {
            const address = list.take(move.size, move.align);
            if (address === undefined) continue;
            expect(address % move.align).toBe(0);
            expect(address).toBeGreaterThanOrEqual(start);
            expect(address + move.size).toBeLessThanOrEqual(start + size);
            for (const other of taken)
              expect(address + move.size <= other.address || other.address + other.size <= address).toBe(true);
            taken.push({ address, size: move.size });
          } else if (taken.length > 0) {
            const [block] = taken.splice(move.index % taken.length, 1);
            list.give(block!.address, block!.size);
          }
          expect(list.freeBytes).toBe(size - taken.reduce((sum, block) => sum + block.size, 0));
        }
        for (const { address, size: bytes } of taken) list.give(address, bytes);
        expect(list.take(size, 1)).toBe(start);
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});

describe('an arena', () => {
  const pages = 320;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });

  it('gives zeroed blocks that do not overlap, and has all memory back when they are freed', () => {
    const move = fc.record({ size: fc.integer({ min: 0, max: 200_000 }), align: alignment, free: fc.option(fc.nat()) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        const arena = new Arena(memory);
        const before = arena.freeBytes;
        const blocks: ArenaBlock[] = [];
        for (const { size, align, free } of moves) {
          if (free !== null && blocks.length > 0) arena.free(blocks.splice(free % blocks.length, 1)[0]!);
          const block = arena.allocate('a test', size, align);
          const bytes = arena.u8.subarray(block.address, block.address + block.sizeBytes);
          expect(bytes.every((byte) => byte === 0)).toBe(true);
          expect(block.sizeBytes).toBeGreaterThanOrEqual(Math.max(size, 1));
          expect(block.address % align).toBe(0);
          bytes.fill(0xa5);
          blocks.push(block);
        }
        for (const block of blocks) arena.free(block);
        expect(arena.freeBytes).toBe(before);
      }),
      { numRuns: 40, seed: 12 },
    );
  });

  it('refuses what does not fit, and names the largest blocks', () => {
    const arena = new Arena(memory);
    arena.allocate('the large one', 2 ** 20);
    const before = arena.freeBytes;
    const allocate = () => arena.allocate('too much', 2 ** 30);
    expect(allocate).toThrow(StudioError);
    expect(allocate).toThrow(/too much needs 1 GiB.*Largest parts: the large one 1 MiB/);
    expect(arena.freeBytes).toBe(before);
  });

  it('refuses to free what it has not given', () => {
    const arena = new Arena(memory);
    const block = arena.allocate('once', 128);
    arena.free(block);
    expect(() => arena.free(block)).toThrow('not allocated: once');
  });
});
