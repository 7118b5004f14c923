import type { Problem } from '../../app/base/studio-error.ts';
import type { ProgramImage } from '../../app/model/program.ts';
import { buildImage } from './build-image.ts';
import { defaultCacheDir } from './cache/cache-folder.ts';
import { imageKey, toolchainHash, unitKey } from './cache/cache-key.ts';
import { isCachedImage, isCompiledUnit, type CachedImage } from './cache/cached-schema.ts';
import { DiskCache } from './cache/disk-cache.ts';
import { hasRuntimeSource, preparation } from './clang/arguments.ts';
import { ClangProcess } from './clang/clang-process.ts';
import { symbolize } from './clang/symbolize.ts';
import { readRingHeaders } from './clang/ring-headers.ts';
import type { VirtualFiles } from './clang/tool-run.ts';
import { compileUnit, type UnitResult } from './compile-unit.ts';
import type { Overlay } from './sources/project-folder.ts';
import { CudaCompile } from './cuda-compile.ts';
import type { CudaCodeCompiler, CudaUnit } from './cuda-code.ts';
import { readSourceTree, type SourceTree } from './sources/source-tree.ts';
import { Stopwatch, type Durations } from './stopwatch.ts';

export interface CompilerOptions {
  /** Path of the bundled compiler.process.js. */
  readonly processPath: string;
  /** The package's kernels/ folder. */
  readonly kernelsDir: string;
  /** Differs between builds of this product: part of the cache's keys. */
  readonly buildId: string;
  readonly cacheDir?: string;
  readonly maxCacheBytes?: number;
  /** Told once when the cache cannot be written. */
  readonly onWarning?: (message: string) => void;
}

export interface CompileSource {
  readonly projectDir: string;
  /** Absolute, or relative to the project folder. */
  readonly file: string;
  /** Texts that stand for what is on disk, by path within the project: drafts. */
  readonly overlay?: Overlay;
}

export interface CompileOptions {
  /** Where in the arena the program's static data will lie: a multiple of 65,536. */
  readonly base?: number;
  readonly signal?: AbortSignal;
  /** Compiles the program for a GPU as well: the image has `cuda` then. */
  readonly cuda?: CudaCodeCompiler;
}

export type CompileResult =
  | { readonly ok: true; readonly image: ProgramImage; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface CompilerStatistics {
  readonly cacheHits: number;
  readonly cacheMisses: number;
  /** Compiler processes started so far. */
  readonly startedProcesses: number;
  /** How long the compiler process took to get ready; undefined before that. */
  readonly startDurationMs: number | undefined;
  /** Of the last compile, in milliseconds: sources, cache, parse, analyze, compile, link, evaluate, asyncify, instrument. */
  readonly lastDurations: Durations;
}

export interface Compiler extends AsyncDisposable {
  readonly statistics: CompilerStatistics;
  /** Starts the compiler process ahead of the first compile. */
  warmUp(): void;
  /**
   * What is wrong with the sources is in the result. Where the CPU's compiler finds errors, these alone are told: it words
   * them by what the user wrote. Otherwise those of `cuda` are, which throws what it throws.
   *
   * @throws StudioError `ProjectNotFound`, `SourceNotFound`, `SourceOutsideProject`, `SourceUnreadable`,
   * `CompilerCrashed`, `CompilerTimeout`, `CompilerClosed`, `InternalError`
   * @throws the signal's reason when it was aborted
   */
  compile(source: CompileSource, options?: CompileOptions): Promise<CompileResult>;
  /** LLVM's symbolizer over `debugWasm`: the port that `locateFault` takes. */
  symbolize(debugWasm: Uint8Array, offsets: readonly number[]): Promise<string>;
}

const pageBytes = 65_536;
/** Leaves the first page, with address 0, alone. */
const defaultBase = pageBytes;

export function createCompiler(options: CompilerOptions): Compiler {
  return new CachedCompiler(options);
}

class CachedCompiler implements Compiler {
  readonly #cache: DiskCache;
  readonly #clang: ClangProcess;
  readonly #headers: VirtualFiles;
  readonly #toolchain: string;
  #cacheHits = 0;
  #cacheMisses = 0;
  #lastDurations: Durations = {};

  constructor(options: CompilerOptions) {
    const { processPath, kernelsDir, buildId, cacheDir, maxCacheBytes, onWarning } = options;
    this.#headers = readRingHeaders(kernelsDir);
    this.#toolchain = toolchainHash(this.#headers, buildId);
    this.#clang = new ClangProcess({ entryPoint: processPath, preparation: () => preparation(this.#headers) });
    this.#cache = new DiskCache({
      dir: cacheDir ?? defaultCacheDir(process.env),
      ...(maxCacheBytes !== undefined && { maxBytes: maxCacheBytes }),
      ...(onWarning && { onUnusable: onWarning }),
    });
  }

  get statistics(): CompilerStatistics {
    return {
      cacheHits: this.#cacheHits,
      cacheMisses: this.#cacheMisses,
      startedProcesses: this.#clang.startedCount,
      startDurationMs: this.#clang.startDurationMs,
      lastDurations: this.#lastDurations,
    };
  }

  warmUp(): void {
    this.#clang.start();
  }

  async compile({ projectDir, file, overlay }: CompileSource, options: CompileOptions = {}): Promise<CompileResult> {
    const { base = defaultBase, signal, cuda } = options;
    if (base <= 0 || base % pageBytes !== 0) throw new Error(`base ${base} is not a multiple of ${pageBytes}`);
    signal?.throwIfAborted();
    const stopwatch = new Stopwatch(() => this.#clang.lostMs);
    try {
      const sources = await stopwatch.time('sources', () => readSourceTree(projectDir, file, overlay));
      if (!sources.ok) return sources;
      const forCuda = cuda && new CudaCompile(cuda, { tree: sources.tree, stopwatch, signal });
      const compiled = await this.#compileTree(sources.tree, { base, signal, stopwatch, cuda: forCuda });
      return forCuda === undefined || !compiled.ok ? compiled : await forCuda.complete(compiled);
    } finally {
      this.#lastDurations = stopwatch.durations;
    }
  }

  async symbolize(debugWasm: Uint8Array, offsets: readonly number[]): Promise<string> {
    return symbolize(this.#clang, debugWasm, offsets);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clang[Symbol.asyncDispose]();
  }

  async #compileTree(tree: SourceTree, context: CompileContext): Promise<CompileResult> {
    const { base, stopwatch } = context;
    const key = unitKey(tree, this.#toolchain);
    const hash = imageKey(key, base);
    const cached = await stopwatch.time('cache', () => this.#cache.read(hash, isCachedImage));
    if (cached !== undefined) {
      this.#cacheHits += 1;
      context.cuda?.start(cached.cuda);
      return { ok: true, image: withOwnBuffers(cached.image), warnings: cached.warnings };
    }
    this.#cacheMisses += 1;
    const compiled = await this.#unit(tree, key, context);
    if (!compiled.ok) return compiled;
    const { unit } = compiled;
    const built = await buildImage(unit, {
      ...context,
      tree,
      hash,
      hasRuntime: hasRuntimeSource(this.#headers),
      clang: this.#clang,
    });
    if (!built.ok) return { ok: false, problems: [...unit.warnings, ...built.problems] };
    const { cuda, warnings } = unit;
    const image = withOwnBuffers(built.image);
    const result: CachedImage = { image, cuda, warnings };
    await stopwatch.time('cache', () => this.#cache.write(hash, result));
    return { ok: true, image, warnings };
  }

  async #unit(tree: SourceTree, key: string, { stopwatch, signal, cuda }: CompileContext): Promise<UnitResult> {
    const onGenerated = (unit: CudaUnit): void => cuda?.start(unit);
    const cached = await stopwatch.time('cache', () => this.#cache.read(key, isCompiledUnit));
    if (cached !== undefined) {
      onGenerated(cached.cuda);
      return { ok: true, unit: cached };
    }
    const result = await compileUnit(tree, { clang: this.#clang, stopwatch, signal, onGenerated });
    if (result.ok) await stopwatch.time('cache', () => this.#cache.write(key, result.unit));
    return result;
  }
}

interface CompileContext {
  readonly base: number;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal | undefined;
  readonly cuda: CudaCompile | undefined;
}

/** What was read from disk or came from another process is a view of all that came with it. */
function withOwnBuffers(image: ProgramImage): ProgramImage {
  const { wasm, debugWasm, defaults } = image;
  return {
    ...image,
    wasm: new Uint8Array(wasm),
    debugWasm: new Uint8Array(debugWasm),
    defaults: defaults.map((bytes) => new Uint8Array(bytes)),
  };
}
