import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Actor } from '../../../app/runtime/actor.ts';
import type { LaunchOptions, LoadedKernel } from '../../../app/runtime/launch.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { packageRoot } from '../../host/package-root.ts';
import { Chain, expectWhole } from './chain.fixture.ts';
import { openCudaDevice } from './open-cuda-device.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

const COUNT = 20_000;

let compiler: Compiler | undefined;
beforeEach(needsStandIn);
beforeAll(async () => void (compiler = await useStandIn('devices=4,optimize=0,sms=16')), BUILD_MS);
afterAll(() => compiler?.[Symbol.asyncDispose]());

function open(gpu: readonly number[]): Promise<StudioRuntime> {
  return openRuntime(compiler!, { gpu, ledger: true });
}

describe('a runtime on two GPUs (stand-in)', () => {
  it('says which, and refuses actors for others', async () => {
    await using runtime = await open([1, 0]);
    expect(runtime.device.gpus).toEqual([1, 0]);
    expect(runtime.device.description).toMatch(/^CUDA, GPU 1 .* and GPU 0 .*$/);
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    await expect(runtime.launch(program.kernel('sink'), { gpu: 2 })).rejects.toMatchObject({
      code: 'GpuNotOpen',
      tip: 'Open the runtime with gpu: [1, 0, 2], or launch it on GPU 1 or 0.',
    });
    await expect(openRuntime(compiler!, { gpu: 1 })).rejects.toMatchObject({ code: 'DeviceBusy' });
    await expect(openRuntime(compiler!, { gpu: [] })).rejects.toMatchObject({ code: 'InvalidGpus' });
  });

  it('is not opened a second time in the process, which only a new one could', async () => {
    await using _runtime = await open([0, 1]);
    const nativeDir = join(packageRoot(import.meta.url), 'native');
    const options = { arenaBytes: 2 ** 25, actorLimit: 64, handlerBudgetMs: 2000, unixMs: Date.now };
    const opening = openCudaDevice({ ...options, nativeDir, env: process.env, ordinals: [0] });
    await expect(opening).rejects.toMatchObject({
      code: 'DeviceLost',
      message: expect.stringContaining('RING_DEVICE_IN_USE') as string,
    });
  });

  it('passes each message on once and in order, also while its actors take new code', async () => {
    await using runtime = await open([0, 1]);
    const chain = await Chain.open(runtime, { first: 0, second: 1 });
    await chain.finish(COUNT / 2);
    const next = await runtime.compile(join(kernels, 'conformance_next.cu'));
    const reload = { isOver: false };
    const reloading = runtime.reload(next, [chain.first, chain.second]).finally(() => (reload.isOver = true));
    while (!reload.isOver) await chain.turn();
    await reloading;
    await chain.finish(Math.max(COUNT, chain.sent));
    await runtime.quiet();
    expectWhole(runtime, chain, chain.sent);
    expect(runtime.ledger!.audit()).toEqual([]);
    expect(runtime.ledger!.totals).toMatchObject({ begun: 3 * chain.sent, processed: 3 * chain.sent, open: 0 });
  });

  it('brings answers back to whoever asked on the other GPU, and topics to their subscribers', async () => {
    await using runtime = await open([0, 1]);
    const conformance = await runtime.compile(join(kernels, 'conformance.cu'));
    const messaging = await runtime.compile(join(kernels, 'conformance_messaging.cu'));
    const launch = async (kernel: LoadedKernel, options: LaunchOptions): Promise<Actor> => {
      const actor = await runtime.launch(kernel, options);
      await actor.activate();
      return actor;
    };
    const caller = await launch(messaging.kernel('caller'), { gpu: 0 });
    await launch(conformance.kernel('answerer'), { gpu: 1 });
    await caller.send({ name: 'answerer', value: 41 }, { type: 'Call' });
    expect((await caller.receive())?.json()).toMatchObject({ value: 42 });
    const publishers = [0, 1].map((gpu) => launch(messaging.kernel('publisher'), { gpu, name: `publisher${gpu}` }));
    const sinks = [0, 1].map((gpu) => launch(conformance.kernel('sink'), { gpu, name: `sink${gpu}` }));
    for (const sink of await Promise.all(sinks)) runtime.subscribe('a/b', sink);
    for (const publisher of await Promise.all(publishers))
      await publisher.send({ topic: 'a/b', count: 10 }, { type: 'Post' });
    await runtime.quiet();
    for (const sink of await Promise.all(sinks)) expect(sink.telemetry()).toMatchObject([{ processed: 20 }]);
    expect(runtime.topics).toMatchObject([{ topic: 'a/b', published: 20 }]);
  });

  it('fails actors of both when one is lost', async () => {
    await using runtime = await open([2, 3]);
    const program = await runtime.compile(join(kernels, 'conformance.cu'));
    const probe = await runtime.launch(program.kernel('probe'), { gpu: 3 });
    const sink = await runtime.launch(program.kernel('sink'), { gpu: 2 });
    for (const actor of [probe, sink]) await actor.activate();
    await probe.send({ what: 6 });
    await vi.waitFor(() => {
      expect([probe.state, sink.state]).toEqual(['failed', 'failed']);
    });
    expect(probe.instances[0]?.fault?.cause).toBe('trap');
    expect(sink.instances[0]?.fault?.cause).toBe('context-lost');
    expect(runtime.device.lost).toMatchObject({ code: 'DeviceLost' });
  });
});
