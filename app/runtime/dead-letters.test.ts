import { describe, expect, it } from 'vitest';

import { HEADER } from '../abi/arena-layout.ts';
import { Arena } from '../device/arena.ts';
import { DeadLetters } from './dead-letters.ts';
import { TypeRegistry } from './type-registry.ts';

const arena = new Arena(new WebAssembly.Memory({ initial: 320, maximum: 320, shared: true }));
const slot = arena.allocate('slot', 128).address;

function letters(): DeadLetters {
  return new DeadLetters(arena, new TypeRegistry(), () => undefined);
}

describe('dead letters', () => {
  it('are counted all, and the latest 10,000 are kept in order', () => {
    const all = letters();
    for (let number = 1; number <= 25_003; number++) {
      arena.u32[(slot + HEADER.messageId) >> 2] = number;
      all.add('queue-full', slot, { target: 1, roomBytes: 64 });
      if (number % 5000 === 3) expect(all.kept.length).toBe(Math.min(number, 10_000));
    }
    expect(all.total).toBe(25_003);
    const numbers = all.kept.map(({ messageId }) => Number.parseInt(messageId, 16));
    expect(numbers).toEqual(Array.from({ length: 10_000 }, (_, index) => 15_004 + index));
  });

  it('are never larger than their slot', () => {
    const all = letters();
    arena.u32[(slot + HEADER.payloadBytes) >> 2] = 0xffff_ffff;
    all.add('queue-full', slot, { target: 1, roomBytes: 64 });
    expect(all.kept[0]?.bytes.length).toBe(64);
  });
});
