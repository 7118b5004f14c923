import { arch, cpus, release, totalmem, type as osType } from 'node:os';

import type { CudaDeviceInfo, CudaFindings } from '../../../app/contract/cuda-findings.ts';
import { isStandInDriver } from '../../devices/cuda/stand-in-library.ts';

/** Where a verification ran. What could not be found out is null. */
export interface Machine {
  readonly os: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly isWsl: boolean;
  readonly driver: {
    readonly path: string;
    /** As NVML tells it. */
    readonly version: string | null;
    /** The newest CUDA version that it supports. */
    readonly cudaVersion: string | null;
    /** The project's own, for tests: it runs kernels on the processor. */
    readonly isStandIn: boolean;
    /** By RINGSTUDIO_CUDA_LIBRARY, and not by the system. */
    readonly isNamedByEnvironment: boolean;
  };
  readonly nvrtc: { readonly path: string; readonly version: string | null } | null;
  readonly gpu: CudaDeviceInfo & { readonly ordinal: number };
}

/** @param ordinal of a GPU that is there: see `checkCuda` */
export async function describeMachine(findings: CudaFindings, ordinal: number): Promise<Machine> {
  const { driver, devices, nvrtc, nvml } = findings;
  const gpu = devices.found ? devices.list[ordinal] : undefined;
  if (!driver.found || gpu === undefined) throw new Error('the GPU was found to be there');
  return {
    os: `${osType()} ${release()}`,
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    node: process.versions.node,
    isWsl: driver.isWsl,
    driver: {
      path: driver.path,
      version: nvml.found ? nvml.driverVersion : null,
      cudaVersion: driver.cudaVersion,
      isStandIn: await isStandInDriver(driver.path, gpu.name),
      isNamedByEnvironment: (process.env['RINGSTUDIO_CUDA_LIBRARY'] ?? '') !== '',
    },
    nvrtc: nvrtc.found ? { path: nvrtc.path, version: nvrtc.version } : null,
    gpu: { ordinal, ...gpu },
  };
}
