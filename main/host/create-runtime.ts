import { basename, dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

import { MOST_GPUS } from '../../app/abi/arena-layout.ts';
import { StudioError } from '../../app/base/studio-error.ts';
import type { ArenaBlock } from '../../app/device/arena.ts';
import type { Device, DeviceKind } from '../../app/device/device.ts';
import { mostActors } from '../../app/model/most-actors.ts';
import type { DeliveryObserver } from '../../app/runtime/delivery-observer.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import { describeLeaks } from '../../app/runtime/buffers/buffer-report.ts';
import type { BuffersOptions } from '../../app/runtime/buffers/buffers.ts';
import type { DeadLetterOptions } from '../../app/runtime/dead-letters/dead-letters.ts';
import { RingKernelRuntime, type Program } from '../../app/runtime/runtime.ts';
import type { BundleFile } from '../compile/bundle/bundle.ts';
import { createCompiler, type CompileSource, type Compiler } from '../compile/compiler.ts';
import type { Overlay } from '../compile/sources/project-folder.ts';
import { locateFault } from '../compile/wasm/locate-fault.ts';
import { CpuDevice } from '../devices/cpu/cpu-device.ts';
import { monotonicMs, performanceOriginMs } from '../devices/cpu/worker-clock.ts';
import { openCuda, type CudaParts } from './open-cuda.ts';
import { compilerFiles, packageRoot } from './package-root.ts';

export interface CreateRuntimeOptions {
  /** Default `cpu`. The one that is asked for is never replaced by another one. */
  readonly device?: DeviceKind;
  /**
   * Which GPU, as the driver counts them, or several, at most 8: actors that say none are on the first one. Default 0. Their
   * messages go from one GPU to the other through the host.
   */
  readonly gpu?: number | readonly number[];
  /** Worker threads. Default: all cores but one, at least 1, at most 8. */
  readonly workers?: number;
  /**
   * Size of the device memory, at most 4 GiB. For the CPU by default 1 GiB, of which pages cost memory only once they are
   * used; for CUDA 256 MiB, all of which is pinned at once.
   */
  readonly arenaBytes?: number;
  /** Most actors at a time, plus 1. Default 16,384. */
  readonly actorLimit?: number;
  /** Wall time after which a handler counts as runaway. Default 2,000. */
  readonly handlerBudgetMs?: number;
  /** Seed of `ctx.random()`. Default 0. */
  readonly seed?: number;
  /** Messages to the host that may wait to be received, per actor. Default 1,024. */
  readonly receiveCapacity?: number;
  /** Limits of buffers and their pool. */
  readonly buffers?: BuffersOptions;
  /** How many dead letters are kept, and for how long. */
  readonly deadLetters?: DeadLetterOptions;
  /** Topics that can be published to in the runtime's life. Default 4,096. */
  readonly topicLimit?: number;
  /** Accounts for every message: `runtime.ledger`. Takes 32 KiB an actor. Default false. */
  readonly ledger?: boolean;
  /** Told of every message that the host sends or takes; they slow that down. */
  readonly observers?: readonly DeliveryObserver[];
  /** Gets what listeners of events have thrown. Default: Node reports it as an unhandled rejection. */
  readonly onListenerError?: (error: unknown) => void;
  /** Compiled programs, by content hash. Default: the platform's cache folder, or RINGSTUDIO_CACHE_DIR. */
  readonly cacheDir?: string;
  /**
   * Precompiled code for the GPU, besides that of the samples. Default: the bundles (`*.ringbundle`) that lie in the folders of
   * projects.
   */
  readonly bundles?: readonly BundleFile[];
  /** Shares a compiler, which the caller disposes, instead of starting one. */
  readonly compiler?: Compiler;
}

export interface CompileOptions {
  /** The folder that all sources lie in. Default: the file's own. */
  readonly projectDir?: string;
  /** Texts that stand for what is on disk, by path within the project folder. */
  readonly overlay?: Overlay;
  readonly signal?: AbortSignal;
}

interface Linked {
  readonly image: ProgramImage;
  readonly room: ArenaBlock | undefined;
}

interface RuntimeClock {
  /** Unix time of the process' monotonic clock at 0, in ms. */
  readonly originMs: number;
  readonly unixMs: () => number;
}

interface RuntimeParts {
  readonly device: Device;
  /** Where the device is a GPU. */
  readonly cuda: CudaParts | undefined;
  readonly compiler: Compiler;
  readonly ownsCompiler: boolean;
  readonly clock: RuntimeClock;
  readonly options: CreateRuntimeOptions;
}

const CUDA_ARENA_BYTES = 2 ** 28;

/** Static data of most programs; a larger one is linked again for the room that it needs. */
const PROGRAM_BYTES = 262_144;

/** A runtime that compiles: what `createRuntime` gives. */
export class StudioRuntime extends RingKernelRuntime {
  readonly compiler: Compiler;
  readonly #ownsCompiler: boolean;
  readonly #cuda: CudaParts | undefined;
  #ending: Promise<void> | undefined;

  constructor({ device, cuda, compiler, ownsCompiler, clock, options }: RuntimeParts) {
    super({
      device,
      platform: {
        unixMs: clock.unixMs,
        after: (delayMs, callback) => {
          const timer = delayMs === 0 ? undefined : setTimeout(callback, delayMs).unref();
          const immediate = delayMs === 0 ? setImmediate(callback) : undefined;
          return {
            [Symbol.dispose]: () => {
              clearTimeout(timer);
              clearImmediate(immediate);
            },
          };
        },
      },
      ...(options.observers === undefined ? {} : { observers: options.observers }),
      ...(options.ledger === undefined ? {} : { ledger: options.ledger }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.topicLimit === undefined ? {} : { topicLimit: options.topicLimit }),
      ...(options.receiveCapacity === undefined ? {} : { receiveCapacity: options.receiveCapacity }),
      ...(options.deadLetters === undefined ? {} : { deadLetters: options.deadLetters }),
      ...(options.buffers === undefined ? {} : { buffers: options.buffers }),
      onListenerError: options.onListenerError,
    });
    this.buffers.onDidFindLeaks.on((leaks) => {
      process.emitWarning(describeLeaks(leaks), { type: 'BufferLeak', code: 'RINGSTUDIO_BUFFER_LEAK' });
    });
    this.compiler = compiler;
    this.#cuda = cuda;
    this.#ownsCompiler = ownsCompiler;
  }

  /**
   * Compiles a `.cu` file and loads it.
   *
   * @throws StudioError `CompileFailed` with all problems, `SourceNotFound`
   */
  async compile(path: string, options: CompileOptions = {}): Promise<Program> {
    this.lifetime.check();
    return this.lifetime.race(this.#compile(path, options));
  }

  override [Symbol.asyncDispose](): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async #end(): Promise<void> {
    try {
      await super[Symbol.asyncDispose]();
    } finally {
      this.#cuda?.lease[Symbol.dispose]();
      if (this.#ownsCompiler) await this.compiler[Symbol.asyncDispose]();
    }
  }

  async #compile(path: string, options: CompileOptions): Promise<Program> {
    const projectDir = resolve(options.projectDir ?? dirname(path));
    const file = options.projectDir === undefined ? basename(path) : path;
    const source = { projectDir, file, ...(options.overlay && { overlay: options.overlay }) };
    let linked = await this.#link(source, PROGRAM_BYTES, options.signal);
    if (linked.room === undefined) linked = await this.#link(source, linked.image.staticData.sizeBytes, options.signal);
    if (linked.room === undefined) throw new Error(`${file} needs more room each time that it is linked`);
    return this.load(linked.image, linked.room);
  }

  /** Links for free room in the arena. The room is undefined, and given back, when the program needs more. */
  async #link(source: CompileSource, sizeBytes: number, signal: AbortSignal | undefined): Promise<Linked> {
    const { arena } = this.device;
    const room = arena.allocateProgram(`static data of ${source.file}`, sizeBytes);
    let isKept = false;
    try {
      const cuda = this.#cuda?.compiler;
      const options = { base: room.address, ...(signal && { signal }), ...(cuda && { cuda }) };
      const result = await this.compiler.compile(source, options);
      if (!result.ok) throw compileFailed(source.file, result.problems);
      isKept = result.image.staticData.sizeBytes <= room.sizeBytes;
      return { image: result.image, room: isKept ? room : undefined };
    } finally {
      if (!isKept) arena.free(room);
    }
  }
}

function compileFailed(file: string, problems: StudioError['problems']): StudioError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const count = errors.length === 1 ? '1 error' : `${errors.length.toString()} errors`;
  return new StudioError('CompileFailed', `${file} does not compile: ${count}.`, { problems });
}

function definedOnly<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/**
 * A runtime on a device of this machine. Dispose it (`await using`) to end its actors, workers and compiler.
 *
 * @throws StudioError `DeviceNotAvailable`, `OutOfMemory`
 */
export async function createRuntime(options: CreateRuntimeOptions = {}): Promise<StudioRuntime> {
  const root = packageRoot(import.meta.url);
  const cache = options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir };
  const clockOriginMs = Date.now() - monotonicMs();
  const originMs = performanceOriginMs(clockOriginMs);
  const clock = { originMs: clockOriginMs, unixMs: () => originMs + performance.now() };
  const compiler = options.compiler ?? createCompiler({ ...compilerFiles(root), ...cache });
  const ownsCompiler = options.compiler === undefined;
  try {
    if (options.device !== 'cuda') {
      const device = openCpu({ root, options, clock, compiler });
      return new StudioRuntime({ device, cuda: undefined, compiler, ownsCompiler, clock, options });
    }
    const { arenaBytes = CUDA_ARENA_BYTES, actorLimit = mostActors + 1, handlerBudgetMs = 2000, gpu = 0 } = options;
    const ordinals = ordinalsOf(gpu);
    const settings = { arenaBytes, actorLimit, handlerBudgetMs, ordinals, unixMs: clock.unixMs };
    const { cacheDir, bundles } = options;
    const cuda = await openCuda({ root, cacheDir, bundles, ...settings });
    return new StudioRuntime({ device: cuda.device, cuda, compiler, ownsCompiler, clock, options });
  } catch (error) {
    if (ownsCompiler) await compiler[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws StudioError `InvalidGpus` */
function ordinalsOf(gpu: number | readonly number[]): readonly number[] {
  const ordinals = typeof gpu === 'number' ? [gpu] : gpu;
  const isEachOnce = new Set(ordinals).size === ordinals.length;
  if (ordinals.length > 0 && ordinals.length <= MOST_GPUS && isEachOnce) return ordinals;
  throw new StudioError('InvalidGpus', `gpu is [${ordinals.join(', ')}].`, {
    tip: `It is the number of a GPU, or up to ${MOST_GPUS.toString()} different ones.`,
  });
}

interface CpuParts {
  readonly root: string;
  readonly options: CreateRuntimeOptions;
  readonly clock: RuntimeClock;
  readonly compiler: Compiler;
}

function openCpu({ root, options, clock, compiler }: CpuParts): CpuDevice {
  return new CpuDevice({
    ...definedOnly(options),
    clockOriginMs: clock.originMs,
    workerScript: pathToFileURL(resolve(root, 'dist/sm.worker.js')),
    locate: async (stack, image) => {
      const symbolize = (wasm: Uint8Array, offsets: readonly number[]): Promise<string> =>
        compiler.symbolize(wasm, offsets);
      const { frames } = await locateFault(stack, image, symbolize);
      const [frame] = frames;
      return frame === undefined ? undefined : { file: frame.file.replace(/^\/project\//, ''), line: frame.line };
    },
  });
}
