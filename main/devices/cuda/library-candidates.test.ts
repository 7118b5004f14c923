import { dirname } from 'node:path/posix';
import { dirname as dirnameWindows } from 'node:path/win32';
import { describe, expect, test } from 'vitest';
import { libraryCandidates, nvrtcForDriver, whyNoCandidates, type LibraryCandidates } from './library-candidates.ts';

interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly files?: readonly string[];
}

/** The candidates on a machine with these files, and the folders that these are in. */
function candidates({ platform = 'linux', arch = 'x64', env = {}, files = [] }: Machine): LibraryCandidates {
  const folderOf = platform === 'win32' ? dirnameWindows : dirname;
  const entries = new Map<string, Set<string>>();
  for (let path of files) {
    for (let folder = folderOf(path); folder !== path; path = folder, folder = folderOf(path)) {
      const name = path.slice(folder.length).replace(/^[/\\]/, '');
      entries.set(folder, (entries.get(folder) ?? new Set()).add(name));
    }
  }
  const workingFolder = platform === 'win32' ? 'D:\\work' : '/home/user';
  const listFolder = (folder: string): readonly string[] => [...(entries.get(folder) ?? [])];
  return libraryCandidates({ platform, arch, env, workingFolder, listFolder });
}

describe('on Linux', () => {
  test('the system’s loader is asked where nothing else is known', () => {
    expect(candidates({})).toEqual({
      driver: ['libcuda.so.1'],
      nvrtc: ['libnvrtc.so.13', 'libnvrtc.so.12', 'libnvrtc.so.11.2'],
      nvml: ['libnvidia-ml.so.1'],
    });
  });

  test('in WSL, Windows’ driver comes before one that was installed beside it', () => {
    const files = ['/usr/lib/wsl/lib/libcuda.so.1', '/usr/lib/wsl/lib/libnvidia-ml.so.1'];
    const { driver, nvml } = candidates({ files });
    expect(driver).toEqual(['/usr/lib/wsl/lib/libcuda.so.1', 'libcuda.so.1']);
    expect(nvml[0]).toBe('/usr/lib/wsl/lib/libnvidia-ml.so.1');
  });

  test('folders that the loader does not search come after it', () => {
    const files = ['/usr/lib/aarch64-linux-gnu/nvidia/current/libcuda.so.1'];
    expect(candidates({ arch: 'arm64', files }).driver).toEqual(['libcuda.so.1', files[0]]);
    expect(candidates({ arch: 'x64', files }).driver).toEqual(['libcuda.so.1']);
  });

  test('NVRTC of a toolkit that is named comes first, of the highest version there', () => {
    const files = ['12.4.127', '12', '13'].map((version) => `/opt/toolkit/lib64/libnvrtc.so.${version}`);
    const others = ['/opt/toolkit/lib64/libnvrtc-builtins.so.13.0', '/opt/toolkit/lib64/libnvrtc_static.a'];
    const { nvrtc } = candidates({ env: { CUDA_PATH: '/opt/toolkit' }, files: [...files, ...others] });
    expect(nvrtc.slice(0, 4)).toEqual([files[2], files[1], files[0], 'libnvrtc.so.13']);
  });

  test('NVRTC comes from the Python environment in use, and from the usual folder last', () => {
    const inPackage = '/some/venv/lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12';
    const usual = '/usr/local/cuda/targets/x86_64-linux/lib/libnvrtc.so.13';
    const { nvrtc } = candidates({ env: { VIRTUAL_ENV: '/some/venv' }, files: [inPackage, usual] });
    expect(nvrtc.at(0)).toBe(inPackage);
    expect(nvrtc.at(-1)).toBe(usual);
  });
});

test('NVRTC of the driver’s major release comes first, and later ones last', () => {
  const linux = [
    '/kit/libnvrtc.so.13',
    '/env/libnvrtc.so.12.4.127',
    'libnvrtc.so.12',
    '/my/nvrtc.so',
    'libnvrtc.so.11.2',
  ];
  const [newer, exact, bare, unknown, older] = linux;
  expect(nvrtcForDriver(linux, 12_040)).toEqual([exact, bare, unknown, older, newer]);
  expect(nvrtcForDriver(linux, 13_000)).toEqual([newer, exact, bare, unknown, older]);
  expect(nvrtcForDriver(linux, undefined)).toEqual(linux);
  const windows = ['C:\\a\\nvrtc64_130_0.dll', 'C:\\b\\nvrtc64_112_0.dll', 'C:\\c\\nvrtc64_120_0.dll'];
  expect(nvrtcForDriver(windows, 11_080)).toEqual([windows[1], windows[0], windows[2]]);
});

test('a variable that names a file leaves no other choice', () => {
  const env = {
    RINGSTUDIO_CUDA_LIBRARY: '/a/libcuda.so.1',
    RINGSTUDIO_NVRTC_LIBRARY: '/b/x.so',
    CUDA_PATH: '/opt/cuda',
  };
  const found = candidates({ env: { ...env, RINGSTUDIO_NVML_LIBRARY: '' }, files: ['/opt/cuda/lib64/libnvrtc.so.12'] });
  expect(found).toEqual({ driver: ['/a/libcuda.so.1'], nvrtc: ['/b/x.so'], nvml: ['libnvidia-ml.so.1'] });
});

test('a path is made whole, with the separators of the system; a bare name is left to its loader', () => {
  const named = (platform: NodeJS.Platform, driver: string): readonly string[] =>
    candidates({ platform, env: { RINGSTUDIO_CUDA_LIBRARY: driver } }).driver;
  expect(named('win32', 'C:/CUDA/bin/../nvcuda.dll')).toEqual(['C:\\CUDA\\nvcuda.dll']);
  expect(named('win32', 'libs/nvcuda.dll')).toEqual(['D:\\work\\libs\\nvcuda.dll']);
  expect(named('win32', '.\\nvcuda.dll')).toEqual(['D:\\work\\nvcuda.dll']);
  expect(named('win32', 'nvcuda.dll')).toEqual(['nvcuda.dll']);
  expect(named('linux', './libs/libcuda.so.1')).toEqual(['/home/user/libs/libcuda.so.1']);
  expect(named('linux', 'libcuda.so.1')).toEqual(['libcuda.so.1']);
});

test('on Windows the driver is in the system’s folder, and NVRTC in that of the toolkit', () => {
  const dll = 'C:\\CUDA\\v12.4\\bin\\nvrtc64_120_0.dll';
  const env = { CUDA_PATH: 'C:\\CUDA\\v12.4', ProgramFiles: 'C:\\Program Files' };
  const files = [dll, 'C:\\CUDA\\v12.4\\bin\\nvrtc-builtins64_124.dll'];
  const found = candidates({ platform: 'win32', env, files });
  expect(found).toEqual({ driver: ['nvcuda.dll'], nvrtc: [dll], nvml: ['nvml.dll'] });
});

test('where there is nothing to open, the reason says so', () => {
  expect(candidates({ platform: 'darwin' })).toEqual({ driver: [], nvrtc: [], nvml: [] });
  expect(whyNoCandidates('driver', 'darwin')).toBe('NVIDIA has no software for this system (darwin)');
  expect(candidates({ platform: 'win32' }).nvrtc).toEqual([]);
  expect(whyNoCandidates('nvrtc', 'win32')).toContain('CUDA_PATH');
});
