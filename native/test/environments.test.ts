import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadAddon, type RingNative } from '../bindings/load-addon.ts';
import { FakeLibraries, nativeDir, needsAddon } from './fake-libraries.ts';
import { COMPILE_MS, RecordingDrivers, type RecordingDriver } from './recording-driver.fixture.ts';

const drivers = new RecordingDrivers();
const libraries = new FakeLibraries();
afterAll(() => {
  drivers[Symbol.dispose]();
  libraries[Symbol.dispose]();
});

beforeAll(() => drivers.prepare(), COMPILE_MS);

let nvrtc = '';
let addon: RingNative;
let driver: RecordingDriver;
beforeEach(async (context) => {
  needsAddon(context);
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  ({ addon } = loaded);
  driver = await drivers.create();
  nvrtc ||= await libraries.nvrtc();
}, COMPILE_MS);

/** Opens everything there is in a thread or process of its own, launches what `launches` says, then does `ending`. */
function script(launches: number, ending: string, { patienceMs = 0 } = {}): string {
  return `
    const { parentPort, workerData } = require('node:worker_threads');
    const { addon, driver, nvrtc } = workerData ?? JSON.parse(process.argv[1]);
    const native = require(addon);
    const say = (value) => (parentPort ? parentPort.postMessage(value) : console.log(JSON.stringify(value)));
    (async () => {
      const { context } = await native.openContext([driver], 0, 0, ${patienceMs});
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
      const host = await native.registerMemory(context, new Uint8Array(memory));
      const device = await native.allocateMemory(context, 4096);
      const { module } = await native.loadModule(context, Buffer.from('.ptx'));
      const { function: of } = await native.getFunction(module, 'ring_a');
      const { compiler } = await native.openCompiler([nvrtc]);
      const watch = native.watchWord(new Int32Array(memory), 50, 20, 500, () => {});
      for (let count = 0; count < ${launches}; count++) {
        await native.launch(of, [1, 1, 1, 32, 1, 1], 0, true, false, new Uint8Array(16), [0], [], () => {});
      }
      const handles = { context, host, device, module, of, compiler, watch };
      say(handles);
      ${ending}
    })();`;
}

const asleep = 'setInterval(() => {}, 1000);';

async function startWorker(code: string): Promise<{ worker: Worker; handles: Record<string, number> }> {
  const workerData = { addon: addon.path, driver: driver.path, nvrtc };
  const worker = new Worker(code, { eval: true, workerData });
  const [handles] = (await once(worker, 'message')) as [Record<string, number>];
  return { worker, handles };
}

const frees = ['cuMemHostUnregister', 'cuMemFree_v2', 'cuModuleUnload', 'cuDevicePrimaryCtxRelease_v2'];

function expectAllFreed(): void {
  expect(driver.calls(...frees)).toEqual([
    'cuModuleUnload .ptx -> 0',
    'cuMemFree_v2 -> 0',
    'cuMemHostUnregister -> 0',
    'cuDevicePrimaryCtxRelease_v2 -> 0',
  ]);
  expect(driver.calls('cuStreamDestroy_v2')).toHaveLength(driver.calls('cuStreamCreateWithPriority').length);
  expect(driver.calls('cuEventDestroy_v2')).toHaveLength(driver.calls('cuEventCreate').length);
  expect(driver.calls('DEADLOCK')).toEqual([]);
}

describe('a thread', () => {
  test('cannot use the handles of another one', async () => {
    const { worker, handles } = await startWorker(script(0, asleep));
    const { cuda } = addon;
    for (const handle of Object.values(handles)) {
      for (const call of [cuda.memoryInfo, cuda.release, cuda.synchronize, cuda.closeContext]) {
        await expect((call as (handle: number) => Promise<unknown>)(handle)).rejects.toMatchObject({
          name: 'RING_FOREIGN_HANDLE',
          class: 'programmer',
        });
      }
    }
    await worker.terminate();
    expectAllFreed();
  });

  test('that ends by itself frees everything once, the youngest first', async () => {
    const { worker } = await startWorker(script(0, 'native.unwatch(watch);'));
    await once(worker, 'exit');
    expectAllFreed();
  });

  test('that is terminated while a launch is in flight waits for it to leave, a while', async () => {
    const { worker } = await startWorker(script(2, asleep, { patienceMs: 30_000 }));
    const ended = worker.terminate();
    driver.control('end 1', 'end 2');
    await ended;
    expectAllFreed();
  });

  test('that is terminated while its callbacks are on their way takes nobody along', async () => {
    for (let round = 0; round < 25; round++) {
      driver = await drivers.create();
      const { worker } = await startWorker(script(2, asleep, { patienceMs: 30_000 }));
      driver.control('end 1', 'end 2');
      await worker.terminate();
      expectAllFreed();
    }
  });

  test('that is terminated while a launch stays frees nothing that it uses, and does not wait for ever', async () => {
    const { worker } = await startWorker(script(1, asleep, { patienceMs: 50 }));
    await worker.terminate();
    expect(driver.calls(...frees, 'cuStreamDestroy_v2')).toEqual([]);
    expect(driver.calls('DEADLOCK')).toEqual([]);
    // Whoever comes next is told, and not let into the same trap.
    await expect(addon.cuda.openContext({ libraries: [driver.path], ordinal: 0 })).rejects.toMatchObject({
      name: 'RING_DEVICE_IN_USE',
    });
    driver.control('end 1');
  });

  test('that is terminated while a call hangs in the driver leaves it alone', async () => {
    const hang = "parentPort.once('message', () => { native.allocateMemory(context, 64); say('asked'); });";
    const { worker } = await startWorker(script(0, `${hang} ${asleep}`));
    driver.control('hang cuMemAlloc_v2');
    worker.postMessage('hang');
    await once(worker, 'message');
    await worker.terminate();
    expect(driver.calls(...frees)).toEqual([]);
    driver.control();
  });

  test('finds the device free again when another one has closed it', async () => {
    const first = await startWorker(script(0, asleep));
    await first.worker.terminate();
    const second = await startWorker(script(0, asleep));
    expect(second.handles['context']).not.toBe(first.handles['context']);
    await second.worker.terminate();
  });

  test('may come and go many times', async () => {
    for (let round = 0; round < 3; round++) {
      driver = await drivers.create();
      const { worker } = await startWorker(script(0, round % 2 === 0 ? asleep : 'process.exit(0);'));
      await worker.terminate();
      expectAllFreed();
    }
  });
});

describe('a process', () => {
  const run = async (code: string): Promise<Record<string, number>> => {
    const data = JSON.stringify({ addon: addon.path, driver: driver.path, nvrtc });
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code, data], { timeout: 50_000 });
    return JSON.parse(stdout) as Record<string, number>;
  };

  test('ends when nobody waits for an answer, and frees everything', async () => {
    await run(script(0, ''));
    expectAllFreed();
  });

  test('ends although a launch stays', async () => {
    await run(script(1, ''));
    expect(driver.calls(...frees)).toEqual([]);
  });

  test('ends by process.exit in the midst of calls, and leaves what there is to the system', async () => {
    await run(script(0, 'for (let i = 0; i < 100; i++) native.allocateMemory(context, 64); process.exit(0);'));
    // Node runs no clean-up of the main thread then.
    expect(driver.calls('cuDevicePrimaryCtxRelease_v2', 'DEADLOCK')).toEqual([]);
  });

  test('does not end while somebody waits for an answer', async () => {
    await run(
      script(0, 'await native.memoryInfo(context); await native.compile(compiler, "a", "", [], [], [], [], false);'),
    );
    expect(driver.calls('cuMemGetInfo_v2')).toHaveLength(1);
  });

  test('is told of what a callback throws as of any uncaught error', async () => {
    const code = script(
      0,
      `process.on('uncaughtException', (error) => { process.stderr.write(error.message); process.exit(0); });
       const words = new Int32Array(memory);
       native.watchWord(words.subarray(4), 0, 20, 500, () => { throw new Error('from a callback'); });
       Atomics.add(words, 4, 1); ${asleep}`,
    );
    const data = JSON.stringify({ addon: addon.path, driver: driver.path, nvrtc });
    const { stderr } = await promisify(execFile)(process.execPath, ['-e', code, data], { timeout: 50_000 });
    expect(stderr).toContain('from a callback');
  });
});
