import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { HEADER } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import { Arena } from '../../device/arena.ts';
import { ManualPlatform } from '../../testing/manual-platform.ts';
import type { DeadLetterReason } from '../message.ts';
import { TypeRegistry } from '../type-registry.ts';
import type { DeadLetterFilter } from './dead-letter-filter.ts';
import { DeadLetters, type DeadLetterOptions } from './dead-letters.ts';
import type { SendAgain } from './replay.ts';

const arena = new Arena(new WebAssembly.Memory({ initial: 320, maximum: 320, shared: true }));
const slot = arena.allocate('slot', 128).address;
const refuse: SendAgain = () => Promise.reject(new StudioError('ReplayFailed', 'nobody is there.'));

function letters(options?: DeadLetterOptions, sendAgain = refuse, platform = new ManualPlatform()): DeadLetters {
  const labelOf = (id: number): string => `actor${id}#0`;
  const nowMs = (): number => platform.unixMs();
  return new DeadLetters({ arena, types: new TypeRegistry(), labelOf, nowMs, sendAgain, options });
}

interface Arrival {
  readonly reason?: DeadLetterReason;
  readonly number?: number;
  readonly target?: number;
}

function add(all: DeadLetters, { reason = 'queue-full', number = 1, target = 1 }: Arrival): void {
  arena.u32[(slot + HEADER.messageId) >>> 2] = number;
  all.add({ reason, slot, target, roomBytes: 64, by: 'actor1#0' });
}

const numbersOf = (all: DeadLetters): number[] => all.kept.map(({ messageId }) => Number.parseInt(messageId, 16));

describe('dead letters', () => {
  it('are counted all, and the latest 10,000 are kept in order', () => {
    const all = letters();
    for (let number = 1; number <= 25_003; number++) {
      add(all, { number });
      if (number % 5000 === 3) expect(all.kept.length).toBe(Math.min(number, 10_000));
    }
    expect([all.total, all.forgotten]).toEqual([25_003, 15_003]);
    expect(numbersOf(all)).toEqual(Array.from({ length: 10_000 }, (_, index) => 15_004 + index));
  });

  it('are never larger than their slot', () => {
    const all = letters();
    arena.u32[(slot + HEADER.payloadBytes) >>> 2] = 0xffff_ffff;
    add(all, {});
    arena.u32[(slot + HEADER.payloadBytes) >>> 2] = 0;
    expect(all.kept[0]?.bytes.length).toBe(64);
  });

  it('refuse a capacity and an age that cannot be', () => {
    for (const options of [{ capacity: 0 }, { capacity: 1.5 }, { maxAgeMs: 0 }, { capacity: 1e9 }])
      expect(() => letters(options)).toThrow(/dead letters: capacity/);
  });

  it('are what a naive list says, whatever comes, ages, is removed and sent again', async () => {
    const reason = fc.constantFrom<DeadLetterReason>('queue-full', 'actor-failed', 'target-failed');
    const filter: fc.Arbitrary<DeadLetterFilter> = fc.record(
      { reason, to: fc.constantFrom('actor1', 'actor2#0'), isReplayed: fc.boolean(), ageMs: fc.nat(60) },
      { requiredKeys: [] },
    );
    const move = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('add' as const), reason, target: fc.integer({ min: 1, max: 3 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), filter }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const), filter }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(move, { maxLength: 120 }),
        fc.integer({ min: 1, max: 20 }),
        fc.option(fc.integer({ min: 1, max: 80 })),
        async (moves, capacity, maxAgeMs) => {
          const platform = new ManualPlatform();
          const sendAgain: SendAgain = (letter) =>
            letter.to === 'actor3#0'
              ? refuse(letter, {})
              : Promise.resolve({ messageId: letter.messageId, to: letter.to });
          const all = letters({ capacity, ...(maxAgeMs !== null && { maxAgeMs }) }, sendAgain, platform);
          let model: { id: number; reason: string; to: string; atMs: number; isReplayed: boolean }[] = [];
          let [id, forgotten, expired, removed, replayed] = [0, 0, 0, 0, 0];
          const age = (): void => {
            const young = model.filter(({ atMs }) => platform.unixMs() - atMs <= (maxAgeMs ?? Infinity));
            expired += model.length - young.length;
            model = young;
          };
          const chosen = (wanted: DeadLetterFilter & { readonly ageMs?: number }) =>
            model.filter(
              (one) =>
                (wanted.reason === undefined || wanted.reason === one.reason) &&
                (wanted.to === undefined || wanted.to === one.to || `${wanted.to}#0` === one.to) &&
                (wanted.isReplayed === undefined || wanted.isReplayed === one.isReplayed) &&
                (wanted.ageMs === undefined || one.atMs >= platform.unixMs() - wanted.ageMs),
            );
          const real = ({ ageMs, ...wanted }: DeadLetterFilter & { readonly ageMs?: number }): DeadLetterFilter => ({
            ...wanted,
            ...(ageMs !== undefined && { sinceMs: platform.unixMs() - ageMs }),
          });
          for (const step of moves) {
            age();
            if (step.kind === 'wait') platform.pass(step.ms);
            if (step.kind === 'add') {
              add(all, step);
              model.push({
                id: ++id,
                reason: step.reason,
                to: `actor${step.target}#0`,
                atMs: platform.unixMs(),
                isReplayed: false,
              });
              const window = model.filter((one) => one.id > id - capacity);
              forgotten += model.length - window.length;
              model = window;
            }
            if (step.kind === 'remove') {
              const gone = chosen(step.filter);
              expect(all.remove(real(step.filter))).toBe(gone.length);
              removed += gone.length;
              model = model.filter((one) => !gone.includes(one));
            }
            if (step.kind === 'replay') {
              const again = chosen({ isReplayed: false, ...step.filter });
              const { replayed: done, failed } = await all.replay(real(step.filter));
              const good = again.filter(({ to }) => to !== 'actor3#0');
              expect(done.map(({ letter }) => letter.id)).toEqual(good.map((one) => one.id));
              expect(failed.map(({ letter }) => letter.id)).toEqual(
                again.filter((one) => !good.includes(one)).map((one) => one.id),
              );
              for (const one of good) one.isReplayed = true;
              replayed += good.length;
            }
            age();
            expect(all.list().map((letter) => letter.id)).toEqual(model.map((one) => one.id));
            expect(all.list().map((letter) => all.replayOf(letter) !== undefined)).toEqual(
              model.map(({ isReplayed }) => isReplayed),
            );
            expect([all.forgotten, all.expired, all.removed, all.replayed]).toEqual([
              forgotten,
              expired,
              removed,
              replayed,
            ]);
            expect(all.total).toBe(model.length + forgotten + expired + removed);
          }
        },
      ),
      { numRuns: 300, seed: 31 },
    );
  });
});
