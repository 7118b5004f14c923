import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  ACTOR,
  CHANNEL,
  DEVICE_REASONS,
  FLAG_DEAD_LETTER,
  FLAG_DROPPED,
  HEADER,
  LANE_COUNT,
  LEDGER,
  LEDGER_RECORD,
  PHASE,
  REPLY_PORT,
  RING,
  ROUTE,
  WORKER,
} from '../../../app/abi/arena-layout.ts';
import { Arena } from '../../../app/device/arena.ts';
import { LedgerWriter, type LedgerRecord } from '../../../app/device/ledger-writer.ts';
import { FakeRing, layOutRing } from '../../../app/testing/fake-ring.ts';
import { DeviceLedger } from '../../../app/runtime/ledger/device-ledger.ts';
import { InboxRepair } from './inbox-repair.ts';

const CAPACITY = 16;
const STRIDE = 128;
const CHANNELS = 3;
const RECORDS = 16;
const ACTOR_ID = 5;
const RECEIVER_ID = 9;

const arena = new Arena(new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true }));
const { u32, u8 } = arena;
const repair = new InboxRepair(arena);
const writer = new LedgerWriter(arena);
const ringBytes = RING.sizeBytes + CAPACITY * STRIDE;
const blocks = {
  actor: arena.allocate('actor', ACTOR.sizeBytes),
  worker: arena.allocate('worker', WORKER.sizeBytes),
  own: arena.allocate('own rings', ringBytes * LANE_COUNT),
  receiver: arena.allocate('inbox of the receiver', ringBytes),
  out: arena.allocate('ring to the host', ringBytes),
  outbox: arena.allocate('outbox', CAPACITY * STRIDE),
  routes: arena.allocate('routes', ROUTE.sizeBytes + CHANNELS * CHANNEL.sizeBytes),
  ledger: arena.allocate('ledger', LEDGER.sizeBytes + RECORDS * LEDGER_RECORD.sizeBytes),
};
const actor = blocks.actor.address;
const worker = blocks.worker.address;
const ledger = blocks.ledger.address;

const set = (address: number, value: number): void => void (u32[address >>> 2] = value);
const get = (address: number): number => u32[address >>> 2]!;
const entry = (index: number): number => blocks.outbox.address + index * STRIDE;
const ownRing = (lane: number): number => blocks.own.address + lane * ringBytes;

const layOut = (ring: number, owner: number): FakeRing =>
  layOutRing(arena, ring, { capacity: CAPACITY, stride: STRIDE, owner });

/** A ledger that was used up to `position`, with `waiting` records that the host has not read. */
function reset(position: number, waiting: number): { receiver: FakeRing; out: FakeRing } {
  for (const { address, sizeBytes } of Object.values(blocks)) u8.fill(0, address, address + sizeBytes);
  for (let lane = 0; lane < LANE_COUNT; lane++) {
    layOut(ownRing(lane), ACTOR_ID);
    set(actor + ACTOR.rings + lane * 4, ownRing(lane));
  }
  set(actor + ACTOR.id, ACTOR_ID);
  set(actor + ACTOR.outRing, blocks.out.address);
  set(actor + ACTOR.outbox, blocks.outbox.address);
  set(actor + ACTOR.outboxStride, STRIDE);
  set(actor + ACTOR.outboxCapacity, CAPACITY);
  set(actor + ACTOR.routes, blocks.routes.address);
  set(actor + ACTOR.routeCount, 1);
  set(blocks.routes.address + ROUTE.channels, blocks.routes.address + ROUTE.sizeBytes);
  set(actor + ACTOR.ledger, ledger);
  set(ledger + LEDGER.capacity, RECORDS);
  set(ledger + LEDGER.records, ledger + LEDGER.sizeBytes);
  set(ledger + LEDGER.head, position);
  set(ledger + LEDGER.tail, position);
  identify(entry(CAPACITY - 1), 1);
  for (let record = 0; record < waiting; record++)
    writer.write(actor, entry(CAPACITY - 1), { outcome: 'sent', peer: 1, lane: 0, position: record, reason: 0 });
  return { receiver: layOut(blocks.receiver.address, RECEIVER_ID), out: layOut(blocks.out.address, 0) };
}

function identify(header: number, number: number): void {
  set(header + HEADER.messageId, number);
  set(header + HEADER.messageId + 4, ACTOR_ID << 12);
}

/** What the host reads of message `number`. */
function recordsOf(number: number): readonly string[] {
  const found: string[] = [];
  new DeviceLedger(arena, { actor, ledger, capacity: RECORDS }).drain(({ low, outcome, peer, reason }) => {
    if (low === number) found.push(`${outcome} ${peer} ${reason}`);
  });
  return found;
}

/** The fields of a record are written, its place is not given to the host yet. */
function writeHalf(header: number, record: LedgerRecord): void {
  const tail = get(ledger + LEDGER.tail);
  writer.write(actor, header, record);
  set(ledger + LEDGER.tail, tail);
}

const position = fc.constantFrom(0, 1, 7, 2 ** 31 - 1, 2 ** 32 - 2, 2 ** 32 - 1);
/** Two places are always left. */
const waiting = fc.nat(RECORDS - 2);

const SENDING = [
  'before the claim',
  'claimed',
  'published',
  'half written',
  'recorded',
  'step noted',
  'entry noted',
] as const;

describe('the ledger of an actor whose worker died while it sent', () => {
  it('has what was published, once', () => {
    const arbitrary = fc.record({
      position,
      waiting,
      death: fc.constantFrom(...SENDING),
      kind: fc.constantFrom('to an actor', 'to the host', 'refused', 'reply', 'refused reply', 'dead letter'),
      channels: fc.integer({ min: 1, max: CHANNELS }),
      channel: fc.nat(CHANNELS - 1),
      head: fc.nat(3),
    });
    fc.assert(
      fc.property(arbitrary, ({ position: start, waiting: unread, death, kind, channels, channel: any, head }) => {
        const rings = reset(start, unread);
        const isRouted = kind === 'to an actor' || kind === 'refused';
        const step = isRouted ? any % channels : 0;
        const isToHost = kind !== 'to an actor' && kind !== 'reply';
        const ring = isToHost ? rings.out : rings.receiver;
        const reason = kind === 'refused' || kind === 'refused reply' ? 'target-failed' : 'none';
        set(blocks.routes.address + ROUTE.channelCount, isRouted ? channels : 0);
        set(actor + ACTOR.outboxHead, head);
        set(actor + ACTOR.outboxTail, 5);
        set(actor + ACTOR.outboxStep, step);
        identify(entry(head), 77);
        if (isRouted || kind.endsWith('reply')) set(entry(head) + HEADER.target, RECEIVER_ID);
        if (kind.endsWith('reply')) set(entry(head) + HEADER.port, REPLY_PORT);
        if (kind === 'dead letter') set(entry(head) + HEADER.port, FLAG_DEAD_LETTER << 16);
        const stage = SENDING.indexOf(death);
        const isNoted = kind !== 'dead letter';
        const record: LedgerRecord = {
          outcome: reason === 'none' ? 'sent' : 'sentDeadLetter',
          peer: reason === 'none' ? ring.owner : RECEIVER_ID,
          lane: 0,
          position: 0,
          reason: DEVICE_REASONS.indexOf(reason),
        };
        if (stage >= 1) {
          const claimed = ring.claim()!;
          set(actor + ACTOR.claimPosition, claimed);
          set(actor + ACTOR.claimEntry, head);
          set(actor + ACTOR.claimStep, step);
          set(actor + ACTOR.claimRing, ring.address);
          if (stage >= 2) ring.publish(claimed, entry(head), reason);
          if (stage === 3 && isNoted) writeHalf(entry(head), { ...record, position: claimed });
          if (stage >= 4 && isNoted) writer.write(actor, entry(head), { ...record, position: claimed });
        }
        const isLast = !isRouted || step + 1 === channels;
        if (stage >= 5) set(actor + ACTOR.outboxStep, isLast ? 0 : step + 1);
        if (stage >= 6 && isLast) set(actor + ACTOR.outboxHead, head + 1);
        repair.mendActor(actor, worker);
        const wanted = `${record.outcome} ${record.peer} ${reason}`;
        expect(recordsOf(77)).toEqual(stage >= 2 && isNoted ? [wanted] : []);
      }),
      { numRuns: 1000, seed: 91 },
    );
  });
});

describe('the ledger of an actor whose worker died while it dropped what found no room', () => {
  it('says so once, and the actor goes on behind it', () => {
    const arbitrary = fc.record({
      position,
      waiting,
      isRecorded: fc.boolean(),
      channels: fc.integer({ min: 1, max: CHANNELS }),
      channel: fc.nat(CHANNELS - 1),
      head: fc.nat(3),
    });
    fc.assert(
      fc.property(arbitrary, ({ position: start, waiting: unread, isRecorded, channels, channel: any, head }) => {
        const { receiver } = reset(start, unread);
        const step = any % channels;
        set(blocks.routes.address + ROUTE.channelCount, channels);
        set(actor + ACTOR.outboxHead, head);
        set(actor + ACTOR.outboxTail, 5);
        set(actor + ACTOR.outboxStep, step);
        identify(entry(head), 77);
        set(entry(head) + HEADER.target, RECEIVER_ID);
        if (step > 0) {
          const claimed = receiver.claim()!;
          receiver.publish(claimed, entry(head));
          set(actor + ACTOR.claimPosition, claimed);
          set(actor + ACTOR.claimEntry, head);
          set(actor + ACTOR.claimStep, step - 1);
          set(actor + ACTOR.claimRing, receiver.address);
        }
        const reason = DEVICE_REASONS.indexOf('dropped-newest');
        const record = { outcome: 'sentDropped', peer: RECEIVER_ID, lane: 0, position: step, reason } as const;
        if (isRecorded) writer.write(actor, entry(head), record);
        else writeHalf(entry(head), record);
        repair.mendActor(actor, worker);
        expect(recordsOf(77)).toEqual(isRecorded ? [`sentDropped ${RECEIVER_ID} dropped-newest`] : []);
        const isLast = step + 1 === channels;
        expect([get(actor + ACTOR.outboxHead), get(actor + ACTOR.outboxStep)]).toEqual(
          isRecorded ? [isLast ? head + 1 : head, isLast ? 0 : step + 1] : [head, step],
        );
      }),
      { numRuns: 500, seed: 93 },
    );
  });
});

const CONSUMING = ['handling', 'committing', 'half written', 'recorded', 'counted', 'advanced'] as const;

describe('the ledger of an actor whose worker died after a handler', () => {
  it('has the message as done, once, wherever the death came, and not the one that was in a handler', () => {
    const arbitrary = fc.record({
      position,
      waiting,
      lane: fc.nat(LANE_COUNT - 1),
      end: fc.constantFrom('processed', 'deadLetter', 'dropped'),
      death: fc.constantFrom(...CONSUMING),
      /** It had sent something before, and is blocked with more: the claim of that is still on record. */
      isBlocked: fc.boolean(),
    });
    fc.assert(
      fc.property(arbitrary, ({ position: start, waiting: unread, lane, end, death, isBlocked }) => {
        const { receiver } = reset(start, Math.max(unread - 1, 0));
        const slot = new FakeRing(arena, ownRing(lane)).slot(0);
        identify(slot, 78);
        set(actor + ACTOR.lane, lane);
        set(worker + WORKER.slot, slot);
        const reason = ({ processed: 'none', deadLetter: 'unhandled-type', dropped: 'cleared' } as const)[end];
        const isHandled = end === 'processed';
        if (!isHandled) {
          set(slot + HEADER.port, (end === 'dropped' ? FLAG_DROPPED : FLAG_DEAD_LETTER) << 16);
          set(slot + HEADER.priority, DEVICE_REASONS.indexOf(reason) << 16);
        }
        const stage = CONSUMING.indexOf(death);
        if (isBlocked && stage > 0) {
          identify(entry(0), 79);
          const claimed = receiver.claim()!;
          receiver.publish(claimed, entry(0));
          set(actor + ACTOR.claimRing, receiver.address);
          set(actor + ACTOR.claimPosition, claimed);
          set(actor + ACTOR.outboxHead, 1);
          set(actor + ACTOR.outboxTail, 2);
          const sent = { outcome: 'sent', peer: RECEIVER_ID, lane: 0, position: claimed, reason: 0 } as const;
          writer.write(actor, entry(0), sent);
        }
        const record: LedgerRecord = {
          outcome: end,
          peer: ACTOR_ID,
          lane,
          position: 0,
          reason: DEVICE_REASONS.indexOf(reason),
        };
        set(actor + ACTOR.phase, stage === 0 ? PHASE.handling : stage === 1 ? PHASE.committing : PHASE.counting);
        if (death === 'half written') writeHalf(slot, record);
        if (stage >= 3) writer.write(actor, slot, record);
        if (stage >= 4) set(actor + (isHandled ? ACTOR.processed : ACTOR.dropped), 1);
        if (stage >= 5) set(actor + ACTOR.cursors + lane * 4, 1);
        repair.mendActor(actor, worker);
        const before = get(ledger + LEDGER.head);
        const wanted = `${record.outcome} ${ACTOR_ID} ${reason}`;
        expect(recordsOf(78)).toEqual(stage === 0 ? [] : [wanted]);
        set(ledger + LEDGER.head, before);
        expect(recordsOf(79)).toHaveLength(isBlocked && stage > 0 ? 1 : 0);
      }),
      { numRuns: 1000, seed: 92 },
    );
  });
});
