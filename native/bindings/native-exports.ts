import { z } from 'zod';

type Handle = number;

function native<F extends (...args: never[]) => unknown>(): z.ZodCustom<F> {
  return z.custom<F>((value) => typeof value === 'function');
}

/**
 * The addon's functions as native/addon/*_calls.cc have them: positional, checked there. They throw when an argument is
 * wrong, and give promises of what takes a thread. create-cuda-native.ts and load-addon.ts are the only callers.
 */
export const nativeExports = z.object({
  probe: native<(part: string, libraries: readonly string[]) => unknown>(),
  openNvml: native<(libraries: readonly string[]) => unknown>(),
  sampleNvml: native<() => unknown>(),
  replaceProcess: native<(file: string, args: readonly string[], environment: readonly string[]) => never>(),

  openContext:
    native<(libraries: readonly string[], ordinal: number, connections: number, patienceMs: number) => unknown>(),
  closeContext: native<(context: Handle) => unknown>(),
  contextState: native<(context: Handle) => unknown>(),
  memoryInfo: native<(context: Handle) => unknown>(),
  setLimit: native<(context: Handle, limit: string, bytes: number) => unknown>(),
  synchronize: native<(context: Handle) => unknown>(),
  expectEnd: native<(context: Handle) => void>(),

  registerMemory: native<(context: Handle, view: Uint8Array) => unknown>(),
  mapMemory: native<(context: Handle, memory: Handle) => unknown>(),
  allocateMemory: native<(context: Handle, bytes: number) => unknown>(),
  writeMemory: native<(memory: Handle, offset: number, bytes: Uint8Array) => unknown>(),
  writeAddress: native<(memory: Handle, offset: number, target: Handle, targetOffset: number) => unknown>(),
  readMemory: native<(memory: Handle, offset: number, bytes: number) => unknown>(),
  fillMemory: native<(memory: Handle, offset: number, bytes: number, value: number) => unknown>(),
  copyMemory: native<(from: Handle, fromOffset: number, to: Handle, toOffset: number, bytes: number) => unknown>(),
  release: native<(handle: Handle) => unknown>(),

  loadModule: native<(context: Handle, image: Uint8Array) => unknown>(),
  getFunction: native<(module: Handle, name: string) => unknown>(),
  getGlobal: native<(module: Handle, name: string) => unknown>(),
  occupancy: native<(of: Handle, blockThreads: number, sharedBytes: number) => unknown>(),
  launch: native<
    (
      of: Handle,
      /** x, y, z of grid and block. */
      sizes: readonly number[],
      sharedBytes: number,
      isResident: boolean,
      isCooperative: boolean,
      parameters: Uint8Array,
      offsets: readonly number[],
      /** For each address: byte of the parameters, memory, offset in it. */
      addresses: readonly number[],
      onEnd: (end: unknown) => void,
    ) => unknown
  >(),
  findShortage: native<
    (
      multiprocessors: number,
      kernels: readonly string[],
      /** For each kernel: its blocks, and how many one multiprocessor holds. */
      counts: readonly number[],
    ) => unknown
  >(),

  openCompiler: native<(libraries: readonly string[]) => unknown>(),
  compile:
    native<
      (
        compiler: Handle,
        name: string,
        source: string,
        headerNames: readonly string[],
        headerTexts: readonly string[],
        options: readonly string[],
        nameExpressions: readonly string[],
        isCubin: boolean,
      ) => unknown
    >(),

  watchWord:
    native<
      (
        view: Int32Array | Uint32Array,
        spinUs: number,
        shortestPauseUs: number,
        longestPauseUs: number,
        onChange: (value: number) => void,
      ) => unknown
    >(),
  unwatch: native<(watch: Handle) => void>(),
  watchFigures: native<(watch: Handle) => unknown>(),
});

export type NativeExports = z.infer<typeof nativeExports>;
