import { fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeLibraries, nativeDir, needsAddon } from '../../../../native/test/fake-libraries.ts';
import { NvmlProcess, type NvmlAnswer, type NvmlProcessOptions } from './nvml-process.ts';

const processPath = fileURLToPath(new URL('../../../../dist/nvml.process.js', import.meta.url));
const libraries = new FakeLibraries();
const readers: NvmlProcess[] = [];
/** The file that tells the stand-in what happens. */
const wish = libraries.file('wish', '');
const env = { ...process.env, RINGSTUDIO_FAKE_NVML: wish };

afterEach(async () => {
  libraries.file('wish', '');
  for (const reader of readers.splice(0)) {
    reader.kill();
    await reader.gone;
  }
});
afterAll(() => libraries[Symbol.dispose]());

interface Given extends Partial<NvmlProcessOptions> {
  readonly libraries?: readonly string[];
  readonly dir?: string;
}

function start({ libraries: names = [], dir = nativeDir, ...options }: Given): NvmlProcess {
  const reader = new NvmlProcess({ processPath, env, task: { nativeDir: dir, libraries: [...names] }, ...options });
  readers.push(reader);
  return reader;
}

function open(given: Given): Promise<NvmlAnswer> {
  return start(given).open();
}

describe('what is missing is an answer', () => {
  test('the addon, or the process itself', async () => {
    const empty = join(libraries.folder, 'no-native');
    mkdirSync(empty);
    const noBuild = `${empty} holds no build for ${process.platform}-${process.arch}`;
    expect(await open({ dir: empty })).toEqual({ kind: 'absent', lack: 'addon', reason: noBuild });
    const missing = await open({ processPath: join(libraries.folder, 'missing.js') });
    expect(missing).toMatchObject({ how: expect.stringMatching(/^ended with exit code 1; it printed: .*missing/) });
    const rude = libraries.file('rude.mjs', 'process.send({ kind: "sample" }); setTimeout(() => {}, 60_000)');
    expect(await open({ processPath: rude })).toEqual({ kind: 'ended', how: 'said something unknown' });
  });

  test('the library, or a driver', async (context) => {
    needsAddon(context);
    const file = join(libraries.folder, 'none.so');
    const lack = { kind: 'absent', lack: 'library' };
    expect(await open({ libraries: [file] })).toMatchObject({ ...lack, reason: expect.stringContaining(file) });
    expect(await open({})).toMatchObject(lack);
    const reason = 'nvmlInit_v2: Driver Not Loaded (9)';
    const unloaded = await libraries.nvml('FAKE_INIT_RESULT=9');
    expect(await open({ libraries: [unloaded] })).toEqual({ kind: 'absent', lack: 'driver', reason });
  });
});

describe('with NVML', () => {
  let fake = '';
  beforeEach(async (context) => {
    needsAddon(context);
    if (fake === '') fake = await libraries.nvml();
  });

  test('every figure comes in the units of the contract, or with its reason', async () => {
    const reader = start({ libraries: [fake] });
    expect(await reader.open()).toEqual({ kind: 'opened' });
    const answer = await reader.sample();
    if (answer.kind !== 'sample') throw new Error(answer.kind);
    const [first, second] = answer.sample.devices;
    expect(answer.sample.driverVersion).toBe('550.54.15');
    expect(first).toMatchObject({
      index: 0,
      powerWatts: { value: 350 },
      powerLimitWatts: { value: 700 },
      slowdowns: { value: ['power-cap', 'thermal'] },
      graphicsProcesses: { value: [{ pid: 4242, usedBytes: 2 ** 30, name: '/usr/bin/trainer' }] },
    });
    const notSupported = { unknown: 'not supported by this GPU' };
    expect(second).toMatchObject({
      name: { value: 'NVIDIA Fake Laptop' },
      gpuPercent: notSupported,
      powerWatts: notSupported,
      eccCorrected: notSupported,
      temperatureCelsius: { value: 41 },
      computeProcesses: { unknown: 'not permitted for this user' },
    });
    libraries.file('wish', 'lost');
    const lost = await reader.sample();
    const reason = 'nvmlDeviceGetHandleByIndex_v2: GPU is lost (15)';
    expect(lost).toMatchObject({ sample: { devices: [{ powerWatts: { unknown: reason } }, {}] } });
    libraries.file('wish', 'count-fails');
    const failed = { kind: 'failed', reason: 'nvmlDeviceGetCount_v2: GPU is lost (15)' };
    expect(await reader.sample()).toEqual(failed);
  });

  test('a crash, in the middle of reading, takes only the reader along', async () => {
    const reader = start({ libraries: [fake] });
    expect(await reader.open()).toEqual({ kind: 'opened' });
    libraries.file('wish', 'crash');
    expect(await reader.sample()).toEqual({ kind: 'ended', how: 'was ended by SIGSEGV' });
    await reader.gone;
    expect(reader.isGone).toBe(true);
    expect(await reader.sample()).toMatchObject({ kind: 'ended' });
  });

  test('one that hangs is killed, at the beginning or later', async () => {
    const reader = start({ libraries: [fake], sampleLimitMs: 200 });
    expect(await reader.open()).toEqual({ kind: 'opened' });
    libraries.file('wish', 'hang');
    expect(await reader.sample()).toEqual({ kind: 'ended', how: 'did not answer within 0.2 s' });
    await reader.gone;
    libraries.file('wish', 'hang-at-once');
    expect(await open({ libraries: [fake], openLimitMs: 1000 })).toMatchObject({ how: 'did not answer within 1 s' });
  });

  test('it ends with its parent, also while it hangs', async () => {
    libraries.file('wish', 'hang-at-once');
    const task = JSON.stringify(JSON.stringify({ nativeDir, libraries: [fake] }));
    const script = libraries.file(
      'parent.mjs',
      `import { fork } from 'node:child_process';
const child = fork(${JSON.stringify(processPath)}, [${task}], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
child.on('message', () => { child.send('open'); setTimeout(() => process.send(child.pid), 300); });`,
    );
    const parent = fork(script, [], { execArgv: [], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const pid = await new Promise<number>((resolve) => parent.once('message', (message) => resolve(Number(message))));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 20_000, interval: 100 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
