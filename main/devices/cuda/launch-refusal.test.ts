import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';

import { StudioError } from '../../../app/base/studio-error.ts';
import type { Program } from '../../../app/runtime/runtime.ts';
import { AddonError, type AddonErrorFields } from '../../../native/bindings/addon-error.ts';
import { needsStandIn } from '../../../native/test/stand-in/stand-in.ts';
import type { Compiler } from '../../compile/compiler.ts';
import type { StudioRuntime } from '../../host/create-runtime.ts';
import { launchRefusal } from './launch-refusal.ts';
import { BUILD_MS, kernels, openRuntime, useStandIn } from './stand-in.fixture.ts';

describe('what a GPU has no room for (stand-in)', () => {
  let compiler: Compiler | undefined;
  beforeEach(needsStandIn);
  beforeAll(async () => void (compiler = await useStandIn('optimize=0,sms=4,registers=128')), BUILD_MS);
  afterAll(() => compiler?.[Symbol.asyncDispose]());

  async function withProgram(
    file: string,
    work: (program: Program, runtime: StudioRuntime) => Promise<void>,
  ): Promise<void> {
    await using runtime = await openRuntime(compiler!);
    await work(await runtime.compile(join(kernels, file)), runtime);
  }

  it('is a mistake of whoever launches it: a block of more threads than its registers allow', () =>
    withProgram('conformance_plain.cu', async (program, { buffers }) => {
      const values = buffers.allocate('f32', 4);
      const launching = program.function('weigh').launch({ grid: 1, block: 1024 }, values, values, 4);
      const error: unknown = await launching.catch((refusal: unknown) => refusal);
      expect(error).toMatchObject({
        code: 'InvalidLaunch',
        tip: 'Use a smaller block, or declare it with __launch_bounds__(1024).',
      });
      expect((error as Error).message).toMatch(
        /: a block of function 'weigh' has at most 512 threads, by the 128 registers .*, and 1024 were asked for\.$/,
      );
      values.release();
    }));

  it('is told by the names of the source: blocks that are to be there together', () =>
    withProgram('conformance_plain.cu', async (program, { buffers }) => {
      const counter = buffers.allocate('u32', 1);
      const launching = program.function('increase').launch({ grid: 4096, block: 32, cooperative: true }, counter);
      await expect(launching).rejects.toMatchObject({ code: 'DoesNotFit' });
      await expect(launching).rejects.toThrow(/no room for function 'increase': At most \d+ blocks of increase can be/);
      counter.release();
    }));

  it('is refused as actors too, before any of them is there', () =>
    withProgram('conformance_threads.cu', async (program, runtime) => {
      const launching = runtime.launch(program.kernel('placed'), { block: 1024 });
      await expect(launching).rejects.toMatchObject({ code: 'DoesNotFit' });
      await expect(launching).rejects.toThrow(/no multiprocessor holds a block of placed with 1024 threads/);
      expect(runtime.actors).toEqual([]);
    }));
});

const refused = {
  what: "function 'fill'",
  gpu: 'NVIDIA L4',
  blockThreads: 64,
  function: { maxThreadsPerBlock: 1024, registerCount: 32 },
  names: new Map([['_Z4fillPi', 'fill']]),
};

function refusal(fields: Partial<AddonErrorFields>): AddonError {
  const rest = { call: 'launch', code: null, name: '', class: 'resource', place: '', detail: '' } as const;
  return new AddonError('launch failed', { ...rest, ...fields });
}

test.each<[Partial<AddonErrorFields>, string, string]>([
  [{ name: 'RING_NO_STREAM', detail: '7 launches are in flight' }, 'DoesNotFit', "function 'fill' was not launched: 7"],
  [{ name: 'RING_RESIDENT', detail: 'waits for ring_run_sink' }, 'DeviceBusy', 'waits for sink'],
  [{ name: 'RING_NOT_COOPERATIVE', detail: 'it has none' }, 'InvalidLaunch', 'cooperatively: it has none'],
  [{ name: 'CUDA_ERROR_OUT_OF_MEMORY', code: 2 }, 'OutOfMemory', "no memory left to launch function 'fill'"],
  [{ name: 'CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES', code: 701, detail: '_Z4fillPi: too many' }, 'DoesNotFit', 'fill: too'],
  [{ name: 'CUDA_ERROR_ILLEGAL_ADDRESS', code: 700, class: 'fatal' }, 'DeviceLost', 'CUDA_ERROR_ILLEGAL_ADDRESS'],
])('%o is %s', (fields, code, words) => {
  const told = launchRefusal(refusal(fields), refused) as StudioError;
  expect(told).toBeInstanceOf(StudioError);
  expect([told.code, told.message]).toEqual([code, expect.stringContaining(words)]);
  expect(told.tip).toBeDefined();
});

test('what no user can do anything about stays a fault of the product', () => {
  for (const error of [
    refusal({ name: 'RING_STALE_HANDLE', class: 'programmer' }),
    refusal({ name: 'RING_OUT_OF_RANGE', class: 'programmer', detail: 'a parameter begins after the end' }),
    new TypeError('no'),
  ])
    expect(launchRefusal(error, refused)).toBe(error);
});
