import { describe, expect, it } from 'vitest';

import { Bench, eventually, item, items, receive, summaryOf, whereFaultsStay, type OpenBench } from './bench.ts';

const POISON = { producer: 666, sequence: 0, value: 0 };
const ITEM = { type: 'Item' };

export function describeReplay(open: OpenBench): void {
  const isolated = whereFaultsStay(open);
  describe('dead letters that are sent again', () => {
    it('say what became of their message, and arrive with their trace', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const { source, target } = await bench.pair('relay', 'out', { kernel: 'sink' });
      await target.terminate();
      const id = await source.send(item(7));
      await runtime.quiet();
      const [letter] = runtime.deadLetters.kept;
      expect(letter).toMatchObject({
        id: 1,
        reason: 'target-terminated',
        traceId: id,
        from: 'relay#0',
        to: 'sink#0',
        by: 'relay#0',
        hops: 0,
        fault: undefined,
      });
      expect(letter!.atMs - letter!.sentAtMs).toBeGreaterThanOrEqual(-1);
      expect(letter!.atMs - letter!.sentAtMs).toBeLessThan(60_000);
      const other = await bench.active('relay', { name: 'other' });
      const report = await runtime.deadLetters.replay({ to: 'sink' }, { to: 'other' });
      expect(report.failed).toEqual([]);
      const [message] = await receive(other, 1);
      expect(message?.traceId).toBe(id);
      expect(message?.json()).toEqual(item(7));
      expect(runtime.deadLetters.replayOf(letter!)).toMatchObject({
        to: 'other',
        messageId: report.replayed[0]!.replay.messageId,
      });
      expect((await runtime.deadLetters.replay({ to: 'sink' }, { to: 'other' })).replayed).toEqual([]); // once
      expect((await runtime.deadLetters.replay([letter!], { to: 'other' })).replayed.length).toBe(1); // unless named
      expect(runtime.deadLetters.replayed).toBe(2);
    });

    isolated('can be edited, and what cannot be sent names the letter and every problem', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const sink = await bench.active('sink');
      runtime.supervise({ id: 'top', strategy: 'one-for-one', children: ['sink'], backoff: { minMs: 0, maxMs: 0 } });
      await sink.send(POISON, ITEM);
      await runtime.quiet();
      const [letter] = runtime.deadLetters.list({ reason: 'actor-failed' });
      expect(letter?.fault?.cause).toBe('trap');
      const wrong = await runtime.deadLetters.replay([1], { edit: { producer: -1, sequenc: 0 } });
      expect(wrong.replayed).toEqual([]);
      expect(wrong.failed[0]?.error.code).toBe('ReplayFailed');
      expect(wrong.failed[0]?.error.message).toMatch(
        /^dead letter 1 \(Item for 'sink#0'\) was not sent again: InvalidMessage/,
      );
      expect(wrong.failed[0]?.error.problems.length).toBeGreaterThan(1);
      const unknown = await runtime.deadLetters.replay([1], { to: 'snik' });
      expect(unknown.failed[0]?.error.message).toContain('ActorNotFound');
      await runtime.deadLetters.replay([1], { edit: { producer: 1, sequence: 0, value: 42 } });
      expect(await summaryOf(sink)).toEqual({ received: 1, disordered: 0, sum: 42 });
      expect(runtime.deadLetters.total).toBe(1);
    });

    isolated('go back in their order after their actor was started afresh', async () => {
      await using bench = await Bench.open(open);
      const { runtime } = bench;
      const sink = await bench.active('sink');
      await sink.sendBatch([POISON, ...items(50)], ITEM);
      await eventually(() => sink.state === 'failed', 'it has failed');
      await runtime.reload(bench.program, [sink], { reset: 'all' });
      const report = await runtime.deadLetters.replay({ reason: 'actor-reset' });
      expect(report.replayed.length).toBe(50);
      expect(await summaryOf(sink)).toMatchObject({ received: 50, disordered: 0 });
      expect(runtime.deadLetters.remove({ isReplayed: true })).toBe(50);
      expect(runtime.deadLetters.list().map(({ reason }) => reason)).toEqual(['actor-failed']);
      expect(runtime.deadLetters.list({ text: 'TRAP' }).length).toBe(1);
      expect(runtime.deadLetters.list({ text: '"producer":666' }).length).toBe(1);
      expect(runtime.deadLetters.list({ text: 'nowhere' })).toEqual([]);
    });
  });
}
