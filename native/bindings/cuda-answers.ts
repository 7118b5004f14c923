import { z } from 'zod';

// What the addon's functions for CUDA answer (native/addon/*_calls.cc). Sizes are exact below 2^53.

/** Opaque: good in the thread that got it, until it is released. No two things of one thread ever have the same. */
export const contextHandle = z.number().brand<'context'>();
export const hostMemoryHandle = z.number().brand<'host memory'>();
export const deviceMemoryHandle = z.number().brand<'device memory'>();
export const moduleHandle = z.number().brand<'module'>();
export const functionHandle = z.number().brand<'function'>();
export const compilerHandle = z.number().brand<'compiler'>();
export const watchHandle = z.number().brand<'watch'>();

const cudaDevice = z.object({
  ordinal: z.number(),
  name: z.string(),
  /** `0000:01:00.0`, as NVML and the system know it. */
  pciAddress: z.string(),
  memoryBytes: z.number(),
  computeMajor: z.number(),
  computeMinor: z.number(),
  multiprocessorCount: z.number(),
  warpSize: z.number(),
  maxThreadsPerBlock: z.number(),
  maxThreadsPerMultiprocessor: z.number(),
  sharedBytesPerMultiprocessor: z.number(),
  /** The most that a block can have, static and dynamic together. */
  sharedBytesPerBlock: z.number(),
  /** A display hangs on the device, and the system ends kernels that run for long. */
  hasKernelTimeout: z.boolean(),
  isIntegrated: z.boolean(),
  canMapHostMemory: z.boolean(),
  canRegisterHostMemory: z.boolean(),
  hasUnifiedAddressing: z.boolean(),
  /** The GPU's atomics on host memory are atomic for the host too. */
  hasHostNativeAtomics: z.boolean(),
  hasCooperativeLaunch: z.boolean(),
  hasComputePreemption: z.boolean(),
  hasConcurrentKernels: z.boolean(),
  /** Other processes run on it at the same time (Multi-Process Service); null where the driver does not tell. */
  isSharedByMps: z.boolean().nullable(),
});

export const openedContext = z.object({
  context: contextHandle,
  driverPath: z.string(),
  /** 1000 × major + 10 × minor of the CUDA version that the driver supports. */
  driverVersion: z.number(),
  /**
   * With `LAZY` a function's code is loaded at its first launch, which hangs while a persistent kernel is resident: set
   * CUDA_MODULE_LOADING=EAGER before the process starts. Null where the driver does not tell.
   */
  moduleLoading: z.enum(['EAGER', 'LAZY']).nullable(),
  /** How many launches can be in flight at a time; CUDA_DEVICE_MAX_CONNECTIONS, at most 32, is one more. */
  launchLimit: z.number(),
  /** Functions that the driver does not have; calls that need one fail with class `missing`. */
  missing: z.array(z.string()),
  device: cudaDevice,
});

export const contextState = z.object({
  /** The error that the context was lost by. */
  lost: z.unknown(),
  /** In flight. */
  launches: z.array(
    z.object({
      launch: z.number(),
      kernel: z.string(),
      /** Blocks that have to be on the device together. */
      blockCount: z.number(),
      /** Blocks of it that a multiprocessor holds when it holds nothing else. */
      blocksPerMultiprocessor: z.number(),
      isResident: z.boolean(),
    }),
  ),
});

export const memoryInfo = z.object({ freeBytes: z.number(), totalBytes: z.number() });

export const loadedModule = z.object({
  module: moduleHandle,
  /** What the driver's own compiler said; empty for a cubin. */
  log: z.string(),
});

export const foundFunction = z.object({
  function: functionHandle,
  maxThreadsPerBlock: z.number(),
  /** Static `__shared__` memory of a block. */
  sharedBytes: z.number(),
  constBytes: z.number(),
  /** Of a thread. */
  localBytes: z.number(),
  /** Of a thread. */
  registerCount: z.number(),
  /** 10 × major + minor. */
  ptxVersion: z.number(),
  binaryVersion: z.number(),
});

export const foundGlobal = z.object({ memory: deviceMemoryHandle, sizeBytes: z.number() });

export const openedCompiler = z.object({
  compiler: compilerHandle,
  path: z.string(),
  versionMajor: z.number(),
  versionMinor: z.number(),
  /** 75 is sm_75; empty where NVRTC does not tell. */
  architectures: z.array(z.number()),
  /** Why the library of device functions beside NVRTC could not be opened; null when it was. */
  builtinsFailure: z.string().nullable(),
});

export const compileAnswer = z.object({
  /** PTX (without a NUL) or a cubin; null when the source has errors, which are in the log. */
  code: z.instanceof(Uint8Array).nullable(),
  log: z.string(),
  /** Pairs of name expression and name in the module, in the order of the expressions. */
  loweredNames: z.array(z.tuple([z.string(), z.string()])),
});

export const watchFigures = z.object({
  /** Looks at the word. */
  looks: z.number(),
  changes: z.number(),
  /** Pauses between looks. */
  pauses: z.number(),
});

/** Null `failure`: it ended by itself. */
export const launchEnd = z.object({ failure: z.unknown(), gpuMs: z.number().nullable() });

export type ContextHandle = z.infer<typeof contextHandle>;
export type HostMemoryHandle = z.infer<typeof hostMemoryHandle>;
export type DeviceMemoryHandle = z.infer<typeof deviceMemoryHandle>;
export type ModuleHandle = z.infer<typeof moduleHandle>;
export type FunctionHandle = z.infer<typeof functionHandle>;
export type CompilerHandle = z.infer<typeof compilerHandle>;
export type OpenedContext = z.infer<typeof openedContext>;
export type LaunchInFlight = z.infer<typeof contextState>['launches'][number];
export type MemoryInfo = z.infer<typeof memoryInfo>;
export type LoadedModule = z.infer<typeof loadedModule>;
export type FoundFunction = z.infer<typeof foundFunction>;
export type FoundGlobal = z.infer<typeof foundGlobal>;
export type OpenedCompiler = z.infer<typeof openedCompiler>;
export type CompileAnswer = z.infer<typeof compileAnswer>;
export type WatchFigures = z.infer<typeof watchFigures>;
