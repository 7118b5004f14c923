import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HybridClock, hlcOf } from './hybrid-clock.ts';

const now = 1_790_000_000_000;
type Step = { readonly kind: 'read' | 'tick' } | { readonly kind: 'merge' | 'pass'; readonly ms: number };
const offset = fc.double({ min: -2000, max: 2000, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('read' as const, 'tick' as const) }),
  fc.record({ kind: fc.constantFrom('merge' as const, 'pass' as const), ms: offset }),
);

const split = (hlc: bigint): [low: number, high: number] => [Number(hlc & 0xffff_ffffn), Number(hlc >> 32n)];
const hlcOfMs = (ms: number): bigint => BigInt(Math.floor(ms * 2 ** 10)) << 12n;

describe('the hybrid clock', () => {
  test('is a maximum of all it has seen, and never runs backwards', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let ms = now;
        const clock = new HybridClock(() => ms);
        const time = (): bigint => hlcOf(clock.low, clock.high);
        for (const move of steps) {
          const before = time();
          if (move.kind === 'pass') ms += move.ms; // backwards too
          if (move.kind === 'read') clock.read();
          if (move.kind === 'tick') clock.tick();
          const seen = move.kind === 'merge' ? hlcOfMs(ms + move.ms) : undefined;
          if (seen !== undefined) clock.merge(...split(seen));
          if (move.kind === 'tick') expect(time()).toBe(before + 1n);
          else expect(time()).toBeGreaterThanOrEqual(before);
          if (move.kind === 'read') expect(time()).toBeGreaterThanOrEqual(hlcOfMs(ms));
          if (seen !== undefined) expect(time()).toBe(seen > before ? seen : before);
        }
      }),
    );
  });

  test('ticks on beyond 32 bits', () => {
    const clock = new HybridClock(() => 0);
    clock.merge(0xffff_ffff, 5);
    clock.tick();
    expect(hlcOf(clock.low, clock.high)).toBe(6n << 32n);
  });

  test('does not follow a time that no clock of this machine has given', () => {
    const clock = new HybridClock(() => now);
    clock.read();
    const before = hlcOf(clock.low, clock.high);
    clock.merge(0, 0xffff_ffff);
    expect(hlcOf(clock.low, clock.high)).toBe(before);
  });
});
