import { readFileSync } from 'node:fs';

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

describe('a context', () => {
  test('tells what has to be known of its device', async () => {
    await cuda.closeContext(context);
    const opened = await cuda.openContext({
      libraries: ['/no/such/library.so', driver.path],
      ordinal: 0,
      connections: 4,
    });
    context = opened.context;
    expect(opened).toMatchObject({
      driverPath: driver.path,
      driverVersion: 12080,
      moduleLoading: 'LAZY',
      launchLimit: 3,
      missing: [],
      device: {
        name: 'Recording GPU',
        pciAddress: '0000:01:00.0',
        memoryBytes: 2 ** 33,
        computeMajor: 8,
        computeMinor: 6,
        multiprocessorCount: 4,
        hasKernelTimeout: true,
        isSharedByMps: false,
        hasHostNativeAtomics: false,
        hasCooperativeLaunch: true,
        sharedBytesPerBlock: 101_376,
      },
    });
    expect(await cuda.memoryInfo(context)).toEqual({ freeBytes: 6 * 2 ** 30, totalBytes: 2 ** 33 });
  });

  test('is the only one of its device in the process', async () => {
    const again = await refusal(cuda.openContext({ libraries: [driver.path], ordinal: 0 }));
    expect(again).toMatchObject({ name: 'RING_DEVICE_IN_USE', class: 'resource', code: null });
    await cuda.closeContext(context);
    ({ context } = await cuda.openContext({ libraries: [driver.path], ordinal: 0 }));
  });

  test('that cannot be opened leaves nothing behind', async () => {
    const other = await drivers.create();
    other.control('fail cuStreamCreateWithPriority 3 2');
    const error = await refusal(cuda.openContext({ libraries: [other.path], ordinal: 0 }));
    expect(error).toMatchObject({ call: 'cuStreamCreateWithPriority', code: 2, class: 'resource' });
    expect(error.name).toBe('CUDA_ERROR_OUT_OF_MEMORY');
    expect(error.place).toMatch(/^launch_board\.cc:\d+$/);
    expect(other.calls('cuStreamDestroy_v2')).toEqual(Array(2).fill('cuStreamDestroy_v2 -> 0'));
    expect(other.calls('cuDevicePrimaryCtxRelease_v2')).toEqual(['cuDevicePrimaryCtxRelease_v2 -> 0']);
    const missing = await refusal(cuda.openContext({ libraries: ['/no/such/library.so'], ordinal: 0 }));
    expect(missing).toMatchObject({ name: 'RING_NO_LIBRARY', detail: expect.stringContaining('/no/such/library.so') });
    expect(await refusal(cuda.openContext({ libraries: [other.path], ordinal: 5 }))).toMatchObject({ code: 101 });
  });

  test('frees everything exactly once, the youngest first', async () => {
    await cuda.registerMemory(context, sharedBytes());
    await cuda.allocateMemory(context, 4096);
    await load('ring_a');
    await cuda.allocateMemory(context, 8192);
    await cuda.closeContext(context);
    const frees = ['cuMemHostUnregister', 'cuMemFree_v2', 'cuModuleUnload', 'cuStreamDestroy_v2', 'cuEventDestroy_v2'];
    const freed = driver.calls(...frees, 'cuDevicePrimaryCtxRelease_v2').map((line) => line.split(' ')[0]);
    const streams = freed.filter((name) => name === 'cuStreamDestroy_v2');
    const events = freed.filter((name) => name === 'cuEventDestroy_v2');
    expect([streams.length, events.length]).toEqual([8, 14]);
    expect(freed.filter((name) => !/Stream|Event/.test(name!))).toEqual([
      'cuMemFree_v2',
      'cuModuleUnload',
      'cuMemFree_v2',
      'cuMemHostUnregister',
      'cuDevicePrimaryCtxRelease_v2',
    ]);
    expect(driver.record().filter((line) => !line.endsWith('-> 0'))).toEqual([]);
    expect(await refusal(cuda.closeContext(context))).toMatchObject({ name: 'RING_STALE_HANDLE' });
  });

  test('can do without functions that it needs for single calls, and names those', async () => {
    const other = await drivers.create();
    other.control('hide cuMemAlloc', 'hide cuEventCreate', 'hide cuModuleGetLoadingMode', 'hide cuMemcpyDtoHAsync');
    const opened = await cuda.openContext({ libraries: [other.path], ordinal: 0 });
    expect(opened.missing).toEqual([
      'cuMemAlloc_v2',
      'cuMemcpyDtoHAsync_v2',
      'cuModuleGetLoadingMode',
      'cuEventCreate',
    ]);
    expect(opened.moduleLoading).toBeNull();
    expect(await refusal(cuda.allocateMemory(opened.context, 64))).toMatchObject({
      call: 'cuMemAlloc_v2',
      code: null,
      name: 'RING_MISSING_ENTRY_POINT',
      class: 'missing',
      detail: 'the library has no cuMemAlloc_v2',
    });
    await cuda.closeContext(opened.context);
  });

  test.each(['cuInit', 'cuDeviceGet', 'cuDevicePrimaryCtxRetain', 'cuCtxSetCurrent', 'cuStreamCreateWithPriority'])(
    'is not opened without %s',
    async (name) => {
      const other = await drivers.create();
      other.control(`hide ${name}`);
      const error = await refusal(cuda.openContext({ libraries: [other.path], ordinal: 0 }));
      expect(error).toMatchObject({ call: name, class: 'missing' });
    },
  );
});

describe('memory', () => {
  test('is written, read, filled and copied', async () => {
    const arena = sharedBytes();
    const host = await cuda.registerMemory(context, arena);
    const memory = await cuda.allocateMemory(context, 256);
    expect(await cuda.readMemory({ memory, offset: 250 }, 6)).toEqual(new Uint8Array(6));
    await cuda.writeMemory({ memory, offset: 3 }, Uint8Array.of(1, 2, 3));
    await cuda.fillMemory({ memory, offset: 5 }, 2, 9);
    expect(await cuda.readMemory({ memory, offset: 2 }, 6)).toEqual(Uint8Array.of(0, 1, 2, 9, 9, 0));
    arena.set([7, 8], 100);
    await cuda.copyMemory({ memory: host, offset: 100 }, { memory, offset: 254 }, 2);
    await cuda.copyMemory({ memory, offset: 253 }, { memory: host, offset: 200 }, 3);
    expect([...arena.subarray(199, 204)]).toEqual([0, 0, 7, 8, 0]);
    await cuda.writeAddress({ memory, offset: 8 }, { memory: host, offset: 64 });
    const [word] = new BigUint64Array((await cuda.readMemory({ memory, offset: 8 }, 8)).buffer);
    expect(word).toBe(0x7000_0000_0040n);
  });

  test('is pinned for all contexts and mapped', async () => {
    await cuda.registerMemory(context, sharedBytes(2));
    expect(driver.calls('cuMemHostRegister_v2')).toEqual(['cuMemHostRegister_v2 bytes=131072 flags=3 -> 0']);
  });

  test.runIf(process.platform === 'linux')(
    'is not inherited by processes that begin as a copy of this one',
    async () => {
      // Of how many mappings the kernel says "do not copy on fork".
      const count = (): number => readFileSync('/proc/self/smaps', 'utf8').match(/^VmFlags:.* dc( |$)/gm)?.length ?? 0;
      const before = count();
      await cuda.registerMemory(context, sharedBytes(2));
      expect(count()).toBeGreaterThan(before);
    },
  );

  test('is told of as used up', async () => {
    const error = await refusal(cuda.allocateMemory(context, 2 ** 40));
    expect(error).toMatchObject({ name: 'CUDA_ERROR_OUT_OF_MEMORY', code: 2, class: 'resource' });
    expect(error.message).toBe('cuMemAlloc_v2: CUDA_ERROR_OUT_OF_MEMORY (2)');
  });

  test('that was pinned but not mapped is not left pinned', async () => {
    driver.control('fail cuMemHostGetDevicePointer_v2 1 801');
    expect(await refusal(cuda.registerMemory(context, sharedBytes()))).toMatchObject({ code: 801 });
    expect(driver.calls('cuMemHostUnregister')).toHaveLength(1);
    await cuda.closeContext(context);
    expect(driver.calls('cuMemHostUnregister')).toHaveLength(1);
  });
});

describe('modules', () => {
  test('come with what the driver’s compiler said, their functions with their figures', async () => {
    const { module, log } = await cuda.loadModule(context, Buffer.from('.ptx one'));
    expect(log).toBe('info  : made');
    const { function: _handle, ...figures } = await cuda.getFunction(module, 'ring_a_l64');
    expect(figures).toEqual({
      ...{ maxThreadsPerBlock: 512, sharedBytes: 40, constBytes: 368, localBytes: 64 },
      ...{ registerCount: 48, ptxVersion: 83, binaryVersion: 86 },
    });
    const { memory, sizeBytes } = await cuda.getGlobal(module, 'ring_arena_base');
    expect(sizeBytes).toBe(8);
    await cuda.writeMemory({ memory, offset: 0 }, new Uint8Array(8));
    await cuda.release(memory);
    expect(driver.calls('cuMemFree_v2')).toEqual([]);
  });

  test('that are none are refused with the compiler’s words', async () => {
    const error = await refusal(cuda.loadModule(context, Buffer.from('garbage')));
    expect(error).toMatchObject({
      name: 'CUDA_ERROR_INVALID_IMAGE',
      class: 'programmer',
      detail: 'ptxas fatal: garbage',
    });
    const { module } = await cuda.loadModule(context, Buffer.from('.ptx'));
    expect(await refusal(cuda.getFunction(module, 'none'))).toMatchObject({ code: 500, detail: /no function none/ });
    expect(await refusal(cuda.getGlobal(module, 'none'))).toMatchObject({ code: 500, detail: /no variable none/ });
  });

  test('take functions and variables along', async () => {
    const { module } = await cuda.loadModule(context, Buffer.from('.ptx'));
    const { function: one } = await cuda.getFunction(module, 'ring_a');
    const { memory } = await cuda.getGlobal(module, 'ring_arena_base');
    await cuda.release(module);
    for (const call of [
      () => cuda.release(module),
      () => cuda.getFunction(module, 'ring_a'),
      () => launch(one),
      () => cuda.occupancy(one, { blockThreads: 1, sharedBytes: 0 }),
      () => cuda.readMemory({ memory, offset: 0 }, 1),
    ]) {
      expect(await refusal(call)).toMatchObject({ name: 'RING_STALE_HANDLE', class: 'programmer' });
    }
    expect(driver.calls('cuModuleUnload')).toHaveLength(1);
  });

  test('reserve the local memory of their functions, so that no launch has to', async () => {
    const { module } = await cuda.loadModule(context, Buffer.from('.ptx'));
    await cuda.getFunction(module, 'ring_small_l1000');
    await cuda.getFunction(module, 'ring_large_l2050');
    await cuda.getFunction(module, 'ring_middle_l2000');
    expect(driver.calls('cuCtxSetLimit')).toEqual(['cuCtxSetLimit limit=0 value=2064 -> 0']);
  });
});
