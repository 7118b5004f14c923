import { describe, expect, it } from 'vitest';

import type { Actor } from '../../runtime/actor.ts';
import type { LaunchOptions } from '../../runtime/launch.ts';
import { Bench, codeOf, errorOf, type OpenBench } from './bench.ts';

const SMALL = { queue: { capacity: 16 } };
const BY_NAME = { migrate: 'by-name' } as const;

interface Books {
  readonly left: number;
  readonly right: number;
  readonly moves: number;
  readonly broken: number;
}

async function launch(bench: Bench, kernel: string, options: LaunchOptions = {}): Promise<Actor> {
  const program = await bench.load('conformance_state.cu');
  return bench.runtime.launch(program.kernel(kernel), options);
}

export function describeMigration(open: OpenBench): void {
  describe('a reload that migrates by names', () => {
    it('carries states and queued messages over, on both sides of a channel', async () => {
      await using bench = await Bench.open(open);
      const program = await bench.load('conformance_state.cu');
      const [feeder, balance] = await bench.runtime.launchAll([
        { kernel: program.kernel('feeder'), ...SMALL },
        { kernel: program.kernel('balance'), ...SMALL },
      ]);
      bench.runtime.connect(feeder!, 'moves', balance!);
      await feeder!.activate();
      await feeder!.send({});
      await bench.runtime.quiet(); // 16 moves wait in the inbox, 24 in the outbox
      await balance!.send({ amount: 500 }, { type: 'Move' });
      const next = await bench.load('conformance_migrated.cu');
      expect(await codeOf(bench.runtime.reload(next, [feeder!, balance!]))).toBe('IncompatibleReload');
      const { migrations, kept } = await bench.runtime.reload(next, [feeder!, balance!], BY_NAME);
      expect(kept).toEqual([feeder, balance]);
      const moves = { type: 'Move', deadLettered: 0 };
      expect(migrations).toMatchObject([
        { instance: 'feeder#0', messages: [{ ...moves, carried: 24 }] },
        { instance: 'balance#0', messages: [{ ...moves, carried: 17 }] },
      ]);
      expect(migrations[1]?.state?.map(({ path, fate }) => `${path} ${fate}`)).toEqual([
        'right kept',
        'left kept',
        'total kept',
        'moves converted',
        'broken kept',
        'extras defaulted',
        'scratch dropped',
      ]);
      await balance!.activate();
      await bench.runtime.quiet();
      const moved = 500 + (40 * 41) / 2;
      expect(await balance!.request<Books>({}, { type: 'Ask' })).toEqual({
        left: 1_000_000 - moved,
        right: moved,
        moves: 41,
        broken: 0,
      });
      expect((await balance!.readState()).json()).toMatchObject({ extras: 100 + 41 * 9 });
      expect(bench.runtime.deadLetters.total).toBe(0);
    });

    it('carries over what has overflowed a queue too', async () => {
      await using bench = await Bench.open(open);
      const balance = await launch(bench, 'balance', { queue: { capacity: 16, overflow: 'dropOldest' } });
      await balance.activate();
      for (const amount of [20, 22]) await balance.send({ amount }, { type: 'Move' });
      await bench.runtime.quiet();
      await balance.deactivate();
      const next = await bench.load('conformance_migrated.cu');
      const sends = Array.from({ length: 20 }, () => balance.send({ amount: 1 }, { type: 'Move' }));
      const { migrations } = await bench.runtime.reload(next, [balance], BY_NAME);
      await Promise.all(sends);
      expect(migrations).toMatchObject([{ messages: [{ type: 'Move', deadLettered: 0 }] }]);
      expect(migrations[0]!.messages[0]!.carried).toBeGreaterThanOrEqual(16);
      await balance.activate();
      await bench.runtime.quiet();
      expect((await balance.readState()).json()).toMatchObject({ right: 42 + 16, moves: 2 + 16 });
      expect(bench.runtime.deadLetters.total).toBe(0);
    });

    it('converts every kind of field, and refuses what would lose a value unless that is allowed', async () => {
      await using bench = await Bench.open(open);
      const mixed = await launch(bench, 'mixed');
      await mixed.activate();
      const pair = [
        { low: 1, high: 2.5 },
        { low: 3, high: 4.5 },
      ];
      await mixed.writeState({ mood: 'busy', note: 'abcdef', recent: [7, 8], inner: { low: -300 }, pair, open: false });
      const before = (await mixed.readState()).bytes;
      const next = await bench.load('conformance_migrated.cu');
      const error = await errorOf(() => bench.runtime.reload(next, [mixed], BY_NAME));
      expect(error.code).toBe('IncompatibleReload');
      expect(error.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
        "migration-loss: state of 'mixed#0': 'note' would be lost: 6 bytes do not fit ring::text<4>.",
        "migration-loss: state of 'mixed#0': 'wide' would be lost: 18446744073709551615 is no uint32_t.",
      ]);
      expect((await mixed.readState()).bytes).toEqual(before);
      const forecast = await bench.runtime.planMigration(next, [mixed]);
      expect(forecast.problems).toEqual(error.problems);
      const { migrations } = await bench.runtime.reload(next, [mixed], { ...BY_NAME, allowLoss: true });
      expect(migrations).toEqual(forecast.migrations);
      expect((await mixed.readState()).json()).toEqual({
        recent: [7, 8],
        note: '',
        pair: [...pair, { low: -7, high: 0 }],
        inner: { low: -300, high: 0 },
        mood: 'busy',
        open: false,
        wide: 3,
      });
      const fates = new Map(migrations[0]?.state?.map(({ path, fate }) => [path, fate]));
      expect(fates.get('inner.low')).toBe('converted');
      expect(fates.get('wide')).toBe('refused');
    });

    it('makes messages that nobody handles any more dead letters, where that is allowed', async () => {
      await using bench = await Bench.open(open);
      const essayist = await bench.launch('essayist');
      for (let value = 0; value < 3; value++) await essayist.send({ value });
      const next = await bench.load('conformance_next.cu');
      const error = await errorOf(() => bench.runtime.reload(next, [essayist], BY_NAME));
      expect(error.problems.map(({ message }) => message)).toEqual([
        "'essayist#0' does not handle Question any more; 3 messages wait of it in the queues.",
      ]);
      const { migrations } = await bench.runtime.reload(next, [essayist], { ...BY_NAME, allowLoss: true });
      expect(migrations).toEqual([
        { instance: 'essayist#0', messages: [{ type: 'Question', carried: 0, deadLettered: 3, fields: [] }] },
      ]);
      await essayist.activate();
      await bench.runtime.quiet();
      expect(bench.deadLetterReasons()).toEqual(['unhandled-type', 'unhandled-type', 'unhandled-type']);
    });

    it('gives the memory of former states back, however often', async () => {
      await using bench = await Bench.open(open);
      const balance = await launch(bench, 'balance', SMALL);
      await balance.activate();
      const { arena } = bench.runtime.device;
      let before = 0;
      for (let round = 0; round < 20; round++) {
        const program = await bench.load(round % 2 === 0 ? 'conformance_migrated.cu' : 'conformance_state.cu');
        await balance.send({ amount: 1 }, { type: 'Move' });
        const { unused } = await bench.runtime.reload(program, [balance], BY_NAME);
        for (const old of unused) await bench.runtime.unload(old);
        if (round === 1) before = arena.freeBytes;
      }
      expect(arena.freeBytes).toBe(before);
      await bench.runtime.quiet();
      const { value } = await balance.readState<Books>();
      expect(value).toMatchObject({ left: 999_980, right: 20, moves: 20, broken: 0 });
    });
  });
}
