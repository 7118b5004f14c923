import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { loadAddon, type RingNative } from '../bindings/load-addon.ts';
import { FakeLibraries, nativeDir, needsAddon } from './fake-libraries.ts';

const libraries = new FakeLibraries();

afterAll(() => libraries[Symbol.dispose]());

function addon(): RingNative {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.addon;
}

test('a folder without a build is a reason that names the folder and the platform', () => {
  const empty = mkdtempSync(join(tmpdir(), 'ringstudio-no-addon-'));
  const loaded = loadAddon(empty);
  expect(loaded).toEqual({ ok: false, reason: `${empty} holds no build for ${process.platform}-${process.arch}` });
});

describe('the addon', () => {
  beforeEach(needsAddon);

  test('is linked against none of NVIDIA’s libraries', async (context) => {
    if (process.platform !== 'linux') context.skip('readelf is on Linux');
    const { stdout } = await promisify(execFile)('readelf', ['-d', addon().path]);
    const needed = [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name);
    expect(needed).toContain('libc.so.6');
    expect(needed.filter((name) => /cuda|nv/.test(name!))).toEqual([]);
  });

  test('asks for Node-API 8, so that one file serves Node and Electron', async (context) => {
    if (process.platform !== 'linux') context.skip('nm is on Linux');
    const { stdout } = await promisify(execFile)('nm', ['-D', addon().path]);
    expect(stdout).toMatch(/ T napi_register_module_v1$/m);
    // Node's own C++ symbols would tie it to one version of Node.
    expect(stdout.match(/ U .*(v8|node)\w*(Isolate|Context|AddEnvironment).*/g)).toBeNull();
  });

  test('is found where packages have it, without a build folder', () => {
    const packaged = join(libraries.folder, 'packaged');
    cpSync(join(nativeDir, 'prebuilds'), join(packaged, 'prebuilds'), { recursive: true });
    const loaded = loadAddon(packaged);
    const platform = `${process.platform}-${process.arch}`;
    expect(loaded).toMatchObject({
      ok: true,
      addon: { path: join(packaged, 'prebuilds', platform, 'ring_native.node') },
    });
  });

  test('works in worker threads too, several at once', async () => {
    const driver = await libraries.driver();
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage(require(workerData.addon).probe('driver', [workerData.driver]));`;
    const ask = async (): Promise<unknown> => {
      const worker = new Worker(code, { eval: true, workerData: { addon: addon().path, driver } });
      const [[report]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
      return report;
    };
    const reports = await Promise.all([ask(), ask(), ask()]);
    expect(reports).toEqual(reports.map(() => addon().probe('driver', [driver])));
  });

  test.each([
    ['no arguments', [], 'expects 2 arguments'],
    ['a part that is no string', [1, []], 'the part is not a string'],
    ['a part that there is not', ['cudnn', []], "none of 'driver', 'nvrtc', 'nvml'"],
    ['libraries that are no array', ['driver', 'libcuda.so.1'], 'the libraries are not an array'],
    ['a name that is no string', ['driver', [{}]], 'the libraries are not an array'],
    ['an empty name, which would be the program itself', ['driver', ['']], 'none of them empty'],
    ['a name with a NUL', ['driver', ['/a\0b']], 'or with a NUL'],
    ['too many names', ['driver', Array.from({ length: 257 }, () => 'a')], 'at most 256'],
  ])('refuses %s', (_what, args, message) => {
    const { probe } = createRequire(import.meta.url)(addon().path) as { probe: (...args: unknown[]) => unknown };
    expect(() => probe(...args)).toThrow(TypeError);
    expect(() => probe(...args)).toThrow(message);
  });

  test('passes on what a getter among the names throws', () => {
    const { probe } = createRequire(import.meta.url)(addon().path) as { probe: (...args: unknown[]) => unknown };
    const names = Object.defineProperty(['x'], 0, {
      get: () => {
        throw new RangeError('not now');
      },
    });
    expect(() => probe('driver', names)).toThrow(new RangeError('not now'));
  });

  test('opens the first library that can be opened, and tells why those before it cannot', async () => {
    const missing = join(libraries.folder, 'missing.so');
    const garbage = libraries.file('garbage.so', 'this is no library, but long enough for a header'.repeat(4));
    const driver = await libraries.driver();
    const report = addon().probe('driver', [missing, garbage, driver, join(libraries.folder, 'later.so')]);
    expect(report.path).toBe(driver);
    expect(report.loadFailures.map(({ name }) => name)).toEqual([missing, garbage]);
    expect(report.loadFailures[0]!.message).toMatch(/No such file|no such file/);
    expect(report.loadFailures[1]!.message).toMatch(/invalid ELF header|not a mach-o file/);
  });

  test('tells a failed call with its code, its name and the place that made it', async () => {
    const { errors } = addon().probe('driver', [await libraries.driver('FAKE_INIT_RESULT=100')]);
    expect(errors).toEqual([
      { call: 'cuInit', code: 100, name: 'CUDA_ERROR_NO_DEVICE', place: expect.stringMatching(/^cuda_probe\.cc:\d+$/) },
    ]);
  });

  test('goes on as another program with the same number and streams, and with no file that was open', async (context) => {
    if (process.platform !== 'linux') context.skip('what is open is read from /proc');
    const { path } = addon();
    const next = `
      const { readdirSync, readlinkSync } = require('fs');
      const open = readdirSync('/proc/self/fd').flatMap((name) => {
        try { return [readlinkSync('/proc/self/fd/' + name)]; } catch { return []; }
      });
      console.log(JSON.stringify([process.pid, process.env, open.filter((to) => to.endsWith('.node'))]));`;
    const first = `
      require('fs').openSync(${JSON.stringify(path)});
      console.log(process.pid);
      const { replaceProcess } = require(${JSON.stringify(path)});
      replaceProcess(process.execPath, ['node', '-e', ${JSON.stringify(next)}], ['A=b c']);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', first]);
    const [pid, told] = stdout.split('\n');
    expect(JSON.parse(told!)).toEqual([Number(pid), { A: 'b c' }, []]);
  });

  test('says why it cannot go on as another program', () => {
    const run = (file: string): unknown => addon().replaceProcess(file, ['x'], {});
    expect(() => run('/no/such/program')).toThrow(/\/no\/such\/program: No such file|Windows/);
    expect(() => run('a\0b')).toThrow(TypeError);
  });
});
