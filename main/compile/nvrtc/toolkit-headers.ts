import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A folder with the headers of a CUDA toolkit. */
export interface ToolkitHeaders {
  readonly folder: string;
  /** 1000 × major + 10 × minor. */
  readonly version: number;
}

export interface ToolkitSearch {
  /** Of NVRTC's library: its own toolkit comes first. */
  readonly nvrtcPath: string;
  readonly nvrtcVersion: number;
  readonly env: NodeJS.ProcessEnv;
  /** Where toolkits lie that nothing names. */
  readonly usualFolders: readonly string[];
}

export const USUAL_TOOLKITS: readonly string[] = ['/usr/local/cuda', '/opt/cuda'];

export interface FoundHeaders {
  /** The first whose major version is NVRTC's: headers use what the compiler of their own version knows. */
  readonly headers: ToolkitHeaders | undefined;
  /** Others that were met on the way. */
  readonly unfit: readonly ToolkitHeaders[];
}

export async function findToolkitHeaders(search: ToolkitSearch): Promise<FoundHeaders> {
  const unfit: ToolkitHeaders[] = [];
  for (const folder of new Set(await candidates(search))) {
    const version = await readVersion(folder);
    if (version === undefined) continue;
    if (majorOf(version) === majorOf(search.nvrtcVersion)) return { headers: { folder, version }, unfit };
    unfit.push({ folder, version });
  }
  return { headers: undefined, unfit };
}

async function candidates({ nvrtcPath, env, usualFolders }: ToolkitSearch): Promise<readonly string[]> {
  const { CUDA_PATH: path, CUDA_HOME: home, VIRTUAL_ENV: python, CONDA_PREFIX: conda } = env;
  const set = (value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : [value]);
  return [
    ...besideLibrary(nvrtcPath),
    ...[...set(path), ...set(home)].map((toolkit) => join(toolkit, 'include')),
    ...(await Promise.all([...set(python), ...set(conda)].map(inEnvironment))).flat(),
    ...usualFolders.map((toolkit) => join(toolkit, 'include')),
  ];
}

/** Of a toolkit's `lib64`, `targets/…/lib`, `bin` or `bin\x64`, and of the packages for Python. A bare name has none. */
function besideLibrary(library: string): readonly string[] {
  const folder = dirname(library);
  const parents = [dirname(folder), dirname(dirname(folder))];
  // What lies in the system's own folders has the system's headers beside it, which are not for GPUs.
  if (basename(library) === library || parents.some((parent) => ['/usr', '/', '/lib'].includes(parent))) return [];
  return [...parents.map((parent) => join(parent, 'include')), join(parents[1]!, 'cuda_runtime', 'include')];
}

async function inEnvironment(prefix: string): Promise<readonly string[]> {
  const lib = join(prefix, 'lib');
  const pythons = (await readdir(lib).catch(() => [])).filter((name) => /^python3\.\d+$/.test(name));
  const packages = [...pythons.map((name) => join(lib, name, 'site-packages')), join(prefix, 'Lib', 'site-packages')];
  return [
    ...packages.flatMap((folder) => ['cu13', 'cuda_runtime'].map((name) => join(folder, 'nvidia', name, 'include'))),
    ...['targets/x86_64-linux/include', 'targets/sbsa-linux/include', 'include', 'Library/include'].map((folder) =>
      join(prefix, folder),
    ),
  ];
}

/** Undefined where there are no such headers. */
async function readVersion(folder: string): Promise<number | undefined> {
  if (!(await isFile(join(folder, 'cuda_fp16.h')))) return undefined;
  const text = await readFile(join(folder, 'cuda_runtime_api.h'), 'utf8').catch(() => '');
  const version = /^\s*#\s*define\s+CUDART_VERSION\s+(\d+)/m.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

export function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

function majorOf(version: number): number {
  return Math.floor(version / 1000);
}
