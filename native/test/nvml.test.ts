import { createRequire } from 'node:module';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { loadAddon, type RingNative } from '../bindings/load-addon.ts';
import type { NvmlDeviceFigures } from '../bindings/nvml-answers.ts';
import { FakeLibraries, nativeDir, needsAddon } from './fake-libraries.ts';

const libraries = new FakeLibraries();
const GIB = 2 ** 30;

beforeEach(needsAddon);
afterAll(() => libraries[Symbol.dispose]());

function addon(): RingNative {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.addon;
}

async function sample(...definitions: readonly string[]): Promise<readonly NvmlDeviceFigures[]> {
  const { nvml } = addon();
  expect(nvml.open([await libraries.nvml(...definitions)])).toMatchObject({ driverVersion: '550.54.15', errors: [] });
  const answer = nvml.sample();
  if ('error' in answer) throw new Error(answer.error.call);
  return answer.value;
}

/** The call whose answer is the reason. */
function failed(call: string, code: number | null) {
  return { error: expect.objectContaining({ call, code }) as unknown };
}

test('all figures of all devices come in one call, each by itself a value or a reason', async () => {
  const [first, second] = await sample();
  expect(first).toEqual({
    name: { value: 'NVIDIA Fake 9000' },
    uuid: { value: 'GPU-0000-0' },
    gpuPercent: { value: 50 },
    memoryPercent: { value: 20 },
    memoryUsedBytes: { value: 30 * GIB },
    memoryTotalBytes: { value: 80 * GIB },
    powerMilliwatts: { value: 350_000 },
    powerLimitMilliwatts: { value: 700_000 },
    temperatureCelsius: { value: 55 },
    smClockMhz: { value: 1145 },
    smClockMaxMhz: { value: 1980 },
    memoryClockMhz: { value: 2619 },
    memoryClockMaxMhz: { value: 2619 },
    isEccOn: { value: true },
    eccCorrected: { value: 3 },
    eccUncorrected: { value: 0 },
    slowdowns: { value: 0x24 },
    computeProcesses: {
      value: [
        { pid: 4242, usedBytes: GIB, name: '/usr/bin/trainer' },
        { pid: 4243, usedBytes: null, name: null },
      ],
    },
    graphicsProcesses: { value: [{ pid: 4242, usedBytes: GIB, name: '/usr/bin/trainer' }] },
  });
  expect(second).toMatchObject({
    name: { value: 'NVIDIA Fake Laptop' },
    gpuPercent: failed('nvmlDeviceGetUtilizationRates', 3),
    // The older functions know what the newer ones do not.
    memoryUsedBytes: { value: GIB },
    temperatureCelsius: { value: 41 },
    powerMilliwatts: failed('nvmlDeviceGetPowerUsage', 3),
    powerLimitMilliwatts: failed('nvmlDeviceGetPowerManagementLimit', 3),
    isEccOn: failed('nvmlDeviceGetEccMode', 3),
    slowdowns: failed('nvmlDeviceGetCurrentClocksThrottleReasons', 3),
    computeProcesses: failed('nvmlDeviceGetComputeRunningProcesses_v3', 4),
  });
});

test('a driver without the newer functions is asked by the older ones', async () => {
  const [first] = await sample('FAKE_OLD');
  expect(first).toMatchObject({
    memoryUsedBytes: { value: 30 * GIB },
    powerLimitMilliwatts: { value: 650_000 },
    temperatureCelsius: { value: 55 },
    slowdowns: { value: 0x24 },
    computeProcesses: { value: [{ pid: 4242, usedBytes: GIB }, { pid: 4243 }] },
  });
});

test('processes are read right from the drivers that write more than they say, and however many there are', async () => {
  const [first] = await sample('FAKE_LONG_PROCESSES', 'FAKE_MANY=3');
  const list = [{ pid: 4242 }, { pid: 4243, usedBytes: null }, { pid: 4244, usedBytes: 3 * GIB }];
  expect(first).toMatchObject({ computeProcesses: { value: list } });
  const [crowded] = await sample('FAKE_MANY=300');
  expect(crowded?.computeProcesses).toHaveProperty('value.length', 300);
});

test('a function that is missing is the reason of its figure', async () => {
  const [first] = await sample('FAKE_BARE');
  expect(first?.name).toEqual(failed('nvmlDeviceGetHandleByIndex_v2', null));
  expect(new Set(Object.values(first ?? {}).map((figure) => JSON.stringify(figure))).size).toBe(1);
});

test('a device that is lost has that as the reason of each figure, and the others go on', async () => {
  process.env['RINGSTUDIO_FAKE_NVML'] = libraries.file('lost', 'lost');
  try {
    const [first, second] = await sample();
    const lost = failed('nvmlDeviceGetHandleByIndex_v2', 15);
    expect(first).toMatchObject({ name: lost, powerMilliwatts: lost, graphicsProcesses: lost });
    expect(second).toMatchObject({ name: { value: 'NVIDIA Fake Laptop' } });
    libraries.file('lost', 'count-fails');
    expect(addon().nvml.sample()).toMatchObject({ error: { call: 'nvmlDeviceGetCount_v2', name: 'GPU is lost' } });
  } finally {
    delete process.env['RINGSTUDIO_FAKE_NVML'];
  }
});

test('a library that does not begin is a report', async () => {
  const report = addon().nvml.open([await libraries.nvml('FAKE_INIT_RESULT=9')]);
  expect(report).toMatchObject({ deviceCount: null, errors: [{ call: 'nvmlInit_v2', name: 'Driver Not Loaded' }] });
});

test('arguments are checked, and nothing is read before there is something to read', async () => {
  // Another environment: in this one NVML is open.
  const { Worker } = await import('node:worker_threads');
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { openNvml, sampleNvml } = require(workerData);
    const messages = [];
    for (const call of [
      () => sampleNvml(), () => sampleNvml(1), () => openNvml(), () => openNvml('x'), () => openNvml(['']),
      () => openNvml(['a\\0b']), () => openNvml([7]), () => openNvml(Array(300).fill('a')),
    ]) { try { messages.push(call()) } catch (error) { messages.push(error.name) } }
    parentPort.postMessage(messages);`;
  const worker = new Worker(code, { eval: true, workerData: addon().path });
  const names = await new Promise((resolve) => worker.once('message', resolve));
  expect(names).toEqual(['RING_NOT_OPEN', ...Array<string>(7).fill('RING_BAD_ARGUMENT')]);
  const { openNvml } = createRequire(import.meta.url)(addon().path) as { openNvml: (given: unknown) => unknown };
  const names2 = Object.defineProperty(['x'], 0, {
    get: () => {
      throw new RangeError('not now');
    },
  });
  expect(() => openNvml(names2)).toThrow(new RangeError('not now'));
});
