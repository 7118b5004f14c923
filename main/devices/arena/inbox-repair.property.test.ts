import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ACTOR,
  ARENA,
  ARENA_HEADER_ADDRESS,
  CHANNEL,
  DEVICE_REASONS,
  FLAG_DEAD_LETTER,
  HEADER,
  LANE,
  LANE_COUNT,
  MISSED,
  MISSES,
  PHASE,
  REPLY_PORT,
  RING,
  ROUTE,
  ROUTING,
  SEND_PORT,
  TOPIC,
  TOPIC_PORT,
  WORKER,
} from '../../../app/abi/arena-layout.ts';
import { Arena } from '../../../app/device/arena.ts';
import { type FakeRing, layOutRing, next } from '../../../app/testing/fake-ring.ts';
import { InboxRepair } from './inbox-repair.ts';

const CAPACITY = 16;
const STRIDE = 128;
const OUTBOX = 8;
const CHANNELS = 3;
const PAGES = 320;
const TOPIC_INDEX = 3;

const arena = new Arena(new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true }));
const { u32, u8 } = arena;
const repair = new InboxRepair(arena);
const blocks = {
  actor: arena.allocate('actor', ACTOR.sizeBytes),
  worker: arena.allocate('worker', WORKER.sizeBytes),
  host: arena.allocate('host ring', RING.sizeBytes + CAPACITY * STRIDE),
  inbox: arena.allocate('inbox', RING.sizeBytes + CAPACITY * STRIDE),
  hostUrgent: arena.allocate('urgent host ring', RING.sizeBytes + CAPACITY * STRIDE),
  inboxUrgent: arena.allocate('urgent inbox', RING.sizeBytes + CAPACITY * STRIDE),
  other: arena.allocate('another inbox', RING.sizeBytes + CAPACITY * STRIDE),
  outbox: arena.allocate('outbox', OUTBOX * STRIDE),
  routes: arena.allocate('routes', ROUTE.sizeBytes + CHANNELS * CHANNEL.sizeBytes),
  misses: arena.allocate('misses', MISSES.sizeBytes),
  topics: arena.allocate('topics', 8 * TOPIC.sizeBytes),
};
const actor = blocks.actor.address;
const worker = blocks.worker.address;

const set = (address: number, value: number): void => void (u32[address >>> 2] = value);
const get = (address: number): number => u32[address >>> 2]!;

function reset(position: number): { lanes: readonly FakeRing[]; other: FakeRing } {
  for (const { address, sizeBytes } of Object.values(blocks)) u8.fill(0, address, address + sizeBytes);
  const layout = { capacity: CAPACITY, stride: STRIDE, position };
  const rings = {
    lanes: [blocks.host, blocks.inbox, blocks.hostUrgent, blocks.inboxUrgent].map(({ address }) =>
      layOutRing(arena, address, layout),
    ),
    other: layOutRing(arena, blocks.other.address, layout),
  };
  const lanes = [blocks.host, blocks.inbox, blocks.hostUrgent, blocks.inboxUrgent];
  for (const [lane, { address }] of lanes.entries()) set(actor + ACTOR.rings + lane * 4, address);
  set(actor + ACTOR.outbox, blocks.outbox.address);
  set(actor + ACTOR.outboxStride, STRIDE);
  set(actor + ACTOR.outboxCapacity, OUTBOX);
  set(actor + ACTOR.routes, blocks.routes.address);
  set(actor + ACTOR.routeCount, 1);
  set(actor + ACTOR.misses, blocks.misses.address);
  set(ARENA_HEADER_ADDRESS + ARENA.topics, blocks.topics.address);
  set(ARENA_HEADER_ADDRESS + ARENA.topicLimit, 8);
  set(blocks.topics.address + TOPIC_INDEX * TOPIC.sizeBytes + TOPIC.channels, blocks.routes.address);
  set(blocks.routes.address + ROUTE.channels, blocks.routes.address + ROUTE.sizeBytes);
  return rings;
}

/** Positions wrap at 2^32, and change their sign as 32-bit integers at 2^31. */
const position = fc.oneof(
  fc.constantFrom(0, 1),
  fc.integer({ min: 2 ** 31 - 40, max: 2 ** 31 + 1 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
);
/** Port and flags of an outbox entry, by whom it goes to. */
const PORTS = {
  output: 0,
  reply: REPLY_PORT,
  'dead letter': FLAG_DEAD_LETTER << 16,
  'by name': SEND_PORT,
  topic: TOPIC_PORT,
  'unknown topic': TOPIC_PORT,
} as const;

function stepsOverChannels(channels: number, broadcast: number): number {
  return Math.max(channels === 0 ? 0 : channels - 1 + Math.max(broadcast, 1), 1);
}

const entry = (index: number): number => blocks.outbox.address + index * STRIDE;

describe('rings after a death', () => {
  it('have every claimed slot published, the unpublished as tombstones, and nothing else changed', () => {
    fc.assert(
      fc.property(position, fc.array(fc.boolean(), { maxLength: CAPACITY }), fc.nat(3), (start, published, waiters) => {
        const { other } = reset(start);
        const ring = blocks.other.address;
        for (const isPublished of published) {
          const claimed = other.claim()!;
          set(other.slot(claimed) + HEADER.payloadBytes, 8);
          set(entry(0) + HEADER.payloadBytes, 8);
          if (isPublished) other.publish(claimed, entry(0));
        }
        set(ring + RING.waiters, waiters);
        const tail = other.tail;
        repair.mendRing(ring);
        expect([other.head, other.tail, get(ring + RING.waiters)]).toEqual([start, tail, 0]);
        published.forEach((isPublished, index) => {
          const at = (start + index) >>> 0;
          expect(other.isPublished(at)).toBe(true);
          expect(other.isTombstone(at)).toBe(!isPublished);
          expect(get(other.slot(at) + HEADER.payloadBytes)).toBe(isPublished ? 8 : 0);
        });
        expect(other.isPublished(tail)).toBe(false);
        const before = u8.slice(ring, ring + blocks.other.sizeBytes);
        repair.mendRing(ring);
        expect(u8.slice(ring, ring + blocks.other.sizeBytes)).toEqual(before);
      }),
      { numRuns: 300, seed: 71 },
    );
  });
});

type DeathInSending =
  | 'before the claim'
  | 'record begun'
  | 'claimed'
  | 'published'
  | 'channel noted'
  | 'channels reset'
  | 'entry noted'
  | 'outbox emptied';

describe('an actor whose worker died while it sent', () => {
  it('has sent what was published, once, and still has the rest to send', () => {
    const arbitrary = fc.record({
      start: position,
      entries: fc.integer({ min: 1, max: OUTBOX }),
      head: fc.nat(OUTBOX - 1),
      channels: fc.nat(CHANNELS),
      channel: fc.nat(CHANNELS + 2),
      kind: fc.constantFrom('output', 'reply', 'dead letter', 'by name', 'topic', 'unknown topic'),
      /** Instances that the first channel's messages all go to; 0: they take turns. */
      broadcast: fc.nat(3),
      death: fc.constantFrom<DeathInSending>(
        'before the claim',
        'record begun',
        'claimed',
        'published',
        'channel noted',
        'channels reset',
        'entry noted',
        'outbox emptied',
      ),
      /** Consumed, and its slot used again by somebody whose worker lives. */
      isReused: fc.boolean(),
    });
    fc.assert(
      fc.property(
        arbitrary,
        ({ start, entries, head: anyHead, channels, channel: anyChannel, broadcast, kind, death, isReused }) => {
          const { other } = reset(start);
          const head = anyHead % entries;
          const count =
            kind === 'topic' ? 1 + channels : kind === 'output' ? stepsOverChannels(channels, broadcast) : 1;
          const channel = anyChannel % count;
          set(blocks.routes.address + ROUTE.channelCount, channels);
          set(actor + ACTOR.outboxTail, entries);
          set(actor + ACTOR.outboxHead, head);
          set(actor + ACTOR.outboxStep, channel);
          const first = blocks.routes.address + ROUTE.sizeBytes;
          if (broadcast > 0) set(first + CHANNEL.routing, ROUTING.broadcast);
          set(first + CHANNEL.targetCount, Math.max(broadcast, 1));
          set(entry(head) + HEADER.port, PORTS[kind]);
          set(entry(head) + HEADER.sequence, kind === 'unknown topic' ? MISSED : TOPIC_INDEX);
          set(actor + ACTOR.outboxTurn, 5);
          set(blocks.misses.address + MISSES.asked, 257);
          let [wantedHead, wantedChannel] = [head, channel];
          const isLast = channel + 1 === count;
          if (death !== 'before the claim') {
            const claimed = other.claim()!;
            set(actor + ACTOR.claimRing, death === 'record begun' ? 0 : blocks.other.address);
            set(actor + ACTOR.claimPosition, claimed);
            set(actor + ACTOR.claimEntry, head);
            set(actor + ACTOR.claimStep, channel);
            if (death !== 'claimed' && death !== 'record begun') {
              other.publish(claimed, entry(head));
              if (isReused) {
                set(blocks.other.address + RING.head, next(claimed));
                for (let lap = 0; lap < CAPACITY; lap++) other.publish(other.claim()!, entry(0));
              }
              [wantedHead, wantedChannel] = isLast ? [head + 1, 0] : [head, channel + 1];
            }
          }
          if (death === 'channel noted') set(actor + ACTOR.outboxStep, channel + 1);
          if (death === 'channels reset' && isLast) set(actor + ACTOR.outboxStep, 0);
          const isEmptied = death === 'outbox emptied' && isLast && head + 1 === entries;
          if (isEmptied) set(actor + ACTOR.outboxTail, 0);
          const isNoted = (death === 'entry noted' && isLast) || isEmptied;
          if (isNoted) {
            set(actor + ACTOR.outboxHead, head + 1);
            set(actor + ACTOR.outboxStep, 0);
            set(actor + ACTOR.sent, 1);
          }
          const sent = wantedHead - head;
          if (wantedHead === entries) wantedHead = 0;
          const wantedTail = wantedHead === 0 && sent === 1 && head + 1 === entries ? 0 : entries;
          repair.mendActor(actor, worker);
          repair.mendRing(blocks.other.address);
          expect({
            head: get(actor + ACTOR.outboxHead),
            tail: get(actor + ACTOR.outboxTail),
            channel: get(actor + ACTOR.outboxStep),
            sent: get(actor + ACTOR.sent),
            published: get(blocks.topics.address + TOPIC_INDEX * TOPIC.sizeBytes + TOPIC.published),
            isAsking: get(blocks.misses.address + MISSES.asked) !== 0,
            claim: get(actor + ACTOR.claimRing),
          }).toEqual({
            head: wantedHead,
            tail: wantedTail,
            channel: wantedChannel,
            sent,
            published: kind === 'topic' && !isNoted ? sent : 0, // else it had counted that itself
            isAsking: wantedTail !== 0,
            claim: 0,
          });
          const isTurnDone = sent === 1 || wantedChannel !== channel;
          if (death === 'published' && isTurnDone) expect(get(actor + ACTOR.outboxTurn)).toBe(0);
          if (death === 'claimed' || death === 'record begun') expect(other.isTombstone(start)).toBe(true);
        },
      ),
      { numRuns: 500, seed: 72 },
    );
  });
});

const STAGES = ['handling', 'committing', 'counting', 'reason counted', 'counted', 'advanced', 'done'] as const;
const UNHANDLED = DEVICE_REASONS.indexOf('unhandled-type');
const unhandled = actor + ACTOR.droppedByReason + UNHANDLED * 8;

describe('an actor whose worker died after a handler', () => {
  it('has the message counted once, wherever the death came', () => {
    const arbitrary = fc.record({
      start: position,
      lane: fc.nat(LANE_COUNT - 1),
      isHandled: fc.boolean(),
      skipped: fc.nat(2),
      before: fc.nat(10),
      death: fc.constantFrom(...STAGES),
    });
    fc.assert(
      fc.property(arbitrary, ({ start, lane, isHandled, skipped, before, death }) => {
        const rings = reset(start);
        const ring = rings.lanes[lane]!;
        const counter = isHandled ? ACTOR.processed : ACTOR.dropped;
        set(actor + ACTOR.lane, lane);
        // What came before: processed from the host ring, tombstones skipped in the inbox.
        set(actor + ACTOR.cursors + LANE.host * 4, before);
        set(actor + ACTOR.cursors + LANE.inbox * 4, skipped);
        set(actor + ACTOR.processed, before);
        set(blocks.inbox.address + RING.skipped, skipped);
        const cursor = ACTOR.cursors + lane * 4;
        const at = get(actor + cursor);
        set(worker + WORKER.slot, ring.slot(at));
        if (!isHandled) {
          set(ring.slot(at) + HEADER.port, FLAG_DEAD_LETTER << 16);
          set(ring.slot(at) + HEADER.priority, UNHANDLED << 16);
        }
        const counted = get(actor + counter) + 1;
        const stage = STAGES.indexOf(death);
        set(
          actor + ACTOR.phase,
          stage === 0
            ? PHASE.handling
            : stage === 1
              ? PHASE.committing
              : death === 'done'
                ? PHASE.idle
                : PHASE.counting,
        );
        if (stage >= 3 && !isHandled) set(unhandled, 1);
        if (stage >= 4) set(actor + counter, counted);
        if (stage >= 5) set(actor + cursor, at + 1);
        const unhandledCount = isHandled ? 0 : 1;
        const aftermath = repair.mendActor(actor, worker);
        expect(aftermath).toBe(death === 'handling' ? 'lost-in-handler' : 'unharmed');
        const isDone = death !== 'handling';
        expect(get(actor + cursor)).toBe(isDone ? at + 1 : at);
        expect(get(actor + counter)).toBe(isDone ? counted : counted - 1);
        expect(get(unhandled)).toBe(isDone ? unhandledCount : 0);
        expect(get(actor + ACTOR.phase)).toBe(isDone ? PHASE.idle : PHASE.handling);
      }),
      { numRuns: 500, seed: 73 },
    );
  });
});
