import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { DeliveryIndex, PASSED_ON, type DeliveryEnd, type DeliveryKey, type DeliveryRecord } from './delivery-index.ts';
import { ENDINGS } from './delivery.ts';

const key = fc.record({
  high: fc.constantFrom(0, 1, 0xfff, 0x1000, 0xfffff000, 0xffffffff),
  low: fc.constantFrom(0, 1, 0xffffffff),
  receiver: fc.constantFrom(0, 1, 2 ** 20 - 1, 2 ** 31, 2 ** 32 - 1),
});
const end = fc.record({ outcome: fc.constantFrom(...ENDINGS), reason: fc.constantFrom('a', 'b', undefined) });
const step = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), key }),
  fc.record({ kind: fc.constant('end' as const), key, end: fc.oneof(end, fc.constant(PASSED_ON)) }),
  fc.record({ kind: fc.constant('complete' as const), end }),
);

type Conclusion = DeliveryEnd | typeof PASSED_ON;

interface Facts {
  readonly begun: DeliveryRecord[];
  readonly ended: Conclusion[];
  /** What those who ended them knew. */
  readonly known: DeliveryRecord[];
  readonly key: DeliveryKey;
}

/** Everything that was told, in order. */
class Model {
  readonly #facts = new Map<string, Facts>();

  of(of: DeliveryKey): Facts {
    const name = JSON.stringify([of.high, of.low, of.receiver]);
    const known = this.#facts.get(name) ?? { begun: [], ended: [], known: [], key: of };
    this.#facts.set(name, known);
    return known;
  }

  get all(): readonly Facts[] {
    return [...this.#facts.values()];
  }
}

function sorted(items: Iterable<unknown>): readonly string[] {
  return Array.from(items, (item) => JSON.stringify(item)).sort();
}

describe('the index of deliveries', () => {
  it('knows what is open, what has ended how, and which ends have no beginning, in whatever order it is told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new DeliveryIndex();
        const model = new Model();
        const complete: DeliveryEnd[] = [];
        for (const [at, told] of steps.entries()) {
          if (told.kind === 'complete') {
            index.complete(told.end);
            complete.push(told.end);
            continue;
          }
          const known = model.of(told.key);
          const record = { traceHigh: 0, traceLow: at, typeId: 0, from: 'x', to: 'y' };
          if (told.kind === 'begin') {
            expect(index.begin(told.key, record)).toEqual(known.ended[known.begun.length]);
            known.begun.push(record);
          } else {
            expect(index.end(told.key, told.end, () => record)).toEqual(known.begun[known.ended.length]);
            known.ended.push(told.end);
            known.known.push(record);
          }
        }
        const matched = model.all.flatMap(({ begun, ended: ends }) => ends.slice(0, begun.length));
        const ended = [...complete, ...matched.filter((one) => one !== PASSED_ON)];
        const count = (outcome: string): Map<string, number> => {
          const counts = new Map<string, number>();
          for (const { outcome: of, reason = 'none' } of ended)
            if (of === outcome) counts.set(reason, (counts.get(reason) ?? 0) + 1);
          return counts;
        };
        const open = model.all.flatMap(({ key: of, begun, ended: ends }) =>
          begun.slice(ends.length).map((record) => ({ key: of, record })),
        );
        const unmatched = model.all.flatMap(({ key: of, begun, ended: ends, known }) =>
          ends.slice(begun.length).map((without, at) => ({ key: of, end: without, record: known[begun.length + at] })),
        );
        expect(sorted(index.open())).toEqual(sorted(open));
        expect(sorted(index.unmatched())).toEqual(sorted(unmatched));
        expect(index.earlyCount).toBe(unmatched.length);
        expect(index.totals).toEqual({
          begun: ended.length + open.length,
          processed: ended.filter(({ outcome }) => outcome === 'processed').length,
          dropped: count('dropped'),
          deadLettered: count('dead-lettered'),
          open: open.length,
        });
        for (const receiver of [0, 1, 2 ** 31])
          expect(sorted(index.open({ receiver }))).toEqual(
            sorted(open.filter(({ key: of }) => of.receiver === receiver)),
          );
      }),
      { seed: 21, numRuns: 300 },
    );
  });

  it('keeps nothing of what has ended', () => {
    const index = new DeliveryIndex();
    const record = { traceHigh: 0, traceLow: 0, typeId: 0, from: 'x', to: 'y' };
    for (let low = 0; low < 1000; low++) {
      const of = { high: 0x1000, low, receiver: 2 };
      if (low % 2 === 0) index.end(of, { outcome: 'processed', reason: undefined }, () => record);
      index.begin(of, record);
      if (low % 2 === 1) index.end(of, { outcome: 'processed', reason: undefined }, () => record);
    }
    expect([...index.open(), ...index.unmatched()]).toEqual([]);
    expect(index.totals).toMatchObject({ begun: 1000, processed: 1000, open: 0 });
  });
});
