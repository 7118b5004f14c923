import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { ACTOR, WORKER } from '../../../app/abi/arena-layout.ts';
import { REPORT } from '../../../app/abi/cuda-layout.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('optimize=0,sms=16')), BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

it('an actor whose report was written over keeps no message of others from the host (stand-in)', async () => {
  await using runtime = await openRuntime(compiler!);
  const program = await runtime.compile(join(kernels, 'conformance.cu'));
  const relays = [];
  for (const name of ['damaged', 'other']) {
    const relay = await runtime.launch(program.kernel('relay'), { name });
    await relay.activate();
    relays.push(relay);
  }
  const { u32 } = runtime.device.arena;
  const worker = u32[(relays[0]!.instances[0]!.memory.address + ACTOR.worker) >>> 2]!;
  const report = u32[(worker + WORKER.report) >>> 2]!;
  u32[(report + REPORT.prints) >>> 2] = 0xffff_fff0;
  u32[(report + REPORT.printTail) >>> 2] = 8;
  for (const relay of relays) {
    await relay.send({ producer: 0, sequence: 1, value: 5 });
    expect((await relay.receive())?.json()).toMatchObject({ value: 5 });
  }
});
