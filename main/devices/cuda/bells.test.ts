import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import { ACTOR, ARENA, ARENA_HEADER_ADDRESS } from '../../../app/abi/arena-layout.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { Compiler } from '../../compile/compiler.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

/** By then blocks that have nothing to do look less often (kRestNs of ring_block.h). */
const AT_REST_MS = 200;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => {
  compiler = await useStandIn('optimize=0,sms=16');
}, BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

/** Batches so far, those in vain included. */
function batchesOf({ device: { arena } }: StudioRuntime, { instances: [instance] }: Actor): number {
  const directory = arena.u32[(ARENA_HEADER_ADDRESS + ARENA.actors) >>> 2]!;
  const block = arena.u32[(directory >>> 2) + instance!.id]!;
  return Atomics.load(arena.u32, (block + ACTOR.heartbeat) >>> 2);
}

async function openPair(runtime: StudioRuntime): Promise<{ readonly first: Actor; readonly second: Actor }> {
  const program = await runtime.compile(join(kernels, 'conformance.cu'));
  const queue = { capacity: 16 };
  const first = await runtime.launch(program.kernel('relay'), { name: 'first', queue });
  const second = await runtime.launch(program.kernel('relay'), { name: 'second', queue });
  runtime.connect(first, 'out', second);
  await second.activate();
  await first.activate();
  return { first, second };
}

describe('blocks that have nothing to do (stand-in)', () => {
  it('leave their queues alone until somebody rings', async () => {
    await using runtime = await openRuntime(compiler!);
    const { first, second } = await openPair(runtime);
    await sleep(AT_REST_MS);
    const before = [first, second].map((actor) => batchesOf(runtime, actor));
    await sleep(AT_REST_MS);
    expect([first, second].map((actor) => batchesOf(runtime, actor))).toEqual(before);
  });

  it('hear of messages from the host and from each other, of commands, and of what is to be dropped', async () => {
    await using runtime = await openRuntime(compiler!);
    const { first, second } = await openPair(runtime);
    const send = (value: number): void => {
      void first.send({ producer: 0, sequence: value, value });
    };
    const takeOne = (): Promise<void> =>
      vi.waitFor(() => {
        let count = 0;
        second.receiveEach(() => {
          count += 1;
        });
        expect(count).toBe(1);
      });
    second.receiveEach(() => undefined); // outputs are kept from now on
    await sleep(AT_REST_MS);
    send(1);
    await takeOne();

    await sleep(AT_REST_MS);
    await second.deactivate();
    send(2);
    send(3);
    await vi.waitFor(() => {
      expect(second.telemetry()).toMatchObject([{ depth: 2 }]);
    });
    await sleep(AT_REST_MS);
    await second.clear();
    expect(second.telemetry()).toMatchObject([{ depth: 0, dropped: 2 }]);

    await sleep(AT_REST_MS);
    await second.activate();
    send(4);
    await takeOne();

    await sleep(AT_REST_MS);
    await first.terminate();
    expect(first.state).toBe('terminated');
  });
});
