import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ACTOR, FLAG_TOMBSTONE, HEADER, RING } from '../abi/arena-layout.ts';
import { Arena } from '../device/arena.ts';
import { FakeRing, next } from '../testing/fake-ring.ts';
import { HostRing } from './host-ring.ts';
import { OutRing } from './out-ring.ts';

const PAGES = 320;
const CAPACITY = 16;
const STRIDE = 128;

const arena = new Arena(new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true }));
const actor = arena.allocate('actor', ACTOR.sizeBytes).address;
const block = arena.allocate('ring', RING.sizeBytes + CAPACITY * STRIDE);

/** A ring that has been in use up to position `start`. */
function ringAt(start: number): number {
  const { u32 } = arena;
  const ring = block.address;
  arena.u8.fill(0, ring, ring + block.sizeBytes);
  const fields = { capacity: CAPACITY, mask: CAPACITY - 1, stride: STRIDE, slots: ring + RING.sizeBytes };
  for (const [field, value] of Object.entries(fields)) u32[(ring + RING[field as keyof typeof fields]) >>> 2] = value;
  u32[(ring + RING.tail) >>> 2] = start;
  u32[(ring + RING.head) >>> 2] = start;
  for (let back = 1; back <= CAPACITY; back++) {
    const position = (start - back) >>> 0;
    u32[(ring + RING.sizeBytes + (position % CAPACITY) * STRIDE) >>> 2] = next(position);
  }
  return ring;
}

/** Positions wrap at 2^32, and change their sign as 32-bit integers at 2^31. */
const start = fc.oneof(
  fc.constantFrom(0, 1),
  fc.integer({ min: 2 ** 31 - 40, max: 2 ** 31 + 1 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
);
const payload = (slot: number): number => (slot + HEADER.sizeBytes) >>> 2;

describe('a host ring', () => {
  it('is a bounded queue, also where its positions wrap around', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 20 }), drop: fc.boolean() }),
      fc.record({
        kind: fc.constant('take' as const),
        count: fc.integer({ min: 1, max: 20 }),
        drop: fc.constant(false),
      }),
    );
    fc.assert(
      fc.property(start, fc.array(move, { maxLength: 60 }), (first, moves) => {
        const address = ringAt(first);
        let passed = first;
        const ring = new HostRing(arena, address, (head) => (passed = head));
        const consumer = new FakeRing(arena, address);
        const model: number[] = [];
        let cursor = first;
        let number = 0;
        for (const { kind, count, drop } of moves) {
          if (kind === 'send') {
            const reserved: number[] = [];
            for (let slot = 0; reserved.length < count && (slot = ring.reserve()) !== -1; reserved.push(number)) {
              arena.u32[payload(slot)] = ++number;
              const before = ring.nextPosition - CAPACITY; // whose slot it was
              expect((passed - before) | 0).toBeGreaterThanOrEqual(0); // it has been told of before
            }
            expect(reserved.length).toBe(Math.min(count, CAPACITY - model.length));
            expect(consumer.tail).toBe((cursor + model.length) >>> 0);
            if (drop && reserved.length > 0) {
              ring.abandon(1);
              reserved.pop();
            }
            ring.publish();
            model.push(...reserved);
          } else {
            for (let taken = 0; taken < count && cursor !== consumer.tail; taken++) {
              expect(arena.u32[payload(consumer.slot(cursor))]).toBe(model.shift());
              cursor = next(cursor);
            }
            consumer.release(cursor);
          }
          expect(ring.depth).toBe(model.length);
          expect(ring.nextPosition).toBe((cursor + model.length) >>> 0);
        }
      }),
      { numRuns: 300, seed: 21 },
    );
  });
});

describe('a ring of many producers', () => {
  it('gives the host each message once, in the order of claims, and skips what was never published', () => {
    const move = fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('claim' as const), index: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('publish' as const), index: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('bury' as const), index: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const), index: fc.nat(8) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), index: fc.nat() }) },
    );
    const message = arena.allocate('message', STRIDE).address;
    fc.assert(
      fc.property(start, fc.array(move, { maxLength: 120 }), (first, moves) => {
        const address = ringAt(first);
        const producers = new FakeRing(arena, address);
        const host = new OutRing(arena, address, actor);
        const claimed: { position: number; state: 'open' | 'published' | 'buried' }[] = [];
        let released = first;
        let taken = first;
        for (const { kind, index } of moves) {
          const open = claimed.filter(({ state }) => state === 'open');
          const chosen = open[index % Math.max(open.length, 1)];
          if (kind === 'claim') {
            const position = producers.claim();
            const used = (producers.tail - released) >>> 0;
            if (position === undefined) expect(used).toBe(CAPACITY);
            else claimed.push({ position, state: 'open' });
          } else if (kind === 'publish' && chosen !== undefined) {
            arena.u32[(message + HEADER.payloadBytes) >>> 2] = 4;
            arena.u32[payload(message)] = chosen.position;
            arena.u32[(message + HEADER.port) >>> 2] = 0;
            producers.publish(chosen.position, message);
            chosen.state = 'published';
          } else if (kind === 'bury' && chosen !== undefined) {
            const slot = producers.slot(chosen.position);
            arena.u32[(slot + HEADER.port) >>> 2] = FLAG_TOMBSTONE << 16;
            arena.u32[slot >>> 2] = next(chosen.position);
            chosen.state = 'buried';
          } else if (kind === 'take') {
            for (let slot = host.peek(), count = 0; slot !== -1 && count < index; slot = host.peek(), count++) {
              while (claimed[0]?.state === 'buried') taken = next(claimed.shift()!.position);
              const expected = claimed.shift();
              expect(expected?.state).toBe('published');
              expect(arena.u32[payload(slot)]).toBe(expected?.position);
              taken = next(expected!.position);
              host.advance();
            }
            while (claimed[0]?.state === 'buried' && host.taken !== taken) taken = next(claimed.shift()!.position);
            if (claimed[0]?.state === 'open') expect(host.peek()).toBe(-1);
          } else if (kind === 'release') {
            host.release();
            released = host.taken;
            expect(producers.head).toBe(released);
          }
          expect(host.depth).toBe((producers.tail - host.taken) >>> 0);
        }
      }),
      { numRuns: 300, seed: 22 },
    );
  });

  it('tells when its actor waits for room', () => {
    const address = ringAt(0);
    const producers = new FakeRing(arena, address);
    const host = new OutRing(arena, address, actor);
    const message = arena.allocate('message', STRIDE).address;
    for (let i = 0; i < CAPACITY; i++) expect(producers.push(message)).toBeDefined();
    expect(producers.push(message)).toBeUndefined();
    producers.addWaiter(actor);
    expect(host.release()).toBe(false);
    host.peek();
    host.advance();
    expect(host.release()).toBe(true);
    expect(arena.u32[(actor + ACTOR.waitingOn) >>> 2]).toBe(0);
    expect(producers.push(message)).toBeDefined();
  });
});
