/** A part that was looked for: what is known about it, or the exact reason why there is none. */
export type Found<T> = ({ readonly found: true } & T) | { readonly found: false; readonly reason: string };

/** What was found of NVIDIA's software and devices on the host's machine. What could not be found out is null. */
export interface CudaFindings {
  /** The part of the studio that looks at the others; without it nothing is known about them. */
  readonly addon: Found<{ readonly path: string }>;
  readonly driver: Found<{
    readonly path: string;
    /** The newest CUDA version that the driver supports, as in `12.4`. */
    readonly cudaVersion: string | null;
    /** It is Windows' driver, seen from Linux under Windows. */
    readonly isWsl: boolean;
  }>;
  readonly devices: Found<{ readonly list: readonly CudaDeviceInfo[] }>;
  /** Compiles CUDA C++ for GPUs. */
  readonly nvrtc: Found<{
    readonly path: string;
    readonly version: string | null;
    /** Compute capabilities that it compiles for, as in `7.5`, ascending. */
    readonly architectures: readonly string[] | null;
    /** Its library of device functions, without which it compiles nothing. */
    readonly builtins: Found<{ readonly path: string }>;
  }>;
  /** Reads temperature, power and use of GPUs. */
  readonly nvml: Found<{
    readonly path: string;
    readonly driverVersion: string | null;
    readonly deviceCount: number | null;
  }>;
}

export interface CudaDeviceInfo {
  readonly name: string | null;
  /** As in `9.0`. */
  readonly computeCapability: string | null;
  readonly memoryBytes: number | null;
  readonly multiprocessorCount: number | null;
  /** Shares the memory of the processor. */
  readonly isIntegrated: boolean | null;
  /** A display hangs on it, and the system ends kernels that run for seconds. */
  readonly hasKernelTimeout: boolean | null;
  /** Other processes run on it at the same time, by NVIDIA's Multi-Process Service. */
  readonly isSharedByMps: boolean | null;
}
