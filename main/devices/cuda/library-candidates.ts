import { join as joinPosix, resolve as resolvePosix } from 'node:path/posix';
import { join as joinWindows, resolve as resolveWindows } from 'node:path/win32';
import type { ProbePart } from '../../../native/bindings/probe-report.ts';

export interface LibrarySearch {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where relative paths begin. */
  readonly workingFolder: string;
  /** The names in a folder; none where there is no such folder. */
  readonly listFolder: (folder: string) => readonly string[];
}

export type LibraryCandidates = Readonly<Record<ProbePart, readonly string[]>>;

/** Names one file of each library: then only that is tried. */
const overrides: Readonly<Record<ProbePart, string>> = {
  driver: 'RINGSTUDIO_CUDA_LIBRARY',
  nvrtc: 'RINGSTUDIO_NVRTC_LIBRARY',
  nvml: 'RINGSTUDIO_NVML_LIBRARY',
};

/**
 * What to open for each library, in this order: paths of files that are there, and names that the system's loader looks
 * for. Empty where the platform has no such library.
 */
export function libraryCandidates(search: LibrarySearch): LibraryCandidates {
  const find = finders[search.platform] ?? (() => ({ driver: [], nvrtc: [], nvml: [] }));
  const found = find(search);
  const choose = (part: ProbePart): readonly string[] => {
    const override = search.env[overrides[part]];
    const names = isAbsent(override) ? found[part] : [override];
    return [...new Set(names.map((name) => wholePath(name, search)))];
  };
  return { driver: choose('driver'), nvrtc: choose('nvrtc'), nvml: choose('nvml') };
}

/** Windows' loader takes only whole paths with its own separators. A bare name is for the system's loader to find. */
function wholePath(name: string, { platform, workingFolder }: LibrarySearch): string {
  if (platform === 'win32') return /[\\/:]/.test(name) ? resolveWindows(workingFolder, name) : name;
  return name.includes('/') ? resolvePosix(workingFolder, name) : name;
}

/** NVRTC's libraries for a driver of this CUDA version: those of its own major release come first, later ones last. */
export function nvrtcForDriver(libraries: readonly string[], driverVersion: number | undefined): readonly string[] {
  if (driverVersion === undefined) return libraries;
  const own = Math.floor(driverVersion / 1000);
  const rank = (library: string): number => {
    const major = nvrtcMajor(library) ?? 0;
    return major === own ? 0 : major < own ? 1 : 2;
  };
  return [0, 1, 2].flatMap((wanted) => libraries.filter((library) => rank(library) === wanted));
}

/** `libnvrtc.so.12`, `nvrtc64_120_0.dll`. */
function nvrtcMajor(library: string): number | undefined {
  const [, soname, dll] = /libnvrtc\.so\.(\d+)|nvrtc64_(\d+)\d_/.exec(library) ?? [];
  const major = soname ?? dll;
  return major === undefined ? undefined : Number(major);
}

/** Why there is nothing to open. */
export function whyNoCandidates(part: ProbePart, platform: NodeJS.Platform): string {
  if (finders[platform] === undefined) return `NVIDIA has no software for this system (${platform})`;
  return `no file of ${part === 'nvrtc' ? 'NVRTC' : part} was found; CUDA_PATH names the folder of a CUDA toolkit`;
}

const finders: Partial<Record<NodeJS.Platform, (search: LibrarySearch) => LibraryCandidates>> = {
  linux: onLinux,
  win32: onWindows,
};

function onLinux({ arch, env, listFolder }: LibrarySearch): LibraryCandidates {
  const gnuArch = arch === 'arm64' ? 'aarch64' : 'x86_64';
  /** Where distributions put NVIDIA's own libraries when the loader does not look there. */
  const folders = ['/run/opengl-driver/lib', `/usr/lib/${gnuArch}-linux-gnu/nvidia/current`, '/usr/lib64/nvidia'];
  // In WSL only Windows' driver works; a Linux driver that somebody has installed beside it does not.
  const ofDriver = (name: string): readonly string[] => [
    ...filesIn('/usr/lib/wsl/lib', name),
    name,
    ...folders.flatMap((folder) => filesIn(folder, name)),
  ];
  const filesIn = (folder: string, name: string): readonly string[] =>
    listFolder(folder).includes(name) ? [joinPosix(folder, name)] : [];
  const nvrtcIn = (folder: string): readonly string[] =>
    newestFirst(listFolder(folder), /^libnvrtc\.so\.(\d+)((?:\.\d+)*)$/).map((name) => joinPosix(folder, name));
  const inToolkit = (toolkit: string | undefined): readonly string[] =>
    isAbsent(toolkit)
      ? []
      : ['lib64', 'lib', `targets/${gnuArch}-linux/lib`].flatMap((folder) => nvrtcIn(joinPosix(toolkit, folder)));
  const inEnvironment = (prefix: string | undefined): readonly string[] => {
    if (isAbsent(prefix)) return [];
    const lib = joinPosix(prefix, 'lib');
    const pythons = listFolder(lib).filter((name) => /^python3\.\d+$/.test(name));
    const packages = pythons.flatMap((python) =>
      ['cu13/lib', 'cuda_nvrtc/lib'].map((folder) => joinPosix(lib, python, 'site-packages/nvidia', folder)),
    );
    return [lib, ...packages].flatMap(nvrtcIn);
  };
  return {
    driver: ofDriver('libcuda.so.1'),
    nvrtc: [
      ...[env['CUDA_PATH'], env['CUDA_HOME']].flatMap(inToolkit),
      ...[env['VIRTUAL_ENV'], env['CONDA_PREFIX']].flatMap(inEnvironment),
      ...['libnvrtc.so.13', 'libnvrtc.so.12', 'libnvrtc.so.11.2'],
      ...['/usr/local/cuda', '/opt/cuda'].flatMap(inToolkit),
    ],
    nvml: ofDriver('libnvidia-ml.so.1'),
  };
}

function onWindows({ env, listFolder }: LibrarySearch): LibraryCandidates {
  const nvrtcIn = (folder: string): readonly string[] =>
    newestFirst(listFolder(folder), /^nvrtc64_(\d+)_(\d+)\.dll$/).map((name) => joinWindows(folder, name));
  const inToolkit = (toolkit: string | undefined): readonly string[] =>
    isAbsent(toolkit) ? [] : ['bin\\x64', 'bin'].flatMap((folder) => nvrtcIn(joinWindows(toolkit, folder)));
  const inEnvironment = (packages: string): readonly string[] =>
    ['cu13\\bin\\x86_64', 'cuda_nvrtc\\bin'].flatMap((folder) => nvrtcIn(joinWindows(packages, 'nvidia', folder)));
  const { VIRTUAL_ENV: virtualEnv, CONDA_PREFIX: conda, ProgramFiles: programs } = env;
  const oldNvml = isAbsent(programs) ? '' : joinWindows(programs, 'NVIDIA Corporation\\NVSMI');
  return {
    // Bare names are opened from the system's folder only.
    driver: ['nvcuda.dll'],
    nvrtc: [
      ...inToolkit(env['CUDA_PATH']),
      ...(isAbsent(virtualEnv) ? [] : inEnvironment(joinWindows(virtualEnv, 'Lib\\site-packages'))),
      ...(isAbsent(conda) ? [] : nvrtcIn(joinWindows(conda, 'Library\\bin'))),
    ],
    nvml: ['nvml.dll', ...(listFolder(oldNvml).includes('nvml.dll') ? [joinWindows(oldNvml, 'nvml.dll')] : [])],
  };
}

/** The names that fit, of the highest version first; of one major version the shortest name, to which others link. */
function newestFirst(names: readonly string[], pattern: RegExp): readonly string[] {
  return names
    .flatMap((name) => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ name, major: Number(match[1]) }];
    })
    .sort((a, b) => b.major - a.major || a.name.length - b.name.length)
    .map(({ name }) => name);
}

function isAbsent(value: string | undefined): value is undefined {
  return value === undefined || value === '';
}
