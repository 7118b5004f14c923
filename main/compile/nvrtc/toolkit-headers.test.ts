import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findToolkitHeaders } from './toolkit-headers.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-toolkits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function toolkit(name: string, version: number): string {
  const include = join(folder, name, 'include');
  mkdirSync(include, { recursive: true });
  writeFileSync(join(include, 'cuda_fp16.h'), '');
  writeFileSync(join(include, 'cuda_runtime_api.h'), `#pragma once\n#define CUDART_VERSION  ${version}\n`);
  return include;
}

function find(library: string, env: NodeJS.ProcessEnv = {}, usualFolders: readonly string[] = []) {
  return findToolkitHeaders({ nvrtcPath: join(folder, library), nvrtcVersion: 12_040, env, usualFolders });
}

test('headers that belong to NVRTC come first, then those that the environment names, then the usual ones', async () => {
  const own = toolkit('own', 12_040);
  const named = toolkit('named', 12_060);
  const usual = toolkit('usual', 12_000);
  const env = { CUDA_PATH: join(folder, 'named') };
  const found = async (library: string, of: NodeJS.ProcessEnv) =>
    (await find(library, of, [join(folder, 'usual')])).headers?.folder;
  expect(await found('own/lib64/libnvrtc.so.12', env)).toBe(own);
  expect(await found('own/targets/lib/libnvrtc.so.12', env)).toBe(own);
  expect(await found('elsewhere/lib/libnvrtc.so.12', env)).toBe(named);
  expect(await found('elsewhere/lib/libnvrtc.so.12', { CUDA_PATH: '' })).toBe(usual);
});

test('NVRTC of a package for Python has the headers of another package', async () => {
  const packages = 'venv/lib/python3.12/site-packages/nvidia';
  const include = toolkit(`${packages}/cuda_runtime`, 12_040);
  expect((await find(`${packages}/cuda_nvrtc/lib/libnvrtc.so.12`)).headers).toEqual({
    folder: include,
    version: 12_040,
  });
  expect((await find('lib/libnvrtc.so.12', { VIRTUAL_ENV: join(folder, 'venv') })).headers?.folder).toBe(include);
});

test('headers of another major version are passed over, and remembered', async () => {
  const newer = toolkit('newer', 13_000);
  const found = await find('elsewhere/lib/libnvrtc.so.12', { CUDA_HOME: join(folder, 'newer') });
  expect(found).toEqual({ headers: undefined, unfit: [{ folder: newer, version: 13_000 }] });
});
