import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { FakeLibraries, nativeDir } from './fake-libraries.ts';

/** The folder of these headers, where a toolkit is installed in one of the usual places. */
function findToolkitHeaders(...names: readonly string[]): string | undefined {
  const toolkits = existsSync('/usr/local') ? readdirSync('/usr/local').filter((name) => name.startsWith('cuda')) : [];
  const folders = [process.env['CUDA_PATH'], process.env['CUDA_HOME'], ...toolkits.map((name) => `/usr/local/${name}`)];
  return folders
    .flatMap((folder) => (folder === undefined || folder === '' ? [] : [join(folder, 'include')]))
    .find((folder) => names.every((name) => existsSync(join(folder, name))));
}

test('our declarations of the driver are NVIDIA’s: numbers, parameters of each version, grave errors', async (context) => {
  const headers = findToolkitHeaders('cuda.h', 'cudaTypedefs.h');
  if (headers === undefined) return context.skip('there is no cuda.h here');
  using folder = new FakeLibraries();
  const program = join(folder.folder, 'driver_interface_check');
  const sources = ['test/driver_interface_check.cc', 'runtime/failure.cc', 'driver/checked_call.cc'];
  const paths = sources.map((source) => join(nativeDir, source));
  const flags = ['-std=c++20', '-Wall', `-I${nativeDir}`, '-isystem', headers];
  await promisify(execFile)(process.env['CXX'] ?? 'c++', [...flags, ...paths, '-o', program]);
  await expect(promisify(execFile)(program)).resolves.toMatchObject({ stderr: '' });
});

test('our declarations of NVML are NVIDIA’s: numbers, layouts, parameters', async (context) => {
  const headers = findToolkitHeaders('nvml.h');
  if (headers === undefined) return context.skip('there is no nvml.h here');
  const newest = 'nvmlDeviceGetTemperatureV';
  if (!readFileSync(join(headers, 'nvml.h'), 'utf8').includes(newest))
    return context.skip(`nvml.h is older: no ${newest}`);
  const flags = ['-std=c++20', '-Wall', '-Wno-deprecated-declarations', '-fsyntax-only', `-I${nativeDir}`];
  const source = join(nativeDir, 'test', 'nvml_interface_check.cc');
  const compiled = promisify(execFile)(process.env['CXX'] ?? 'c++', [...flags, '-isystem', headers, source]);
  await expect(compiled).resolves.toMatchObject({ stderr: '' });
});
