import { describe, expect, it } from 'vitest';

import type { ActorFailure } from '../../runtime/runtime.ts';
import { Bench, codeOf, errorOf, eventually, item, items, type OpenBench } from './bench.ts';

/** Of a device on which a fault ends everything that runs: a GPU's context. */
export function describeContextLoss(open: OpenBench): void {
  describe('a fault that takes the device along', () => {
    it('fails every actor: the one that did it with its reason, the others as lost', async () => {
      await using bench = await Bench.open(open);
      const failures: ActorFailure[] = [];
      bench.runtime.onDidFailActor.on((failure) => failures.push(failure));
      const probe = await bench.active('probe', { instances: 2 });
      const other = await bench.active('sink');
      const rested = await bench.launch('sink', { name: 'rested' });
      const id = await probe.send({ what: 6, argument: 3 }, { instance: 1 });
      await eventually(() => failures.length === 4, 'all have failed');
      const causes = new Map(failures.map(({ instance, fault }) => [instance.label, fault.cause]));
      expect(causes).toEqual(
        new Map([
          ['probe#0', 'context-lost'],
          ['probe#1', 'trap'],
          ['sink#0', 'context-lost'],
          ['rested#0', 'context-lost'],
        ]),
      );
      expect([other.state, rested.state]).toEqual(['failed', 'failed']);
      expect(probe.instances[1]).toMatchObject({ failedMessageId: id });
      expect(bench.runtime.deadLetters.kept).toMatchObject([{ reason: 'actor-failed', messageId: id, to: 'probe#1' }]);
    });

    it('loses no count: what was handled, what was in hand, and what waits', async () => {
      await using bench = await Bench.open(open);
      const { source, target } = await bench.pair('producer', 'items', {
        kernel: 'sink',
        options: { queue: { capacity: 16 } },
      });
      await target.deactivate();
      await source.send({ producer: 0, count: 100 });
      await target.send(item(0, 666), { type: 'Item' });
      await target.sendBatch(items(5), { type: 'Item' });
      await bench.runtime.quiet();
      await target.activate();
      await eventually(() => target.state === 'failed' && source.state === 'failed', 'both have failed');
      await bench.runtime.quiet();
      const { processed, dropped } = target.telemetry()[0]!;
      expect(dropped).toBe(1);
      const { sent } = source.telemetry()[0]!;
      expect(processed + dropped + (bench.undelivered('sink#0')?.count ?? 0)).toBe(sent + 6);
      expect(sent + (bench.undelivered('producer#0')?.count ?? 0)).toBe(100);
      expect(bench.runtime.deadLetters.counts).toEqual(new Map([['actor-failed', 1]]));
    });

    it('sends nothing of what the failed handler had sent, and takes no more messages', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      await probe.send({ what: 10 });
      await eventually(() => probe.state === 'failed', 'the actor has failed');
      await bench.runtime.quiet();
      expect(await probe.receive({ signal: AbortSignal.abort() })).toBeUndefined();
      expect(probe.telemetry()[0]).toMatchObject({ processed: 0, sent: 0 });
      expect(await codeOf(probe.send({ what: 2 }))).toBe('ActorFailed');
    });

    it('leaves a device that says why nothing more runs on it', async () => {
      await using bench = await Bench.open(open);
      const probe = await bench.active('probe');
      await probe.send({ what: 6 });
      await eventually(() => probe.state === 'failed', 'the actor has failed');
      const error = await errorOf(() => bench.launch('sink'));
      expect(error.code).toBe('DeviceLost');
      expect(error.tip).toContain('A new process');
    });

    it('gives the memory of its actors back when they are removed', async () => {
      await using bench = await Bench.open(open);
      const before = bench.runtime.device.arena.freeBytes;
      const probe = await bench.active('probe');
      await probe.send({ what: 6 });
      await eventually(() => probe.state === 'failed', 'the actor has failed');
      await bench.runtime.remove(probe);
      expect(bench.runtime.device.arena.freeBytes).toBe(before);
    });
  });
}
