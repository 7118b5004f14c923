import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { ACTOR, LANE, MISSES, RING } from '../../../app/abi/arena-layout.ts';
import type { ActorInstance } from '../../../app/runtime/actor-instance.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

const WILD = 0xffff_fff0;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('optimize=0,sms=16,devices=20')), BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

type Damage = readonly [what: string, at: (sink: ActorInstance) => number];

const damages: readonly Damage[] = [
  ['the ring to the host', ({ memory }) => memory.address + ACTOR.outRing],
  ['an inbox', ({ memory }) => memory.address + ACTOR.rings + 4 * LANE.inbox],
  ['the ring that it was sending to', ({ memory }) => memory.address + ACTOR.claimRing],
  ['the names that it asks for', ({ memory }) => memory.address + ACTOR.misses],
  ['its outbox', ({ memory }) => memory.address + ACTOR.outbox],
  ['its ledger', ({ memory }) => memory.address + ACTOR.ledger],
  ['the slots of its inbox', ({ memory }) => memory.inbox + RING.slots],
  ['the size of its inbox', ({ memory }) => memory.inbox + RING.capacity],
  ['how many names it asks for', ({ memory }) => memory.misses + MISSES.asked],
];

describe('a GPU that is lost after a kernel has written over (stand-in)', () => {
  it.each(damages.map(([what, at], gpu) => ({ what, at, gpu })))(
    '$what fails all its actors, and tells of each',
    async ({ at, gpu }) => {
      await using runtime = await openRuntime(compiler!, { gpu, ledger: true });
      const told: string[] = [];
      runtime.onDidFailActor.on(({ instance, fault }) => told.push(`${instance.label} ${fault.cause}`));
      const program = await runtime.compile(join(kernels, 'conformance.cu'));
      const sink = await runtime.launch(program.kernel('sink'));
      const probe = await runtime.launch(program.kernel('probe'));
      await probe.activate();
      runtime.device.arena.u32[at(sink.instances[0]!) >>> 2] = WILD;
      await probe.send({ what: 6 });
      await vi.waitFor(() => {
        expect(told).toEqual(['sink#0 context-lost', 'probe#0 trap']);
      });
      expect([sink.state, probe.state]).toEqual(['failed', 'failed']);
      expect(runtime.deadLetters.kept).toMatchObject([{ reason: 'actor-failed', to: 'probe#0' }]);
    },
  );
});
