import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn, runScenario, type ScenarioResult, type StandIn } from './stand-in.ts';

const BUILD_MS = 600_000;

let standIn: StandIn;
beforeEach(needsStandIn);
beforeAll(async () => {
  if (process.platform === 'linux') standIn = await buildStandIn();
}, BUILD_MS);

describe('kernels on the host', () => {
  let result: ScenarioResult;
  beforeAll(async () => {
    if (process.platform === 'linux') result = await runScenario(standIn, 'kernels');
  });

  test('blocks reduce in shared memory and by shuffles, and add up over the grid', () => {
    expect(result.values['sum']).toBe((100_000 * 99_999) / 2);
  });

  test('warps vote, shuffle, reduce and match among the lanes of their masks', () => {
    const lane5 = [0x49249249, 4, 3, 496, 0xffff, 1, 32, 1, 0xff, 70, 0, 3];
    expect(result.values['lane5']).toEqual(lane5);
    expect(result.values['lane37']).toEqual(lane5);
  });

  test('a lock by atomics holds for all threads of all blocks', () => {
    expect(result.values['locked']).toBe(6 * 33 * 10);
  });

  test('parameters of any type arrive, dimensions are those of the launch', () => {
    expect(result.values['place']).toEqual([432, 1002, 'x'.charCodeAt(0)]);
  });

  test('dynamic shared memory is the block’s, variables are the module’s: each load has its own', () => {
    expect(result.values).toMatchObject({ dynamic: 256, scaleBytes: 4, scaled: 510, unscaled: 256 });
  });

  test('printf comes out when the host synchronizes', () => {
    expect(result.printed).toBe('thread 0 0.50\nthread 1 0.50\nthread 2 0.50');
  });

  test('time passes, and nothing is complained of', () => {
    expect(result.values).toMatchObject({ slept: true, complaints: '' });
    expect(result.complaints).toBe('');
  });

  test('a cooperative grid meets at barriers, and is refused where it cannot be resident', async () => {
    const { values } = await runScenario(standIn, 'cooperative');
    expect(values).toMatchObject({ wrong: 0, last: 12, tooLarge: 720 });
    expect(values['why']).toContain('129 blocks of kernel rounds must be resident together: at most 128 are');
  });
});

describe('misuse', () => {
  async function misuses(name: string, settings = ''): Promise<Readonly<Record<string, unknown>>> {
    return (await runScenario(standIn, name, { settings })).values;
  }

  test('handles: stale, another context’s, of no kind, and threads without a context', async () => {
    const values = await misuses('handles');
    expect(values).toMatchObject({
      beforeInit: 'CUDA_ERROR_NOT_INITIALIZED cuDeviceGetCount: called before cuInit',
      noContext: 'CUDA_ERROR_INVALID_CONTEXT cuCtxSynchronize: the thread has no current context',
      otherThread: 'CUDA_ERROR_INVALID_CONTEXT cuCtxSynchronize: the thread has no current context',
      noKernel: "CUDA_ERROR_NOT_FOUND cuModuleGetFunction: the module has no kernel 'nothin'",
      noVariable: "CUDA_ERROR_NOT_FOUND cuModuleGetGlobal_v2: the module has no variable 'nothing'",
    });
    expect(values['ordinal']).toContain('CUDA_ERROR_INVALID_DEVICE');
    expect(values['release']).toContain('released more often than it was retained');
    for (const name of ['otherStream', 'otherFunction', 'otherModule'])
      expect(values[name]).toContain('CUDA_ERROR_INVALID_HANDLE');
    for (const name of ['pointerAsStream', 'streamTwice', 'deadStream', 'eventTwice'])
      expect(values[name]).toMatch(/CUDA_ERROR_INVALID_HANDLE .* \(or was destroyed before\)/);
    expect(values['unloadTwice']).toContain('(or was unloaded before)');
    expect(values['functionAfterUnload']).toContain('(or its module was unloaded)');
    for (const name of ['contextTwice', 'deadContext']) expect(values[name]).toContain('CUDA_ERROR_INVALID_CONTEXT');
  });

  test('memory: freed twice, unaligned, not registered, beyond its end', async () => {
    const values = await misuses('memory');
    for (const name of ['nothing', 'inside', 'beyond', 'hostAsDevice', 'freeTwice', 'copyToFreed', 'unregistered'])
      expect(values[name]).toContain('CUDA_ERROR_INVALID_VALUE');
    for (const name of ['unaligned', 'nullRegister', 'unmapped'])
      expect(values[name]).toContain('CUDA_ERROR_INVALID_VALUE');
    expect(values['tooMuch']).toContain('CUDA_ERROR_OUT_OF_MEMORY');
    expect(values['registerTwice']).toContain('CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED');
    expect(values['unregisterTwice']).toContain('CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED');
    expect(values).toMatchObject({ sameAddress: true, allFree: true, live: 0 });
  });

  test('launches: beyond the limits of blocks, shared memory and registers, without their parameters', async () => {
    const values = await misuses('launches');
    for (const name of ['wide', 'noBlocks', 'shared', 'optInTooMuch', 'noParameters', 'nullParameter', 'noAttribute'])
      expect(values[name]).toContain('CUDA_ERROR_INVALID_VALUE');
    for (const name of ['bounds', 'registers']) expect(values[name]).toContain('CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES');
    expect(values).toMatchObject({ optIn: 'CUDA_SUCCESS', extra: 42, maxThreads: 64 });
  });

  test('what waits for a resident kernel is refused, where a driver would wait for ever', async () => {
    const values = await misuses('strict', 'grace_ms=50');
    const waits = ['allocate', 'free', 'load', 'unload', 'register', 'unregister', 'limit', 'destroy'];
    for (const name of [...waits, 'copyBehindBlocking'])
      expect(values[name]).toMatch(/^CUDA_ERROR_NOT_PERMITTED \w+: kernel persistent is resident/);
    for (const name of ['copy', 'launch', 'afterwards']) expect(values[name]).toBe('CUDA_SUCCESS');
    expect(values['query']).toContain('CUDA_ERROR_NOT_READY');
  });

  test('a kernel that ends by itself is waited for', async () => {
    expect(await misuses('waits')).toMatchObject({ waited: 'CUDA_SUCCESS' });
  });
});

test('streams keep the order of kernels, copies, host functions and events', async () => {
  const { values } = await runScenario(standIn, 'streams');
  expect(values).toMatchObject({ elapsed: true, hostFunction: 1, driverInHostFunction: 800, sum: 3 });
  expect(values['unrecorded']).toContain('CUDA_ERROR_INVALID_HANDLE');
});

test('the n-th call of an entry point fails on demand, once', async () => {
  const { values } = await runScenario(standIn, 'injection');
  expect(values).toMatchObject({ set: 0, bad: 1, unknown: 1, first: 'CUDA_SUCCESS', third: 'CUDA_SUCCESS', calls: 3 });
  expect(values['second']).toContain('CUDA_ERROR_OUT_OF_MEMORY cuMemAlloc_v2: fails with 2, as it was told to');
});

test('there are as many devices as are asked for, each with its primary context', async () => {
  const { values } = await runScenario(standIn, 'devices', { settings: 'devices=2,sms=3' });
  expect(values).toMatchObject({
    count: 2,
    name: 'Stand-in GPU 1',
    bus: '0000:02:00.0',
    major: 9,
    multiprocessors: 3,
    same: true,
    current: true,
  });
  expect(values['third']).toContain('CUDA_ERROR_INVALID_DEVICE');
  expect(values['released']).toContain('CUDA_ERROR_CONTEXT_IS_DESTROYED');
});

test('entry points are found by their names without a version', async () => {
  const { values } = await runScenario(standIn, 'devices', { settings: 'devices=2' });
  expect(values).toMatchObject({ address: true, noAddress: 5001, tooOld: 5002 });
});
