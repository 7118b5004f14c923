import { describe, expect, it } from 'vitest';

import { ACTOR, HEADER, RING } from '../../abi/arena-layout.ts';
import type { Actor } from '../../runtime/actor.ts';
import type { ActorFailure } from '../../runtime/runtime.ts';
import { Bench, codeOf, eventually, item, items, receiveJson, type OpenBench } from './bench.ts';

/** A relay whose last four outputs of five lie in its ring to the host. */
async function relayWithOutputs(bench: Bench): Promise<Actor> {
  const relay = await bench.active('relay');
  await relay.sendBatch(items(5));
  await eventually(() => relay.telemetry()[0]?.sent === 5, 'all are sent');
  await eventually(() => relay.received.length === 1, 'the first one is received');
  return relay;
}

/** Writes over the relay's third output, as a stray store of a handler would. */
function overwrite(bench: Bench, relay: Actor, field: number, value: number): void {
  const { memory } = relay.instances[0]!;
  bench.runtime.device.arena.u32[(memory.slotAt(memory.outRing, 2) + field) >>> 2] = value;
}

export function describeCorruption(open: OpenBench): void {
  describe('what a handler has written over', () => {
    it.each([
      ['type', HEADER.typeId, 0xdead, /it sent type 0xdead, which no program declares/],
      ['size', HEADER.payloadBytes, 2 ** 31, /it sent 2147483648 bytes of Item, which has 16/],
    ])('fails the actor when an output makes no sense: its %s', async (_, field, value, detail) => {
      await using bench = await Bench.open(open, { receiveCapacity: 1 });
      const failures: ActorFailure[] = [];
      bench.runtime.onDidFailActor.on((failure) => failures.push(failure));
      const relay = await relayWithOutputs(bench);
      overwrite(bench, relay, field, value);
      expect(await receiveJson(relay, 4)).toEqual(items(5).filter(({ sequence }) => sequence !== 2));
      expect(failures.map(({ instance, fault }) => [instance.label, fault.cause])).toEqual([['relay#0', 'corrupted']]);
      expect(failures[0]?.fault.detail).toMatch(detail);
      expect(relay.state).toBe('failed');
      const [letter] = bench.runtime.deadLetters.kept;
      expect(letter).toMatchObject({ reason: 'corrupted', from: 'relay#0', to: 'host', type: undefined });
      expect(letter!.bytes.length).toBeLessThanOrEqual(relay.instances[0]!.memory.payloadRoom);
      expect(await codeOf(relay.send(item(6)))).toBe('ActorFailed');
      await bench.runtime.quiet();
      await bench.runtime.remove(relay);
      const next = await bench.active('relay');
      await next.send(item(7));
      expect(await receiveJson(next, 1)).toEqual([item(7)]);
    });

    it('is dropped by receiveEach as well', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 1 });
      const relay = await relayWithOutputs(bench);
      overwrite(bench, relay, HEADER.typeId, 0xdead);
      const seen: number[] = [];
      expect(relay.receiveEach<{ sequence: number }>(({ sequence }) => seen.push(sequence))).toBe(3);
      expect(seen).toEqual([1, 3, 4]);
      expect(relay.state).toBe('failed');
    });

    it('stops the device from running the actor', async () => {
      await using bench = await Bench.open(open, { receiveCapacity: 1 });
      const relay = await relayWithOutputs(bench);
      overwrite(bench, relay, HEADER.typeId, 0xdead);
      await receiveJson(relay, 4);
      const [instance] = relay.instances;
      await eventually(() => instance!.word(ACTOR.acknowledged) === instance!.word(ACTOR.command), 'it has obeyed');
      expect(instance!.word(ACTOR.state)).toBe(4);
      expect(relay.telemetry()[0]).toMatchObject({ processed: 5 });
    });

    it('harms nobody when it is the list of those who wait for room', async () => {
      await using bench = await Bench.open(open);
      const { u32 } = bench.runtime.device.arena;
      const sink = await bench.active('sink');
      const { memory } = sink.instances[0]!;
      for (const stray of [0xffff_fff0, 12, memory.address]) {
        // its own address on its own list: a circle
        u32[(memory.inbox + RING.waiters) >>> 2] = stray;
        u32[(memory.address + ACTOR.waitNext) >>> 2] = memory.address;
        bench.runtime.device.wake(memory.address);
      }
      u32[(memory.address + ACTOR.waitingOn) >>> 2] = 0xffff_fff0;
      sink.instances[0]!.failed({ actorId: 1, cause: 'trap', detail: '', location: Promise.resolve(undefined) });
      await bench.runtime.device.settled();
      await bench.runtime.remove(sink);
      expect(bench.runtime.actors).toEqual([]);
    });
  });
}
