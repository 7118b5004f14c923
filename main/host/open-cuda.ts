import { join } from 'node:path';

import { StudioError } from '../../app/base/studio-error.ts';
import type { Device } from '../../app/device/device.ts';
import { loadAddon } from '../../native/bindings/load-addon.ts';
import type { CudaCodeCompiler } from '../compile/cuda-code.ts';
import { NvrtcCompiler } from '../compile/nvrtc/nvrtc-compiler.ts';
import { librariesHere } from '../devices/cuda/libraries-here.ts';
import { openCudaDevice, type OpenCudaOptions } from '../devices/cuda/open-cuda-device.ts';
import { openNvrtc } from '../devices/cuda/open-nvrtc.ts';
import { checkCuda } from './cuda-status.ts';

export interface CudaParts {
  readonly device: Device;
  readonly compiler: CudaCodeCompiler;
}

interface OpenCudaParts extends Omit<OpenCudaOptions, 'cuda' | 'libraries'> {
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
  const loaded = loadAddon(join(root, 'native'));
  if (!loaded.ok) {
    throw new StudioError('DeviceNotAvailable', `the CUDA device cannot be opened: ${loaded.reason}`, {
      tip: 'In a clone of the repository, npm run build:native builds the addon. The CPU device needs none.',
    });
  }
  const { cuda } = loaded.addon;
  const libraries = librariesHere(process.env);
  const device = await openCudaDevice({ ...options, cuda, libraries: libraries.driver });
  const compiler = new NvrtcCompiler({
    nvrtc: openNvrtc({ cuda, libraries: libraries.nvrtc }),
    target: device.target,
    kernelsDir: join(root, 'kernels'),
    env: process.env,
    ...(cacheDir !== undefined && { cacheDir }),
  });
  return { device, compiler };
}
