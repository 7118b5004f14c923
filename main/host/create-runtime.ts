import { basename, dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

import { StudioError } from '../../app/base/studio-error.ts';
import type { ArenaBlock } from '../../app/device/arena.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import { RingKernelRuntime, type Program } from '../../app/runtime/runtime.ts';
import { createCompiler, type Compiler } from '../compile/compiler.ts';
import { locateFault } from '../compile/wasm/locate-fault.ts';
import { CpuDevice } from '../devices/cpu/cpu-device.ts';
import { monotonicMs, performanceOriginMs } from '../devices/cpu/worker-clock.ts';
import { compilerFiles, packageRoot } from './package-root.ts';

export interface CreateRuntimeOptions {
  /** Only `cpu` so far; another device is never replaced by it silently. */
  readonly device?: 'cpu';
  /** Worker threads. Default: all cores but one, at least 1, at most 8. */
  readonly workers?: number;
  /** Size of the device memory. Default 1 GiB, at most 4 GiB; pages cost memory only once they are used. */
  readonly arenaBytes?: number;
  /** Most actors at a time. Default 16,384. */
  readonly actorLimit?: number;
  /** Wall time after which a handler counts as runaway. Default 2,000. */
  readonly handlerBudgetMs?: number;
  /** Seed of `ctx.random()`. Default 0. */
  readonly seed?: number;
  /** Messages to the host that may wait to be received, per actor. Default 1,024. */
  readonly receiveCapacity?: number;
  /** Compiled programs, by content hash. Default: the platform's cache folder, or RINGSTUDIO_CACHE_DIR. */
  readonly cacheDir?: string;
  /** Shares a compiler, which the caller disposes, instead of starting one. */
  readonly compiler?: Compiler;
}

export interface CompileOptions {
  /** The folder that all sources lie in. Default: the file's own. */
  readonly projectDir?: string;
  readonly signal?: AbortSignal;
}

/** Static data of most programs; a larger one is linked again for the room that it needs. */
const PROGRAM_BYTES = 262_144;

/** A runtime that compiles: what `createRuntime` gives. */
export class StudioRuntime extends RingKernelRuntime {
  readonly compiler: Compiler;
  readonly #ownsCompiler: boolean;

  constructor(options: CreateRuntimeOptions) {
    const root = packageRoot(import.meta.url);
    const cache = options.cacheDir === undefined ? {} : { cacheDir: options.cacheDir };
    const compiler = options.compiler ?? createCompiler({ ...compilerFiles(root), ...cache });
    const clockOriginMs = Date.now() - monotonicMs();
    const originMs = performanceOriginMs(clockOriginMs);
    const device = new CpuDevice({
      ...definedOnly(options),
      clockOriginMs,
      workerScript: pathToFileURL(resolve(root, 'dist/sm.worker.js')),
      locate: async (stack, image) => {
        const symbolize = (wasm: Uint8Array, offsets: readonly number[]): Promise<string> =>
          compiler.symbolize(wasm, offsets);
        const { frames } = await locateFault(stack, image, symbolize);
        const [frame] = frames;
        return frame === undefined ? undefined : { file: frame.file.replace(/^\/project\//, ''), line: frame.line };
      },
    });
    super({
      device,
      platform: {
        unixMs: () => originMs + performance.now(),
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
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.receiveCapacity === undefined ? {} : { receiveCapacity: options.receiveCapacity }),
    });
    this.compiler = compiler;
    this.#ownsCompiler = options.compiler === undefined;
  }

  /**
   * Compiles a `.cu` file and loads it.
   *
   * @throws StudioError `CompileFailed` with all problems, `SourceNotFound`
   */
  async compile(path: string, options: CompileOptions = {}): Promise<Program> {
    const projectDir = resolve(options.projectDir ?? dirname(path));
    const file = options.projectDir === undefined ? basename(path) : path;
    const { image } = await this.#link({ projectDir, file }, PROGRAM_BYTES, options.signal);
    return this.load(image);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    if (this.#ownsCompiler) await this.compiler[Symbol.asyncDispose]();
  }

  /** Links for free room in the arena, and again when the program turns out to need more. */
  async #link(
    source: { readonly projectDir: string; readonly file: string },
    sizeBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly image: ProgramImage; readonly room: ArenaBlock }> {
    const { arena } = this.device;
    const room = arena.allocateProgram(`static data of ${source.file}`, sizeBytes);
    try {
      const result = await this.compiler.compile(source, {
        base: room.address,
        ...(signal === undefined ? {} : { signal }),
      });
      if (!result.ok) throw compileFailed(source.file, result.problems);
      if (result.image.staticData.sizeBytes <= room.sizeBytes) return { image: result.image, room };
      arena.free(room);
      return await this.#link(source, result.image.staticData.sizeBytes, signal);
    } catch (error) {
      if (error instanceof StudioError && error.code === 'CompileFailed') arena.free(room);
      throw error;
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

/** A runtime on a device of this machine. Dispose it (`await using`) to end its actors, workers and compiler. */
export function createRuntime(options: CreateRuntimeOptions = {}): Promise<StudioRuntime> {
  return Promise.resolve(new StudioRuntime(options));
}
