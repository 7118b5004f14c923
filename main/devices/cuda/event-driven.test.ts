import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { Chain, expectWhole } from './chain.fixture.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

const COUNT = 5000;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('optimize=0,sms=16,coherent=0')), BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

/** The stand-in walks through the arena at every launch: a small one. */
function open(): Promise<StudioRuntime> {
  return openRuntime(compiler!, { arenaBytes: 2 ** 25, actorLimit: 64 });
}

describe('where host and GPU do not see what the other one writes while a kernel runs (stand-in)', () => {
  it('actors are launched when there is something for them, and each message counts once', async () => {
    await using runtime = await open();
    const chain = await Chain.open(runtime);
    expect(runtime.device.description).toMatch(/, event-driven: what the host writes reaches it at a launch only$/);
    await chain.finish(COUNT);
    await runtime.quiet();
    expectWhole(runtime, chain, COUNT);
  });

  it('actors answer, show their states, take new code, and end', async () => {
    await using runtime = await open();
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    const answerer = await runtime.launch(program.kernel('answerer'));
    const sink = await runtime.launch(program.kernel('sink'));
    for (const actor of [answerer, sink]) await actor.activate();
    const ask = (value: number): Promise<unknown> => answerer.request({ value, route: 0 }, { timeoutMs: 20_000 });
    expect(await ask(41)).toMatchObject({ value: 42 });
    const items = [0, 1, 2].map((sequence) => ({ producer: 1, sequence, value: 5 }));
    await sink.sendBatch(items, { type: 'Item' });
    await runtime.quiet();
    expect((await sink.readState()).json()).toMatchObject({ received: 3, disordered: 0, sum: 15 });
    await runtime.reload(await runtime.compile(join(kernels, 'conformance_next.cu')), [answerer]);
    expect(await ask(41)).toMatchObject({ value: 41 + 1000 });
    await sink.deactivate();
    await sink.terminate();
    expect(sink.state).toBe('terminated');
  });
});
