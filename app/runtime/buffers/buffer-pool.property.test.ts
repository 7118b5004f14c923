import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
import { Arena, type ArenaBlock } from '../../device/arena.ts';
import { BufferPool } from './buffer-pool.ts';
import { sizeClassOf } from './size-class.ts';

const pages = 320;
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const MAX_BYTES = 400_000;
const MAX_KEPT = 2;

const sizeBytes = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 120_000 }));
const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('take' as const), sizeBytes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('give' as const), index: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('warmUp' as const), sizeBytes, count: fc.integer({ min: 1, max: 3 }) }),
  },
);

/** Sizes of blocks, in lists. */
class Model {
  used: number[] = [];
  kept: number[] = [];
  hits = 0;
  misses = 0;
  highWaterBytes = 0;

  take(sizeClass: number): boolean {
    const kept = this.kept.indexOf(sizeClass);
    if (kept >= 0) {
      this.kept.splice(kept, 1);
      this.hits++;
    } else {
      if (!this.fits(sizeClass)) this.kept = [];
      if (!this.fits(sizeClass)) return false;
      this.misses++;
    }
    this.used.push(sizeClass);
    this.highWaterBytes = Math.max(this.highWaterBytes, sum(this.used));
    return true;
  }

  give(index: number): void {
    const [sizeClass] = this.used.splice(index, 1);
    if (this.kept.filter((one) => one === sizeClass).length < MAX_KEPT) this.kept.push(sizeClass!);
  }

  warmUp(sizeClass: number, count: number): boolean {
    if (count > MAX_KEPT) return false;
    while (this.kept.filter((one) => one === sizeClass).length < count) {
      if (!this.fits(sizeClass)) return false;
      this.kept.push(sizeClass);
    }
    return true;
  }

  fits(more: number): boolean {
    return sum(this.used) + sum(this.kept) + more <= MAX_BYTES;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

describe('the pool of buffers', () => {
  it('counts, keeps and refuses as the model does, and its blocks never overlap', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const arena = new Arena(memory);
        const before = arena.freeBytes;
        const pool = new BufferPool(arena, { maxBytes: MAX_BYTES, maxKeptPerClass: MAX_KEPT });
        const model = new Model();
        const blocks: ArenaBlock[] = [];
        for (const step of moves) {
          if (step.kind === 'take') {
            const taken = pool.take(step.sizeBytes);
            expect(taken !== undefined).toBe(model.take(sizeClassOf(step.sizeBytes)));
            if (taken === undefined) continue;
            const { block, isZeroed } = taken;
            expect(block.sizeBytes).toBeGreaterThanOrEqual(step.sizeBytes);
            for (const other of blocks)
              expect(
                block.address + block.sizeBytes <= other.address || other.address + other.sizeBytes <= block.address,
              ).toBe(true);
            const bytes = arena.u8.subarray(block.address, block.address + block.sizeBytes);
            if (isZeroed) expect(bytes.every((byte) => byte === 0)).toBe(true);
            bytes.fill(0xee);
            blocks.push(block);
          } else if (step.kind === 'give' && blocks.length > 0) {
            const index = step.index % blocks.length;
            pool.give(blocks.splice(index, 1)[0]!);
            model.give(index);
          } else if (step.kind === 'trim') {
            expect(pool.trim()).toBe(sum(model.kept));
            model.kept = [];
          } else if (step.kind === 'warmUp') {
            const isWarm = attempt(() => pool.warmUp([step]));
            expect(isWarm).toBe(model.warmUp(sizeClassOf(step.sizeBytes), step.count));
          }
          const { inUseBytes, keptBytes, highWaterBytes, classes } = pool;
          expect({ inUseBytes, keptBytes, highWaterBytes }).toEqual({
            ...{ inUseBytes: sum(model.used), keptBytes: sum(model.kept), highWaterBytes: model.highWaterBytes },
          });
          expect(sum(classes.map(({ hits }) => hits))).toBe(model.hits);
          expect(sum(classes.map(({ misses }) => misses))).toBe(model.misses);
          for (const one of classes) {
            expect(one.inUse).toBe(model.used.filter((size) => size === one.sizeBytes).length);
            expect(one.kept).toBe(model.kept.filter((size) => size === one.sizeBytes).length);
          }
        }
        for (const block of blocks) pool.give(block);
        pool.trim();
        expect(arena.freeBytes).toBe(before);
      }),
      { numRuns: 150, seed: 3 },
    );
  });

  it('trims itself when the arena is full', () => {
    const arena = new Arena(memory);
    const pool = new BufferPool(arena);
    const { block } = pool.take(2 ** 21)!;
    pool.give(block);
    const large = pool.take(3 * 2 ** 20 - 2 ** 18);
    expect(large).toBeDefined();
    expect(pool.keptBytes).toBe(0);
    pool.give(large!.block);
    pool.trim();
  });
});

function attempt(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(StudioError);
    expect((error as StudioError).code).toBe('PoolLimit');
    return false;
  }
}

describe('size classes', () => {
  it('hold what is asked for, waste at most a fifth from 1 KiB on, and are classes of themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (bytes) => {
        const sizeClass = sizeClassOf(bytes);
        expect(sizeClass).toBeGreaterThanOrEqual(bytes);
        expect(sizeClass % 128).toBe(0);
        if (bytes >= 1024) expect((sizeClass - bytes) / sizeClass).toBeLessThan(0.2);
        else expect(sizeClass - bytes).toBeLessThan(128);
        expect(sizeClassOf(sizeClass)).toBe(sizeClass);
      }),
      { numRuns: 2000, seed: 8 },
    );
    expect([1, 128, 129, 1025, 1280, 1281, 2048, 2 ** 24, 2 ** 24 + 1].map(sizeClassOf)).toEqual([
      ...[128, 128, 256, 1280, 1280, 1536, 2048],
      ...[2 ** 24, 1.25 * 2 ** 24],
    ]);
  });
});
