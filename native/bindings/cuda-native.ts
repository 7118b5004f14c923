import type { AddonError } from './addon-error.ts';
import type {
  CompileAnswer,
  CompilerHandle,
  ContextHandle,
  DeviceMemoryHandle,
  FoundFunction,
  FoundGlobal,
  FunctionHandle,
  HostMemoryHandle,
  LaunchInFlight,
  LoadedModule,
  MemoryInfo,
  ModuleHandle,
  OpenedCompiler,
  OpenedContext,
  WatchFigures,
} from './cuda-answers.ts';

export interface ContextOptions {
  /** Paths of the driver's library, or names that the system's loader looks for: the first that opens is taken. */
  readonly libraries: readonly string[];
  readonly ordinal: number;
  /**
   * The driver's work queues, 1 to 32. Default: CUDA_DEVICE_MAX_CONNECTIONS of the process as it was started (on Windows
   * what Node has set since is not seen), else 8, which is what the driver takes by itself. A number that is larger than the driver's makes launches wait for each other for ever.
   */
  readonly connections?: number;
  /**
   * How long launches have to leave by themselves when the thread that opened the context ends. What is in flight after
   * that is abandoned together with the context. Default 1,000.
   */
  readonly patienceMs?: number;
}

export interface ContextState {
  /** The error that the context was lost by: from then on every call fails with it. */
  readonly lost: AddonError | undefined;
  readonly launches: readonly LaunchInFlight[];
}

export type MemoryHandle = HostMemoryHandle | DeviceMemoryHandle;

/** Where something lies in a memory. */
export interface MemoryPlace<Handle = MemoryHandle> {
  readonly memory: Handle;
  /** Bytes from its beginning. */
  readonly offset: number;
}

/** The address of a place for the GPU, to be written into a launch's parameters: 8 bytes. */
export interface AddressParameter extends MemoryPlace {
  /** Byte of the parameters. */
  readonly at: number;
}

export interface LaunchRequest {
  readonly function: FunctionHandle;
  readonly grid: readonly [x: number, y: number, z: number];
  readonly block: readonly [x: number, y: number, z: number];
  /** Dynamic shared memory of a block, in bytes. Default 0. */
  readonly sharedBytes?: number;
  /** Persistent: all blocks must be on the device together, beside all others. Refused as RING_DOES_NOT_FIT otherwise. */
  readonly isResident: boolean;
  /** Its blocks wait for each other (`grid.sync()`). Must fit as a resident one does. Default false. */
  readonly isCooperative?: boolean;
  /** The parameters, each at its offset as nvcc lays it out. Copied. */
  readonly parameters: Uint8Array;
  /** Where each parameter begins in `parameters`. Compared with the kernel where the driver can tell (CUDA 12.4). */
  readonly offsets: readonly number[];
  /** Default none. */
  readonly addresses?: readonly AddressParameter[];
}

export type LaunchEnd =
  /** `gpuMs`: from the launch's first to its last moment on the device. */
  | { readonly kind: 'done'; readonly gpuMs: number | null }
  /** With class `fatal` the context is lost, and every launch in it ends so. */
  | { readonly kind: 'failed'; readonly error: AddonError };

export interface StartedLaunch {
  /** Its number in `contextState`. */
  readonly launch: number;
  /**
   * Resolves when the grid has left the device or was lost; never rejects. By then its room and its queue are free, and
   * it does not count as in flight any more. Keeps no process alive.
   */
  readonly ended: Promise<LaunchEnd>;
}

/** A grid, as far as room on the device is concerned. */
export interface GridLoad {
  readonly kernel: string;
  readonly blockCount: number;
  /** What `occupancy` says; at least 1. */
  readonly blocksPerMultiprocessor: number;
}

export interface CompileRequest {
  /** What messages call the source. */
  readonly name: string;
  readonly source: string;
  /** By the name that sources include. */
  readonly headers: Readonly<Record<string, string>>;
  /** `--gpu-architecture=compute_80`, `-std=c++17`. */
  readonly options: readonly string[];
  /** Of functions and variables whose names in the module are asked for: `&scale<float>`. Default none. */
  readonly nameExpressions?: readonly string[];
  /** A cubin needs a real architecture (`sm_80`), and a driver that is no older than NVRTC does not need one. */
  readonly output: 'ptx' | 'cubin';
}

export interface WatchOptions {
  /** How long the word is looked at busily after a change. Default 50. */
  readonly spinUs?: number;
  /** Pauses between looks begin with the shortest and double up to the longest. Defaults 20 and 500; at most 100,000. */
  readonly shortestPauseUs?: number;
  readonly longestPauseUs?: number;
}

/** Disposing returns when nobody looks at the word any more: after the longest pause at the latest. Idempotent. */
export interface WordWatch extends Disposable {
  figures(): WatchFigures;
}

/**
 * A CUDA driver and NVRTC, opened in this process. The addon answers for what a misuse would do to the process: a wrong
 * handle, range or type is an `AddonError`, as is whatever the driver says. Everything that asks a library happens on a
 * thread of its own, in the order of the calls, one thread for each context and one for each compiler.
 *
 * **Housekeeping** ([H] below) waits in the driver until the device is idle, which beside a persistent kernel is never. So
 * it is refused while any launch of the context is in flight: `RING_RESIDENT`, class `transient`. Park, do all of it,
 * launch again.
 *
 * Handles are of the thread (environment) that got them; when that ends, everything is freed, the youngest first. But for
 * `process.exit` in the main thread: there Node cleans up nothing, and the system takes it all back.
 */
export interface CudaNative {
  /**
   * Opens the library, initializes the driver and takes the device's primary context. One context of a device is open in a
   * process at a time (`RING_DEVICE_IN_USE`). A bad driver can crash or hang in here: probe it first.
   */
  openContext(options: ContextOptions): Promise<OpenedContext>;
  /** [H] Frees all that is in the context. A lost context can be closed, but not be opened again in this process. */
  closeContext(context: ContextHandle): Promise<void>;
  /** What the addon knows by itself. Asks nothing of the driver, so it answers whatever hangs there. */
  contextState(context: ContextHandle): ContextState;
  memoryInfo(context: ContextHandle): Promise<MemoryInfo>;
  /** [H] Bytes of printf's buffer or of the heap for `malloc`, before any kernel that uses them. */
  setLimit(context: ContextHandle, limit: 'printf' | 'heap', bytes: number): Promise<void>;
  /** [H] Waits for the device; the driver then prints, to the process' output, what kernels have printed. */
  synchronize(context: ContextHandle): Promise<void>;
  /** A launch is about to end: ends are looked for every 50 µs again, later every 2 ms. */
  expectEnd(context: ContextHandle): void;

  /**
   * [H] Pins the pages and maps them for the GPU. `view` is over shared memory in whole pages of 4,096 bytes: all of a
   * shared `WebAssembly.Memory`. The addon keeps the memory until it is released.
   */
  registerMemory(context: ContextHandle, view: Uint8Array): Promise<HostMemoryHandle>;
  /**
   * [H] Memory that the context of another GPU has registered, for the kernels of this one. The other context is not closed
   * before this one.
   */
  mapMemory(context: ContextHandle, memory: HostMemoryHandle): Promise<HostMemoryHandle>;
  /** [H] Zeroed memory of the device. */
  allocateMemory(context: ContextHandle, sizeBytes: number): Promise<DeviceMemoryHandle>;
  /** [H] The bytes are copied when this is called. */
  writeMemory(to: MemoryPlace<DeviceMemoryHandle>, bytes: Uint8Array): Promise<void>;
  /** [H] Writes 8 bytes: where the GPU finds `target`. The arena's base into a module's variable, for example. */
  writeAddress(to: MemoryPlace<DeviceMemoryHandle>, target: MemoryPlace): Promise<void>;
  /** [H] */
  readMemory(from: MemoryPlace<DeviceMemoryHandle>, sizeBytes: number): Promise<Uint8Array>;
  /** [H] */
  fillMemory(to: MemoryPlace<DeviceMemoryHandle>, sizeBytes: number, value: number): Promise<void>;
  /** Between registered memory and the device's, in either direction; beside resident kernels too. */
  copyMemory(from: MemoryPlace, to: MemoryPlace, sizeBytes: number): Promise<void>;

  /** [H] PTX, a cubin or a fatbin. What is wrong with it is in the error's detail. */
  loadModule(context: ContextHandle, image: Uint8Array): Promise<LoadedModule>;
  /** [H] */
  getFunction(module: ModuleHandle, name: string): Promise<FoundFunction>;
  /** [H] A `__device__` or `__constant__` variable, by its name in the module. */
  getGlobal(module: ModuleHandle, name: string): Promise<FoundGlobal>;
  /** [H] Memory, a module, a function; functions and variables go with their module. Handles of what is gone are stale. */
  release(handle: MemoryHandle | ModuleHandle | FunctionHandle): Promise<void>;

  /** Blocks of so many threads that one multiprocessor holds when it holds nothing else. */
  occupancy(
    of: FunctionHandle,
    block: { readonly blockThreads: number; readonly sharedBytes: number },
  ): Promise<number>;
  /** Resolves when the driver has taken the launch; rejects when it or the addon refuses. */
  launch(request: LaunchRequest): Promise<StartedLaunch>;

  /**
   * By what numbers the blocks of all these grids may not find room together, in sentences; undefined when they are sure
   * to. The rule by which `launch` refuses; asks nothing of the driver.
   */
  findShortage(multiprocessorCount: number, grids: readonly GridLoad[]): string | undefined;

  /** Opens NVRTC and, from the same folder, its library of device functions. It stays until the thread ends. */
  openCompiler(libraries: readonly string[]): Promise<OpenedCompiler>;
  /** One after the other for one compiler. */
  compile(compiler: CompilerHandle, request: CompileRequest): Promise<CompileAnswer>;

  /**
   * Watches the first element of a view of shared memory, and calls back when it is another one: changes that come before
   * the callback was called are told with it. The watch keeps the memory, but no process alive.
   */
  watchWord(view: Int32Array | Uint32Array, onChange: (value: number) => void, options?: WatchOptions): WordWatch;
}
