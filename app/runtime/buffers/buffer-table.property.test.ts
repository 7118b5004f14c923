import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ARENA, ARENA_HEADER_ADDRESS, BUFFER, BUFFER_SLOTS } from '../../abi/arena-layout.ts';
import * as ids from '../../model/buffer-id.ts';
import { Arena } from '../../device/arena.ts';
import { BufferTable } from './buffer-table.ts';
import { elementInfo } from './element-type.ts';

const pages = 300;
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const element = elementInfo('u8');

function entryOf(arena: Arena, id: number): number {
  const table = arena.u32[(ARENA_HEADER_ADDRESS + ARENA.buffers) >>> 2]!;
  return table + (id % BUFFER_SLOTS) * BUFFER.sizeBytes;
}

/** As `mark_written` of ring_buffer.cuh. */
function mark(arena: Arena, id: number, { begin, end }: { readonly begin: number; readonly end: number }): void {
  const entry = entryOf(arena, id);
  const shift = arena.u32[(entry + BUFFER.markShift) >>> 2]!;
  for (let at = begin >> shift; at <= (end - 1) >> shift; at++) arena.u8[entry + BUFFER.marks + at] = 1;
}

describe('the table of buffers', () => {
  it('tells what was marked, all of it, no coarser than a sixty-fourth or a cache line, and once', () => {
    const writes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 5000 })), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), writes, (sizeBytes, wanted) => {
        const arena = new Arena(memory);
        const table = new BufferTable(arena, 4);
        const id = table.open({ element, length: sizeBytes, address: 4096 })!;
        const slot = id % BUFFER_SLOTS;
        const coarse = Math.max(64, 2 ** Math.ceil(Math.log2(sizeBytes / 64)));
        const [written, allowed] = [new Uint8Array(sizeBytes), new Uint8Array(sizeBytes + coarse)];
        for (const [first, length] of wanted) {
          const begin = first % sizeBytes;
          const end = Math.min(sizeBytes, begin + length);
          mark(arena, id, { begin, end });
          written.fill(1, begin, end);
          allowed.fill(1, Math.floor(begin / coarse) * coarse, Math.ceil(end / coarse) * coarse);
        }
        const found = new Uint8Array(sizeBytes);
        for (const range of table.takeMarks(slot, sizeBytes)) {
          expect(range.end).toBeLessThanOrEqual(sizeBytes);
          found.fill(1, range.begin, range.end);
        }
        expect(found.every((bit, at) => bit >= written[at]! && bit <= allowed[at]!)).toBe(true);
        expect(table.takeMarks(slot, sizeBytes)).toEqual([]);
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  it('never gives an id twice, and says no when all slots are taken', () => {
    const table = new BufferTable(new Arena(memory), 3);
    const open = () => table.open({ element, length: 1, address: 4096 });
    const all = new Set<number>();
    for (let round = 0; round < 100; round++) {
      const opened = [open(), open(), open()];
      expect(open()).toBeUndefined();
      for (const id of opened) {
        expect(all.has(id!)).toBe(false);
        all.add(id!);
        table.close(id! % BUFFER_SLOTS);
        table.vacate(id! % BUFFER_SLOTS);
      }
    }
    expect([...all].every(ids.isBufferId)).toBe(true);
  });

  it('gives no slot again whose generations have all been used', () => {
    const arena = new Arena(memory);
    const table = new BufferTable(arena, 2, 0xffff_fffe);
    const { slot, generation } = ids.splitBufferId(table.open({ element, length: 1, address: 4096 })!);
    expect([slot, generation]).toEqual([0, 0xffff_fffe]);
    table.close(slot);
    table.vacate(slot);
    const last = table.open({ element, length: 1, address: 4096 })!;
    expect(ids.splitBufferId(last)).toEqual({ slot: 0, generation: 0xffff_ffff });
    expect(ids.isBufferId(last)).toBe(true);
    expect(arena.u32[(entryOf(arena, last) + BUFFER.generation) >>> 2]).toBe(0xffff_ffff);
    table.close(slot);
    table.vacate(slot);
    expect(ids.splitBufferId(table.open({ element, length: 1, address: 4096 })!).slot).toBe(1);
    expect(table.open({ element, length: 1, address: 4096 })).toBeUndefined();
  });

  it('has as many slots as ids count', () => {
    expect(ids.BUFFER_SLOTS).toBe(BUFFER_SLOTS);
  });
});
