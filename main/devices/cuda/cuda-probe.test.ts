import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { CudaFindings } from '../../../app/contract/cuda-findings.ts';
import { FakeLibraries, nativeDir, needsAddon } from '../../../native/test/fake-libraries.ts';
import { isWsl } from './is-wsl.ts';
import { CudaProbe, type CudaProbeOptions } from './cuda-probe.ts';

const processPath = fileURLToPath(new URL('../../../dist/probe.process.js', import.meta.url));
const libraries = new FakeLibraries();
const missing = join(libraries.folder, 'missing.so');
/** Only files of this test are opened, whatever this machine has. */
const nothing = {
  RINGSTUDIO_CUDA_LIBRARY: missing,
  RINGSTUDIO_NVRTC_LIBRARY: missing,
  RINGSTUDIO_NVML_LIBRARY: missing,
};

afterAll(() => libraries[Symbol.dispose]());

function probe(env: NodeJS.ProcessEnv, options: Partial<CudaProbeOptions> = {}): CudaProbe {
  return new CudaProbe({ processPath, nativeDir, env: { ...process.env, ...nothing, ...env }, ...options });
}

function ask(env: NodeJS.ProcessEnv = {}, options: Partial<CudaProbeOptions> = {}): Promise<CudaFindings> {
  return probe(env, options).findings();
}

async function askDriver(...definitions: readonly string[]): Promise<CudaFindings & { readonly file: string }> {
  const file = await libraries.driver(...definitions);
  return { ...(await ask({ RINGSTUDIO_CUDA_LIBRARY: file })), file };
}

describe('without what it needs', () => {
  test('a missing addon is the finding, and nothing else is known', async () => {
    const empty = join(libraries.folder, 'no-native');
    mkdirSync(empty);
    const findings = await ask({}, { nativeDir: empty });
    const reason = `${empty} holds no build for ${process.platform}-${process.arch}`;
    const unknown = { found: false, reason: 'not looked for: the addon, which looks for it, is not there' };
    const rest = { driver: unknown, devices: unknown, nvrtc: unknown, nvml: unknown };
    expect(findings).toEqual({ addon: { found: false, reason }, ...rest });
  });

  test('an addon that cannot be loaded says why', async () => {
    const folder = join(libraries.folder, 'broken-native', 'build', 'Release');
    mkdirSync(folder, { recursive: true });
    libraries.file('broken-native/build/Release/ring_native.node', 'not a library');
    const { addon } = await ask({}, { nativeDir: join(libraries.folder, 'broken-native') });
    expect(addon).toMatchObject({ found: false, reason: expect.stringContaining('cannot be loaded') });
  });

  test('a process that does not start, or does not speak, is a finding', async () => {
    const lost = await ask({}, { processPath: missing });
    expect(lost.addon).toMatchObject({
      reason: expect.stringMatching(/ended with exit code 1; it printed: .*missing/s),
    });
    const mute = libraries.file('mute.mjs', 'console.log("Hello, {not JSON}")');
    const { addon } = await ask({}, { processPath: mute });
    const reason = 'the process that loads it ended with exit code 0; it printed: Hello, {not JSON}';
    expect(addon).toEqual({ found: false, reason });
  });
});

describe('with the addon', () => {
  beforeEach(needsAddon);

  test('libraries that are not there have the words of the loader as reason', async () => {
    const { addon, driver, devices, nvrtc, nvml } = await ask();
    expect(addon).toMatchObject({ found: true, path: expect.stringMatching(/ring_native\.node$/) });
    for (const part of [driver, nvrtc, nvml]) {
      expect(part).toMatchObject({ found: false, reason: expect.stringContaining(`${missing}: `) });
    }
    expect(devices).toEqual({ found: false, reason: 'there is no driver to ask' });
  });

  test('a driver with devices tells all their figures', async () => {
    const { driver, devices, file } = await askDriver('FAKE_DEVICE_COUNT=2');
    expect(driver).toEqual({ found: true, path: file, cudaVersion: '12.4', isWsl: await isWsl() });
    const big = { computeCapability: '9.0', memoryBytes: 80 * 2 ** 30, multiprocessorCount: 132 };
    const small = { computeCapability: '9.1', memoryBytes: 80 * 2 ** 30, multiprocessorCount: 131 };
    expect(devices).toEqual({
      found: true,
      list: [
        { name: 'Fake GPU 0', ...big, isIntegrated: false, hasKernelTimeout: false, isSharedByMps: false },
        { name: 'Fake GPU 1', ...small, isIntegrated: true, hasKernelTimeout: true, isSharedByMps: true },
      ],
    });
  });

  test('a driver without a device says what cuInit answered', async () => {
    const { driver, devices } = await askDriver('FAKE_INIT_RESULT=100');
    expect(driver).toMatchObject({ found: true, cudaVersion: '12.4' });
    expect(devices).toEqual({ found: false, reason: 'cuInit: CUDA_ERROR_NO_DEVICE (100)' });
  });

  test('a code that the driver has no name for is told as a number', async () => {
    const { devices } = await askDriver('FAKE_INIT_RESULT=804');
    expect(devices).toEqual({ found: false, reason: 'cuInit: error 804' });
  });

  test('an old driver tells its version', async () => {
    const { driver } = await askDriver('FAKE_VERSION=10020');
    expect(driver).toMatchObject({ found: true, cudaVersion: '10.2' });
  });

  test('a driver that lacks a function leaves unknown what that function tells', async () => {
    const { devices } = await askDriver('FAKE_WITHOUT_MEMORY');
    expect(devices).toMatchObject({ found: true, list: [{ name: 'Fake GPU 0', memoryBytes: null }] });
  });

  test('a driver of CUDA 11 is asked for the newer function by its name', async () => {
    const { devices } = await askDriver('FAKE_VERSION=11080', 'FAKE_WITHOUT_MEMORY', 'FAKE_PROC_ADDRESS');
    expect(devices).toMatchObject({ found: true, list: [{ memoryBytes: 80 * 2 ** 30 }] });
  });

  test('a library that is no driver is named with what it lacks', async () => {
    const file = await libraries.empty('empty.so');
    const { driver, devices, nvrtc, nvml } = await ask({
      RINGSTUDIO_CUDA_LIBRARY: file,
      RINGSTUDIO_NVRTC_LIBRARY: file,
      RINGSTUDIO_NVML_LIBRARY: file,
    });
    expect(driver).toEqual({ found: false, reason: `${file} is no CUDA driver (it has no cuInit)` });
    expect(devices).toEqual({ found: false, reason: 'there is no driver to ask' });
    expect(nvrtc).toEqual({ found: false, reason: `${file} has no nvrtcVersion` });
    expect(nvml).toEqual({ found: false, reason: `${file} has no nvmlInit_v2` });
  });

  test('a file that is no library is named with the words of the loader', async () => {
    const file = libraries.file('garbage.so', 'this is no library'.repeat(10));
    const { driver } = await ask({ RINGSTUDIO_CUDA_LIBRARY: file });
    expect(driver).toMatchObject({
      found: false,
      reason: expect.stringMatching(/garbage\.so: (invalid ELF|.*mach-o)/),
    });
  });

  test('NVRTC tells its version and what it compiles for, and whether its device functions are there', async () => {
    const file = await libraries.nvrtc();
    const { nvrtc } = await ask({ RINGSTUDIO_NVRTC_LIBRARY: file });
    const architectures = ['7.5', '8.0', '9.0', '12.0'];
    const builtins = { found: false, reason: expect.stringContaining('libnvrtc-builtins.so.12.9: ') };
    expect(nvrtc).toEqual({ found: true, path: file, version: '12.9', architectures, builtins });
    const path = await libraries.empty('libnvrtc-builtins.so.12.9');
    const again = await ask({ RINGSTUDIO_NVRTC_LIBRARY: file });
    expect(again.nvrtc).toMatchObject({ found: true, builtins: { found: true, path } });
  });

  test('NVRTC that does not tell its version says what it answered', async () => {
    const file = await libraries.nvrtc('FAKE_VERSION_RESULT=11');
    const { nvrtc } = await ask({ RINGSTUDIO_NVRTC_LIBRARY: file });
    expect(nvrtc).toEqual({ found: false, reason: 'nvrtcVersion: NVRTC_ERROR_INTERNAL_ERROR (11)' });
  });

  test('NVML tells the driver’s version and counts devices, or says why it cannot', async () => {
    const file = await libraries.nvml();
    const { nvml } = await ask({ RINGSTUDIO_NVML_LIBRARY: file });
    expect(nvml).toEqual({ found: true, path: file, driverVersion: '550.54.15', deviceCount: 2 });
    const unloaded = await ask({ RINGSTUDIO_NVML_LIBRARY: await libraries.nvml('FAKE_INIT_RESULT=9') });
    expect(unloaded.nvml).toEqual({ found: false, reason: 'nvmlInit_v2: Driver Not Loaded (9)' });
  });

  test('a driver that crashes ends the process that asks it, and the others are asked all the same', async () => {
    const driver = await libraries.driver('FAKE_IN_INIT=std::raise(SIGSEGV)');
    const findings = await ask({ RINGSTUDIO_CUDA_LIBRARY: driver, RINGSTUDIO_NVML_LIBRARY: await libraries.nvml() });
    const reason = 'the process that asked the CUDA driver was ended by SIGSEGV';
    expect(findings).toMatchObject({
      addon: { found: true },
      driver: { found: false, reason },
      devices: { found: false, reason },
      nvrtc: { found: false, reason: expect.stringContaining(missing) },
      nvml: { found: true },
    });
  });

  test('a driver that ends the process is quoted with what it printed last', async () => {
    const { driver } = await askDriver('FAKE_IN_INIT=(std::fputs("no luck today\\n",stderr),_exit(3))');
    const reason = 'the process that asked the CUDA driver ended with exit code 3; it printed: no luck today';
    expect(driver).toEqual({ found: false, reason });
  });

  test('what a driver prints does not spoil its answer', async () => {
    const { driver } = await askDriver('FAKE_IN_INIT=(std::puts("{\\"kind\\":\\"driver\\"}"),std::fflush(stdout))');
    expect(driver).toMatchObject({ found: true });
  });

  test('a driver that hangs is given up after the time limit, and killed', async () => {
    const file = await libraries.driver('FAKE_IN_INIT=for(;;)pause()');
    const { driver, nvrtc } = await ask({ RINGSTUDIO_CUDA_LIBRARY: file }, { timeLimitMs: 1_500 });
    const reason = 'the process that asked the CUDA driver did not answer within 1.5 s';
    expect(driver).toEqual({ found: false, reason });
    expect(nvrtc).toMatchObject({ found: false, reason: expect.stringContaining(missing) });
  });

  test('whoever asks at once, or later, gets the answer of one process', async () => {
    const marks = join(libraries.folder, 'marks');
    const count = `std::fclose(std::fopen((std::string("${marks}.")+std::to_string(getpid())).c_str(),"w"))`;
    const file = await libraries.driver(`FAKE_IN_INIT=${count}`);
    const shared = probe({ RINGSTUDIO_CUDA_LIBRARY: file });
    const [first, second] = await Promise.all([shared.findings(), shared.findings()]);
    expect(first.driver).toMatchObject({ found: true });
    expect(second).toBe(first);
    expect(await shared.findings()).toBe(first);
    expect(libraries.filesNamed('marks.')).toHaveLength(1);
  });
});
