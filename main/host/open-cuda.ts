import { join } from 'node:path';

import type { Device } from '../../app/device/device.ts';
import type { CudaCodeCompiler } from '../compile/cuda-code.ts';
import { NvrtcCompiler } from '../compile/nvrtc/nvrtc-compiler.ts';
import { openCudaDevice, type OpenCudaOptions } from '../devices/cuda/open-cuda-device.ts';
import { checkCuda } from './cuda-status.ts';

export interface CudaParts {
  readonly device: Device;
  readonly compiler: CudaCodeCompiler;
}

interface OpenCudaParts extends Omit<OpenCudaOptions, 'nativeDir' | 'env'> {
  /** The package's folder. */
  readonly root: string;
  readonly cacheDir: string | undefined;
}

/**
 * The CUDA device and the compiler for it, in this process.
 *
 * @throws StudioError `DeviceNotAvailable`, `OutOfMemory`
 */
export async function openCuda({ root, cacheDir, ...options }: OpenCudaParts): Promise<CudaParts> {
  await checkCuda(); // in a process of its own: a driver can crash or hang
  const { env } = process;
  const { device, nvrtc } = await openCudaDevice({ ...options, nativeDir: join(root, 'native'), env });
  const compiler = new NvrtcCompiler({
    nvrtc,
    target: device.target,
    kernelsDir: join(root, 'kernels'),
    env,
    ...(cacheDir !== undefined && { cacheDir }),
  });
  return { device, compiler };
}
