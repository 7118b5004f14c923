import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

/** More than a ledger's records: the sender must wait for the host to read them, again and again. */
const COUNT = 3000;
const CAPACITY = 16;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
// Between two looks of a block for work the host has time to look as often as it likes.
beforeAll(async () => void (compiler = await useStandIn('optimize=0,least_pause_us=10000')), BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

describe('quiet, on a device whose blocks look for work seldom (stand-in)', () => {
  it.each(['dropOldest', 'dropNewest', 'deadLetter'] as const)(
    "waits for a sender that waits for its ledger, not for room in a full '%s' inbox",
    async (overflow) => {
      await using runtime = await openRuntime(compiler!, { ledger: true });
      const program = await runtime.compile(join(kernels, 'conformance.cu'));
      const producer = await runtime.launch(program.kernel('producer'));
      const sink = await runtime.launch(program.kernel('sink'), { queue: { capacity: CAPACITY, overflow } });
      runtime.connect(producer, 'items', sink);
      await producer.activate();
      for (let first = 0; first < COUNT; first += COUNT / 3)
        await producer.send({ producer: 0, first, count: COUNT / 3 });
      await runtime.quiet();
      expect(runtime.undelivered()).toEqual([{ actor: 'sink#0', count: CAPACITY, reason: 'actor not active' }]);
      const { begun, open, dropped, deadLettered } = runtime.ledger!.totals;
      const lost = [...dropped.values(), ...deadLettered.values()];
      expect({ begun, open, lost }).toEqual({ begun: COUNT + 3, open: CAPACITY, lost: [COUNT - CAPACITY] });
    },
  );
});
