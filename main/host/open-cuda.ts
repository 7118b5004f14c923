import { join } from 'node:path';

import { StudioError } from '../../app/base/studio-error.ts';
import type { Device } from '../../app/device/device.ts';
import type { CudaCodeCompiler } from '../compile/cuda-code.ts';
import { NvrtcCompiler } from '../compile/nvrtc/nvrtc-compiler.ts';
import { librariesHere } from '../devices/cuda/libraries-here.ts';
import { nvrtcForDriver } from '../devices/cuda/library-candidates.ts';
import { IsolatedNvrtc } from '../devices/cuda/nvrtc/isolated-nvrtc.ts';
import { openCudaDevice, type OpenCudaOptions } from '../devices/cuda/open-cuda-device.ts';
import { checkCuda } from './cuda-status.ts';

export interface CudaParts {
  readonly device: Device;
  readonly compiler: CudaCodeCompiler;
  /** Others of this process may have the GPU then, unless it is lost. */
  readonly lease: Disposable;
}

/** GPUs that have a device here: what another one asks of the driver would wait for the kernels that stay. */
const taken = new Set<number>();
/** Those that only another process gets back. */
const lost = new Set<number>();

/** @throws StudioError `DeviceBusy`, `DeviceLost` */
function takeGpu(ordinal: number): void {
  if (lost.has(ordinal)) {
    throw new StudioError(
      'DeviceLost',
      `GPU ${ordinal.toString()} is lost to this process: a kernel has failed on it.`,
      {
        tip: 'Start this program again: a new process gets the GPU back.',
      },
    );
  }
  if (taken.has(ordinal)) {
    throw new StudioError('DeviceBusy', `GPU ${ordinal.toString()} is in use by this process already.`, {
      tip: 'Stop what runs on it first: its actors stay on the GPU, and nothing else can be loaded beside them.',
    });
  }
  taken.add(ordinal);
}

let shared: { readonly libraries: string; readonly nvrtc: IsolatedNvrtc } | undefined;

/** For all runtimes of this process, one after the other: it stays warm, keeps nobody alive, and ends with this process. */
function nvrtcHere(root: string, driverVersion: number): IsolatedNvrtc {
  const { env } = process;
  const find = (): readonly string[] => nvrtcForDriver(librariesHere(env).nvrtc, driverVersion);
  const libraries = find().join('\n');
  if (shared?.libraries !== libraries) {
    const processPath = join(root, 'dist', 'nvrtc.process.js');
    const nativeDir = join(root, 'native');
    shared = {
      libraries,
      nvrtc: new IsolatedNvrtc({ processPath, nativeDir, env, libraries: find }),
    };
  }
  return shared.nvrtc;
}

interface OpenCudaParts extends Omit<OpenCudaOptions, 'nativeDir' | 'env'> {
  /** The package's folder. */
  readonly root: string;
  readonly cacheDir: string | undefined;
}

/**
 * The CUDA device, in this process, and the compiler for it, which has one of its own.
 *
 * @throws StudioError `DeviceNotAvailable`, `DeviceBusy`, `DeviceLost`, `OutOfMemory`
 */
export async function openCuda({ root, cacheDir, ...options }: OpenCudaParts): Promise<CudaParts> {
  const { ordinal = 0 } = options;
  await checkCuda(ordinal); // in a process of its own: a driver can crash or hang
  const { env } = process;
  takeGpu(ordinal);
  const nativeDir = join(root, 'native');
  const opened = openCudaDevice({ ...options, nativeDir, env });
  opened.catch(() => taken.delete(ordinal));
  const device = await opened;
  const giveBack = (): void => {
    taken.delete(ordinal);
    if (device.lost !== undefined) lost.add(ordinal);
  };
  const compiler = new NvrtcCompiler({
    nvrtc: nvrtcHere(root, device.target.driverVersion),
    target: device.target,
    kernelsDir: join(root, 'kernels'),
    env,
    ...(cacheDir !== undefined && { cacheDir }),
  });
  return { device, compiler, lease: { [Symbol.dispose]: giveBack } };
}
