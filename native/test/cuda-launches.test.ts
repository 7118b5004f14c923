import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ContextHandle, FunctionHandle } from '../bindings/cuda-answers.ts';
import type { CudaNative, LaunchRequest, StartedLaunch } from '../bindings/cuda-native.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { nativeDir, needsAddon } from './fake-libraries.ts';
import {
  COMPILE_MS,
  RecordingDrivers,
  refusal,
  sharedBytes,
  type RecordingDriver,
} from './recording-driver.fixture.ts';

const drivers = new RecordingDrivers();
beforeAll(() => drivers.prepare(), COMPILE_MS);
afterAll(() => drivers[Symbol.dispose]());

function loadCuda(): CudaNative {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.addon.cuda;
}

let cuda: CudaNative;
let driver: RecordingDriver;
let context: ContextHandle;

async function load(name: string): Promise<FunctionHandle> {
  const { module } = await cuda.loadModule(context, Buffer.from(`.ptx ${name}`));
  return (await cuda.getFunction(module, name)).function;
}

function launch(of: FunctionHandle, request: Partial<LaunchRequest> = {}): Promise<StartedLaunch> {
  return cuda.launch({
    function: of,
    grid: [1, 1, 1],
    block: [32, 1, 1],
    isResident: true,
    parameters: new Uint8Array(16),
    offsets: [0],
    ...request,
  });
}

beforeEach(async (testContext) => {
  needsAddon(testContext);
  cuda = loadCuda();
  driver = await drivers.create();
  ({ context } = await cuda.openContext({ libraries: [driver.path], ordinal: 0, patienceMs: 0 }));
  // What a real driver would have hung on.
  return () => expect(driver.calls('DEADLOCK')).toEqual([]);
});

describe('launches', () => {
  test('end when their grid does, with the time on the device', async () => {
    const started = await launch(await load('ring_a'), { grid: [2, 1, 1], block: [64, 2, 1] });
    expect(cuda.contextState(context)).toEqual({
      lost: undefined,
      launches: [{ launch: 1, kernel: 'ring_a', blockCount: 2, blocksPerMultiprocessor: 8, isResident: true }],
    });
    driver.control('end 1');
    expect(await started.ended).toEqual({ kind: 'done', gpuMs: 2.5 });
    expect(cuda.contextState(context).launches).toEqual([]);
    expect(driver.calls('launch')).toEqual(['launch 1 ring_a grid=2 block=128 shared=0 words=0,0']);
  });

  test('fail with a context that fails between the end of their stream and the measure of their time', async () => {
    const started = await launch(await load('ring_a'));
    driver.control('fail cuEventElapsedTime 1 719', 'end 1');
    expect(await started.ended).toMatchObject({
      kind: 'failed',
      error: { name: 'CUDA_ERROR_LAUNCH_FAILED', code: 719 },
    });
    expect(cuda.contextState(context).lost).toMatchObject({ name: 'CUDA_ERROR_LAUNCH_FAILED' });
  });

  test('that cannot be measured have ended all the same', async () => {
    const started = await launch(await load('ring_a'));
    driver.control('fail cuEventElapsedTime 1 400', 'end 1');
    expect(await started.ended).toEqual({ kind: 'done', gpuMs: null });
    expect(cuda.contextState(context).lost).toBeUndefined();
  });

  test('whose end was not recorded have no time, and not what an earlier one of their stream left', async () => {
    const of = await load('ring_a');
    const first = await launch(of);
    driver.control('end 1');
    await first.ended;
    driver.control('fail cuEventRecord 2 400');
    const second = await launch(of);
    driver.control('end 2');
    expect(await second.ended).toEqual({ kind: 'done', gpuMs: null });
    const third = await launch(of);
    driver.control('end 3');
    expect(await third.ended).toEqual({ kind: 'done', gpuMs: 2.5 });
    expect(cuda.contextState(context).lost).toBeUndefined();
  });

  test('get their parameters, with addresses of memory filled in', async () => {
    const memory = await cuda.allocateMemory(context, 64);
    const host = await cuda.registerMemory(context, sharedBytes());
    const of = await load('ring_pair_p2');
    const parameters = new Uint8Array(16);
    parameters[8] = 5;
    const addresses = [{ at: 0, memory: host, offset: 16 }];
    driver.control('end 1', 'end 2');
    const started = await launch(of, { parameters, offsets: [0, 8], addresses });
    await started.ended;
    expect(driver.calls('launch')).toEqual(['launch 1 ring_pair_p2 grid=1 block=32 shared=0 words=700000000010,5']);
    const outside = launch(of, { parameters, offsets: [0, 8], addresses: [{ at: 8, memory, offset: 65 }] });
    expect(await refusal(outside)).toMatchObject({ name: 'RING_OUT_OF_RANGE' });
    const cut = launch(of, { parameters, offsets: [0, 8], addresses: [{ at: 9, memory, offset: 0 }] });
    expect(await refusal(cut)).toMatchObject({ name: 'RING_OUT_OF_RANGE' });
    for (const [offsets, detail] of [
      [[0], /has more than 1 parameters/],
      [[0, 8, 8], /has fewer than 3 parameters/],
      [[0, 9], /parameter 1 of ring_pair_p2 has 8 bytes/],
      [[0, 16], /begins after the end/],
    ] as const) {
      expect(await refusal(launch(of, { parameters, offsets }))).toMatchObject({ detail });
    }
  });

  test('that the driver cannot tell for another reason are refused for that', async () => {
    const of = await load('ring_pair_p2');
    driver.control('fail cuFuncGetParamInfo 2 201');
    const error = await refusal(launch(of, { parameters: new Uint8Array(16), offsets: [0, 8] }));
    expect(error).toMatchObject({ call: 'cuFuncGetParamInfo', code: 201 });
    expect(driver.calls('launch')).toEqual([]);
  });

  test('of a driver that cannot tell parameters read zeros behind them', async () => {
    const other = await drivers.create();
    other.control('hide cuFuncGetParamInfo', 'end 1');
    const opened = await cuda.openContext({ libraries: [other.path], ordinal: 0 });
    const { module } = await cuda.loadModule(opened.context, Buffer.from('.ptx'));
    const { function: of } = await cuda.getFunction(module, 'ring_pair_p2');
    const started = await launch(of, { parameters: Uint8Array.of(1, 2), offsets: [0] });
    await started.ended;
    expect(other.calls('launch')).toEqual(['launch 1 ring_pair_p2 grid=1 block=32 shared=0 words=201,0']);
    await cuda.closeContext(opened.context);
  });

  test('are allowed more shared memory where they need it, up to the device’s', async () => {
    const of = await load('ring_a');
    driver.control('end 1');
    await (
      await launch(of, { sharedBytes: 60_000 })
    ).ended;
    expect(driver.calls('cuFuncSetAttribute')).toEqual([
      'cuFuncSetAttribute ring_a attribute=9 value=100 -> 0',
      'cuFuncSetAttribute ring_a attribute=8 value=60000 -> 0',
    ]);
    expect(await refusal(launch(of, { sharedBytes: 101_337 }))).toMatchObject({
      name: 'RING_DOES_NOT_FIT',
      detail: 'ring_a can have at most 101336 bytes of dynamic shared memory, not 101337',
    });
  });

  test('are cooperative when asked', async () => {
    driver.control('end 1');
    await (
      await launch(await load('ring_a'), { isCooperative: true, grid: [32, 1, 1] })
    ).ended;
    expect(driver.calls('cuLaunchCooperativeKernel')).toHaveLength(1);
    expect(driver.calls('cuLaunchKernel')).toEqual([]);
  });

  test('that persist are refused with the numbers when not all blocks can be on the device', async () => {
    const of = await load('ring_a_b5');
    const { module } = await cuda.loadModule(context, Buffer.from('.ptx other'));
    const { function: other } = await cuda.getFunction(module, 'ring_other_b5');
    expect(await refusal(launch(of, { grid: [21, 1, 1] }))).toMatchObject({
      name: 'RING_DOES_NOT_FIT',
      class: 'resource',
      detail:
        'At most 20 blocks of ring_a_b5 can be on the device together. The device has 4 multiprocessors for ' +
        '21 blocks of ring_a_b5 (5 fit on a multiprocessor).',
    });
    await launch(of, { grid: [19, 1, 1] });
    expect(await refusal(launch(other, { grid: [2, 1, 1] }))).toMatchObject({
      detail: expect.stringContaining(
        '19 blocks of ring_a_b5 (5 fit on a multiprocessor) and 2 blocks of ring_other_b5',
      ),
    });
    await launch(other);
    // One that does not persist leaves room by itself: it needs only some.
    expect(await refusal(launch(of, { grid: [100, 1, 1], isResident: false }))).toMatchObject({
      name: 'RING_DOES_NOT_FIT',
    });
    driver.control('end 1');
    await expect.poll(() => cuda.contextState(context).launches.length).toBe(1);
    await launch(of, { grid: [1000, 1, 1], isResident: false });
    driver.control('end 1', 'end 2', 'end 3');
  });

  test('are no more at a time than the driver has queues', async () => {
    await cuda.closeContext(context);
    ({ context } = await cuda.openContext({ libraries: [driver.path], ordinal: 0, connections: 3 }));
    const of = await load('ring_a');
    await launch(of);
    await launch(of);
    expect(await refusal(launch(of))).toMatchObject({ name: 'RING_NO_STREAM', class: 'resource' });
    driver.control('end 2');
    await expect.poll(() => cuda.contextState(context).launches.length).toBe(1);
    await launch(of);
    driver.control('end 1', 'end 2', 'end 3');
  });

  test('in flight make housekeeping an error instead of a hang', async () => {
    const host = await cuda.registerMemory(context, sharedBytes());
    const memory = await cuda.allocateMemory(context, 64);
    const { module } = await cuda.loadModule(context, Buffer.from('.ptx'));
    const of = await load('ring_a');
    const started = await launch(of);
    const before = driver.record().length;
    for (const call of [
      () => cuda.registerMemory(context, sharedBytes()),
      () => cuda.allocateMemory(context, 64),
      () => cuda.writeMemory({ memory, offset: 0 }, Uint8Array.of(1)),
      () => cuda.writeAddress({ memory, offset: 0 }, { memory: host, offset: 0 }),
      () => cuda.readMemory({ memory, offset: 0 }, 1),
      () => cuda.fillMemory({ memory, offset: 0 }, 1, 0),
      () => cuda.loadModule(context, Buffer.from('.ptx')),
      () => cuda.getFunction(module, 'ring_b'),
      () => cuda.getGlobal(module, 'ring_arena_base'),
      () => cuda.release(memory),
      () => cuda.release(host),
      () => cuda.release(module),
      () => cuda.setLimit(context, 'printf', 1 << 20),
      () => cuda.synchronize(context),
      () => cuda.closeContext(context),
    ]) {
      const error = await refusal(call);
      expect(error).toMatchObject({ name: 'RING_RESIDENT', class: 'transient', code: null });
      expect(error.detail).toContain('ring_a, which is in flight');
    }
    expect(driver.record()).toHaveLength(before);
    // These do not wait for the device.
    await cuda.memoryInfo(context);
    await cuda.copyMemory({ memory: host, offset: 0 }, { memory, offset: 0 }, 64);
    driver.control('end 1');
    cuda.expectEnd(context);
    await started.ended;
    await cuda.release(memory);
    await cuda.release(host);
  });

  test('are refused in sizes that there are not', async () => {
    const of = await load('ring_a');
    for (const request of [
      { grid: [1, 65_536, 1] },
      { grid: [2 ** 31, 1, 1] },
      { block: [513, 1, 1] },
      { block: [1, 1, 65] },
      { block: [1024, 1024, 64] },
    ] as const) {
      expect(await refusal(launch(of, request))).toMatchObject({ name: 'RING_OUT_OF_RANGE' });
    }
    expect(driver.calls('cuLaunchKernel')).toEqual([]);
  });

  test('that fail on the device lose the context, and all that is in flight with it', async () => {
    const of = await load('ring_a');
    const memory = await cuda.allocateMemory(context, 64);
    const [first, second] = [await launch(of), await launch(of)];
    driver.control('end 1 700');
    const ends = await Promise.all([first.ended, second.ended]);
    for (const end of ends) {
      expect(end).toMatchObject({ kind: 'failed', error: { code: 700, class: 'fatal', call: 'cuStreamQuery' } });
    }
    expect(cuda.contextState(context)).toMatchObject({ lost: { name: 'CUDA_ERROR_ILLEGAL_ADDRESS' }, launches: [] });
    const error = await refusal(cuda.release(memory));
    expect(error).toMatchObject({ class: 'fatal', code: 700 });
    expect(error.detail).toBe(
      'release was not tried: the context has been lost. an illegal memory access was encountered',
    );
    const before = driver.record().length;
    await cuda.closeContext(context);
    expect(driver.record()).toHaveLength(before);
    const again = await refusal(cuda.openContext({ libraries: [driver.path], ordinal: 0 }));
    expect(again).toMatchObject({ name: 'RING_DEVICE_IN_USE' });
  });

  test('that the driver does not take are not in flight', async () => {
    const of = await load('ring_a');
    driver.control('fail cuLaunchKernel 1 701');
    expect(await refusal(launch(of))).toMatchObject({ code: 701, class: 'resource' });
    expect(cuda.contextState(context).launches).toEqual([]);
    await cuda.closeContext(context);
  });
});
