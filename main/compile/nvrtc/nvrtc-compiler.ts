import { join } from 'node:path';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { CudaCode } from '../../../app/model/program.ts';
import { defaultCacheDir } from '../cache/cache-folder.ts';
import { hashOf } from '../cache/cache-key.ts';
import { isCachedCudaCode, type CachedCudaCode } from '../cache/cached-schema.ts';
import { DiskCache } from '../cache/disk-cache.ts';
import type { CudaCodeCompiler, CudaCodeResult, CudaUnit } from '../cuda-code.ts';
import type { SourceTree } from '../sources/source-tree.ts';
import type { CodeFormat } from './cuda-target.ts';
import type { Nvrtc, NvrtcAnswer, NvrtcRequest, OpenedNvrtc } from './nvrtc.ts';
import { parseNvrtcLog } from './nvrtc-log.ts';
import { nvrtcProblems } from './nvrtc-problems.ts';
import { findToolkitHeaders, isFile, USUAL_TOOLKITS, type FoundHeaders } from './toolkit-headers.ts';
import { projectHeaders, readCudaHeaders, type Headers, type RingHeaders } from './virtual-headers.ts';

export interface NvrtcCompilerOptions {
  readonly nvrtc: Nvrtc;
  /** What to compile to. @throws StudioError `NvrtcTooOld`, `GpuTooOld` where that cannot be */
  readonly chooseFormat: (nvrtc: OpenedNvrtc) => CodeFormat;
  /** The package's kernels/ folder. */
  readonly kernelsDir: string;
  /** Where a toolkit's headers may lie: CUDA_PATH, CUDA_HOME, VIRTUAL_ENV, CONDA_PREFIX. */
  readonly env: NodeJS.ProcessEnv;
  /** Where else: default USUAL_TOOLKITS. */
  readonly usualToolkits?: readonly string[];
  readonly cacheDir?: string;
  readonly maxCacheBytes?: number;
  /** Told once when the cache cannot be written. */
  readonly onWarning?: (message: string) => void;
}

export interface NvrtcStatistics {
  /** Programs that NVRTC has compiled, or refused. */
  readonly compiled: number;
  readonly cacheHits: number;
}

/** Raised when the same sources, options and NVRTC would give another entry of the cache. */
const formatVersion = 1;
/** Besides the architecture and a toolkit's folders. */
export const codeOptions = [
  ...['-std=c++17', '-lineinfo', '-DRING_STUDIO=1'],
  // NVRTC takes a lambda in a generic lambda for a function of the host; nothing here is for the host.
  '-default-device',
];
const unitName = 'ring_unit.cu';

/** What is the same for all programs, while NVRTC and the toolkit stay the same. */
interface Setup {
  readonly nvrtc: OpenedNvrtc;
  readonly format: CodeFormat;
  readonly toolkit: FoundHeaders;
  readonly headers: Headers;
  readonly options: readonly string[];
}

/** Compiles programs for one kind of GPUs with NVRTC. What it has compiled before, it finds on disk. */
export class NvrtcCompiler implements CudaCodeCompiler {
  readonly #options: NvrtcCompilerOptions;
  readonly #ringHeaders: RingHeaders;
  readonly #cache: DiskCache;
  #setup: { readonly nvrtc: OpenedNvrtc; readonly ready: Promise<Setup> } | undefined;
  #compiled = 0;
  #cacheHits = 0;

  constructor(options: NvrtcCompilerOptions) {
    const { kernelsDir, env, cacheDir, maxCacheBytes, onWarning } = options;
    this.#options = options;
    this.#ringHeaders = readCudaHeaders(kernelsDir);
    this.#cache = new DiskCache({
      dir: cacheDir ?? defaultCacheDir(env),
      ...(maxCacheBytes !== undefined && { maxBytes: maxCacheBytes }),
      ...(onWarning && { onUnusable: onWarning }),
    });
  }

  get statistics(): NvrtcStatistics {
    return { compiled: this.#compiled, cacheHits: this.#cacheHits };
  }

  /**
   * @throws StudioError `NvrtcNotFound`, `NvrtcUnusable`, `NvrtcTooOld`, `NvrtcTooNew`, `GpuTooOld`, `CompilerCrashed`,
   * `CompilerTimeout`, `CompilerClosed`
   * @throws the signal's reason when it was aborted
   */
  async compile(tree: SourceTree, unit: CudaUnit, signal?: AbortSignal): Promise<CudaCodeResult> {
    const setup = await this.#prepare();
    const request = requestFor(tree, unit, setup);
    const key = keyOf(request, setup);
    const cached = await this.#cache.read(key, isCachedCudaCode);
    if (cached !== undefined) {
      this.#cacheHits += 1;
      return { ok: true, ...cached, code: { ...cached.code, image: new Uint8Array(cached.code.image) } };
    }
    this.#compiled += 1;
    const answer = await setup.nvrtc.compile(request, signal);
    const problems = nvrtcProblems(parseNvrtcLog(answer.log), {
      tree,
      unit: { name: unitName, text: unit.text },
      nvrtcVersion: setup.nvrtc.version,
      toolkit: setup.toolkit,
    });
    if (answer.code === null) return { ok: false, problems: refusals(problems, answer) };
    const result: CachedCudaCode = { code: codeOf(answer.code, { answer, unit, setup }), warnings: problems };
    await this.#cache.write(key, result);
    return { ok: true, ...result };
  }

  /** What was not found is looked for again: somebody may have installed it, or another one, meanwhile. */
  async #prepare(): Promise<Setup> {
    const nvrtc = await this.#options.nvrtc.open();
    if (this.#setup?.nvrtc !== nvrtc) this.#setup = { nvrtc, ready: this.#setUp(nvrtc) };
    try {
      return await this.#setup.ready;
    } catch (error) {
      this.#setup = undefined;
      throw error;
    }
  }

  async #setUp(nvrtc: OpenedNvrtc): Promise<Setup> {
    const { chooseFormat, env, usualToolkits: usualFolders = USUAL_TOOLKITS } = this.#options;
    const format = chooseFormat(nvrtc);
    const toolkit = await findToolkitHeaders({ nvrtcPath: nvrtc.path, nvrtcVersion: nvrtc.version, env, usualFolders });
    const folders = includeFolders(toolkit);
    const options = [
      ...codeOptions,
      `--gpu-architecture=${format.architecture}`,
      ...folders.map((folder) => `-I${folder}`),
    ];
    const standard = await withoutToolkits(this.#ringHeaders.standard, folders);
    return { nvrtc, format, toolkit, headers: { ...this.#ringHeaders.device, ...standard }, options };
  }
}

/** CUDA 13 has its C++ library in a folder of its own. */
function includeFolders({ headers }: FoundHeaders): readonly string[] {
  return headers === undefined ? [] : [headers.folder, join(headers.folder, 'cccl')];
}

/** What a toolkit has is taken from there; NVRTC would prefer what it is given. */
async function withoutToolkits(headers: Headers, folders: readonly string[]): Promise<Headers> {
  const isOurs = async (name: string): Promise<boolean> => {
    const isThere = await Promise.all(folders.map((folder) => isFile(join(folder, name))));
    return always.has(name) || !isThere.includes(true);
  };
  const names = Object.keys(headers);
  const ours = await Promise.all(names.map(isOurs));
  return Object.fromEntries(names.flatMap((name, index) => (ours[index] === true ? [[name, headers[name]!]] : [])));
}

/** The toolkit's own are for nvcc. */
const always = new Set(['cuda_runtime.h', 'device_launch_parameters.h']);

function requestFor(tree: SourceTree, unit: CudaUnit, { headers, options, format }: Setup): NvrtcRequest {
  return {
    name: unitName,
    source: unit.text,
    headers: { ...headers, ...projectHeaders(tree, new Set(Object.keys(headers))) },
    options,
    nameExpressions: [...new Set([...unit.functions, ...unit.symbols])],
    output: format.kind,
  };
}

function keyOf({ source, headers, options, nameExpressions }: NvrtcRequest, { nvrtc, toolkit }: Setup): string {
  const names = Object.keys(headers).toSorted();
  return hashOf([
    ...['cuda', `${formatVersion}`, `${nvrtc.version}`, `${toolkit.headers?.version ?? 0}`, source],
    ...names.flatMap((name) => [name, headers[name]!]),
    ...[...options, ...nameExpressions],
  ]);
}

function refusals(
  problems: Extract<CudaCodeResult, { ok: false }>['problems'],
  { log }: NvrtcAnswer,
): Extract<CudaCodeResult, { ok: false }>['problems'] {
  if (problems.some(({ severity }) => severity === 'error')) return problems;
  throw new StudioError('InternalError', `NVRTC has refused the program without a reason: ${log.slice(0, 2000)}`, {
    tip: 'This is a fault of Ring Kernel Studio: please report it with the file.',
  });
}

interface Lowering {
  readonly answer: NvrtcAnswer;
  readonly unit: CudaUnit;
  readonly setup: Setup;
}

function codeOf(bytes: Uint8Array, { answer, unit, setup }: Lowering): CudaCode {
  const names = new Map(answer.loweredNames);
  const lowered = (expression: string): string => names.get(expression) ?? '';
  return {
    ...setup.format,
    image: new Uint8Array(bytes),
    functions: unit.functions.map(lowered),
    symbols: unit.symbols.map(lowered),
  };
}
