import { join } from 'node:path';

import { StudioError } from '../../app/base/studio-error.ts';
import type { Device } from '../../app/device/device.ts';
import type { BundleFile } from '../compile/bundle/bundle.ts';
import { BundledCompiler } from '../compile/bundle/bundled-compiler.ts';
import type { CudaCodeCompiler } from '../compile/cuda-code.ts';
import { chooseFormat } from '../compile/nvrtc/cuda-target.ts';
import { NvrtcCompiler } from '../compile/nvrtc/nvrtc-compiler.ts';
import { openCudaDevice, type OpenCudaOptions } from '../devices/cuda/open-cuda-device.ts';
import { isStandInDriver } from '../devices/cuda/stand-in-library.ts';
import { BundleShelf } from './bundle-shelf.ts';
import { cudaFindings } from './cuda-findings.ts';
import { checkCuda } from './cuda-status.ts';
import { nvrtcHere } from './nvrtc-here.ts';

export interface CudaParts {
  readonly device: Device;
  readonly compiler: CudaCodeCompiler;
  /** Others of this process may have the GPU then, unless it is lost. */
  readonly lease: Disposable;
}

/** GPUs that have a device here: what another one asks of the driver would wait for the kernels that stay. */
const taken = new Set<number>();
/** Those that only another process gets back. */
const lost = new Map<number, StudioError>();

/** @throws StudioError `DeviceBusy`, `DeviceLost` */
function checkFree(ordinal: number): void {
  const loss = lost.get(ordinal);
  if (loss !== undefined) {
    throw new StudioError('DeviceLost', `GPU ${ordinal.toString()} is lost to this process: ${loss.message}`, {
      tip: 'Start this program again: a new process gets the GPU back.',
      cause: loss,
    });
  }
  if (taken.has(ordinal)) {
    throw new StudioError('DeviceBusy', `GPU ${ordinal.toString()} is in use by this process already.`, {
      tip: 'Stop what runs on it first: its actors stay on the GPU, and nothing else can be loaded beside them.',
    });
  }
}

interface OpenCudaParts extends Omit<OpenCudaOptions, 'nativeDir' | 'env'> {
  /** The package's folder. */
  readonly root: string;
  readonly cacheDir: string | undefined;
  /** Precompiled code to look in, besides what comes with the product. Default: the bundles in each project's folder. */
  readonly bundles: readonly BundleFile[] | undefined;
}

/**
 * The CUDA device, in this process, and the compiler for it, which has one of its own.
 *
 * @throws StudioError `DeviceNotAvailable`, `DeviceBusy`, `DeviceLost`, `OutOfMemory`
 */
export async function openCuda({ root, cacheDir, bundles, ...options }: OpenCudaParts): Promise<CudaParts> {
  const { ordinals } = options;
  for (const ordinal of ordinals) await checkCuda(ordinal); // in a process of its own: a driver can crash or hang
  const { env } = process;
  for (const ordinal of ordinals) checkFree(ordinal);
  for (const ordinal of ordinals) taken.add(ordinal);
  const free = (): void => {
    for (const ordinal of ordinals) taken.delete(ordinal);
  };
  const nativeDir = join(root, 'native');
  const opened = openCudaDevice({ ...options, nativeDir, env });
  opened.catch(free);
  const device = await opened;
  const giveBack = (): void => {
    free();
    if (device.lost !== undefined) for (const ordinal of ordinals) lost.set(ordinal, device.lost);
  };
  const kernelsDir = join(root, 'kernels');
  const { target } = device;
  const nvrtc = new NvrtcCompiler({
    nvrtc: nvrtcHere(root, target.driverVersion),
    chooseFormat: (opened) => chooseFormat(target, opened),
    kernelsDir,
    env,
    ...(cacheDir !== undefined && { cacheDir }),
  });
  const shelf = new BundleShelf({ root, given: bundles });
  const compiler = new BundledCompiler({
    target: { ...target, isStandIn: await isStandIn(ordinals[0]!) },
    bundles: (projectDir) => shelf.find(projectDir),
    compiler: nvrtc,
    kernelsDir,
  });
  return { device, compiler, lease: { [Symbol.dispose]: giveBack } };
}

async function isStandIn(ordinal: number): Promise<boolean> {
  const { driver, devices } = await cudaFindings();
  return driver.found && devices.found && isStandInDriver(driver.path, devices.list[ordinal]?.name ?? null);
}
