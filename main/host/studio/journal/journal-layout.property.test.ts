import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeJournal } from './lost-run.ts';
import {
  BURST_SLOTS,
  burstBytes,
  foundPatch,
  newJournal,
  pulsePatch,
  readFoundAtMs,
  readJournal,
  recordPatch,
  type JournalBurst,
  type Patch,
} from './journal-layout.ts';

const count = fc.nat(2 ** 31);
const atMs = fc.nat(2 ** 31);
const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });

const head = fc.record({
  key: name,
  runId: count,
  startedAtMs: atMs,
  device: fc.record({ kind: fc.constantFrom('cpu' as const, 'cuda' as const), description: name }),
  actors: fc.array(
    fc.record({ id: name, kernel: name, source: name, instances: count, capacity: count, revision: count }),
    { maxLength: 5 },
  ),
  channels: fc.array(fc.record({ from: name, to: name }), { maxLength: 4 }),
});

/** What a host does with its journal; counters only grow. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('accept' as const), by: fc.nat(1000), slot: fc.nat(BURST_SLOTS - 1) }),
  fc.record({
    kind: fc.constant('record' as const),
    sent: fc.nat(1000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('burst' as const),
    slot: fc.nat(3),
    burst: fc.option(fc.record({ id: name, to: name, type: name, count, startedAtMs: atMs })),
  }),
);

/** The file, and beside it what it should say. */
class Model {
  file: Buffer;
  accepted = 0;
  fromActors = 0;
  finished = 0;
  finishedThrough = 0;
  readonly burstSent = Array.from({ length: BURST_SLOTS }, () => 0);
  readonly bursts = new Map<number, JournalBurst>();

  constructor(file: Buffer) {
    this.file = file;
  }

  put({ at, bytes }: Patch): void {
    bytes.copy(this.file, at);
  }
}

function play(model: Model, acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[]): void {
  for (const [index, next] of acts.entries()) {
    if (next.kind === 'accept') {
      model.accepted += next.by;
      model.burstSent[next.slot]! += next.by;
      model.put(pulsePatch({ atMs: index, accepted: model.accepted, burstSent: model.burstSent }));
    } else if (next.kind === 'record') {
      model.fromActors += next.sent;
      const open = model.accepted + model.fromActors - model.finished;
      model.finished += Math.floor(open * next.share);
      if (model.finished === model.accepted + model.fromActors) model.finishedThrough = model.accepted;
      const { fromActors, finished, finishedThrough } = model;
      model.put(recordPatch({ atMs: index, fromActors, finished, deadLetters: 0, finishedThrough }));
    } else {
      const { slot, burst } = next;
      model.file = Buffer.concat([model.file, burstBytes({ slot, burst })]);
      if (burst === null) model.bursts.delete(slot);
      else model.bursts.set(slot, burst);
    }
  }
}

describe('a journal', () => {
  test('says what was written last, whatever was written', () => {
    fc.assert(
      fc.property(head, fc.array(act, { maxLength: 40 }), fc.option(atMs), (which, acts, found) => {
        const model = new Model(newJournal(which));
        play(model, acts);
        if (found !== null) model.put(foundPatch(found));
        const journal = readJournal(model.file)!;
        expect(journal.head).toEqual(which);
        expect(journal.foundAtMs).toBe(found ?? undefined);
        expect(readFoundAtMs(model.file)).toBe(found ?? undefined);
        const { lost, bursts } = describeJournal(journal, 7);
        expect(lost.messages).toMatchObject({
          accepted: model.accepted,
          sentByActors: model.fromActors,
          finished: model.finished,
          unknown: model.accepted + model.fromActors - model.finished,
          finishedThrough: model.finishedThrough,
        });
        const expected = [...model.bursts].map(([slot, { startedAtMs: _, ...burst }]) => {
          return { ...burst, sent: model.burstSent[slot], status: 'interrupted' };
        });
        expect(bursts.map(({ elapsedMs: _, ...burst }) => burst)).toEqual(expected);
      }),
      { numRuns: 300, seed: 41 },
    );
  });

  test('that was cut off or written over says the same, or less, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 20 }),
        fc.record({ at: fc.nat(5000), bytes: fc.uint8Array({ maxLength: 64 }), cut: fc.option(fc.nat(5000)) }),
        (acts, { at, bytes, cut }) => {
          const which = { key: 'k', runId: 1, startedAtMs: 0, actors: [], channels: [] };
          const model = new Model(newJournal({ ...which, device: { kind: 'cpu', description: 'CPU' } }));
          play(model, acts);
          const whole = describeJournal(readJournal(model.file), 1);
          const damaged = Buffer.from(model.file.subarray(0, cut ?? undefined));
          if (at < damaged.length) damaged.set(bytes.subarray(0, damaged.length - at), at);
          const { lost, head: read, bursts } = describeJournal(readJournal(damaged), 1);
          if (read !== undefined) expect(read).toEqual(whole.head);
          if (lost.messages !== null) expect(lost).toEqual(whole.lost);
          else expect(bursts).toEqual([]);
        },
      ),
      { numRuns: 1000, seed: 42 },
    );
  });

  test('of any bytes is not a journal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), (bytes) => {
        expect(readJournal(Buffer.from(bytes))).toBeUndefined();
        expect(describeJournal(undefined, 5)).toEqual({
          lost: { key: null, startedAtMs: null, lastSignAtMs: null, foundAtMs: 5, messages: null },
          head: undefined,
          bursts: [],
        });
      }),
      { numRuns: 200, seed: 43 },
    );
  });

  test('with numbers that cannot be is not believed', () => {
    const head = { key: 'k', runId: 1, startedAtMs: 0, actors: [], channels: [] };
    const file = newJournal({ ...head, device: { kind: 'cpu', description: 'CPU' } });
    const { at, bytes } = recordPatch({ atMs: 1, fromActors: 0, finished: 1, deadLetters: 0, finishedThrough: 0 });
    bytes.copy(file, at);
    expect(readJournal(file)).toMatchObject({ head: { key: 'k' }, numbers: undefined, bursts: [] });
  });

  test('keeps the cells in the first page, none over another', () => {
    const pulse = pulsePatch({ atMs: 0, accepted: 0, burstSent: [] });
    const record = recordPatch({ atMs: 0, fromActors: 0, finished: 0, deadLetters: 0, finishedThrough: 0 });
    const cells = [foundPatch(0), pulse, record];
    for (const [index, { at, bytes }] of cells.entries())
      expect(at + bytes.length).toBeLessThanOrEqual(cells[index + 1]?.at ?? 4096);
  });
});
