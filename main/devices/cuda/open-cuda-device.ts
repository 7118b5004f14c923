import { StudioError } from '../../../app/base/studio-error.ts';
import { formatBytes } from '../../../app/device/arena.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { CudaNative } from '../../../native/bindings/cuda-native.ts';
import { loadAddon } from '../../../native/bindings/load-addon.ts';
import { createArena, layOutHeader } from '../arena/create-arena.ts';
import { CudaDevice, type CudaDeviceOptions } from './cuda-device.ts';
import { checkModuleLoading, prepareDriverEnvironment } from './driver-environment.ts';
import { librariesHere } from './libraries-here.ts';
import { Pacing } from './pacing.ts';

export interface OpenCudaOptions extends Omit<CudaDeviceOptions, 'pacing'> {
  /** The package's folder native/. */
  readonly nativeDir: string;
  /** May name libraries, and how actors are paced. */
  readonly env: NodeJS.ProcessEnv;
  /** Which of the driver's devices. Default 0. */
  readonly ordinal?: number;
  /** Pinned, all of it, as soon as the device is open. */
  readonly arenaBytes: number;
}

/**
 * Opens the driver in this process: probe it in another one first. What the driver must know from the environment is set
 * here, so nothing of CUDA may have been opened before.
 *
 * @throws StudioError `DeviceNotAvailable`, `LazyModuleLoading`, `OutOfMemory`
 */
export async function openCudaDevice({ nativeDir, env, ...options }: OpenCudaOptions): Promise<CudaDevice> {
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) {
    throw new StudioError('DeviceNotAvailable', `the CUDA device cannot be opened: ${loaded.reason}`, {
      tip: 'In a clone of the repository, npm run build:native builds the addon. The CPU device needs none.',
    });
  }
  const { cuda } = loaded.addon;
  const libraries = librariesHere(env);
  const { connections, changes } = prepareDriverEnvironment(process.env);
  for (const change of changes) process.emitWarning(`${change}.`, { code: 'RINGSTUDIO_CUDA_ENVIRONMENT' });
  const alive = setInterval(() => undefined, 2 ** 30); // the addon keeps no process alive
  try {
    return await open({ ...options, env, cuda, libraries: libraries.driver, connections });
  } finally {
    clearInterval(alive);
  }
}

interface Opening extends Omit<OpenCudaOptions, 'nativeDir'> {
  readonly cuda: CudaNative;
  readonly libraries: readonly string[];
  readonly connections: number;
}

async function open({
  cuda,
  libraries,
  connections,
  ordinal = 0,
  env,
  arenaBytes,
  actorLimit,
  ...rest
}: Opening): Promise<CudaDevice> {
  const opened = await cuda.openContext({ libraries, ordinal, connections }).catch((error: unknown) => {
    throw notAvailable(error);
  });
  try {
    checkModuleLoading(opened);
    const arena = createArena(arenaBytes);
    layOutHeader(arena, actorLimit);
    const memory = await cuda.registerMemory(opened.context, arena.u8).catch((error: unknown) => {
      throw notPinned(error, arenaBytes);
    });
    const pacing = new Pacing({ hasWatchdog: opened.device.hasKernelTimeout, env });
    return new CudaDevice({ ...opened, cuda, arena, memory }, { actorLimit, pacing, ...rest });
  } catch (error) {
    await cuda.closeContext(opened.context).catch(() => undefined); // the first error says more
    throw error;
  }
}

function notAvailable(error: unknown): unknown {
  if (!(error instanceof AddonError)) return error;
  return new StudioError('DeviceNotAvailable', `the CUDA device cannot be opened: ${error.message}`, {
    tip: 'Run `ringstudio doctor`, which says what is missing, or use the CPU device.',
    cause: error,
  });
}

function notPinned(error: unknown, arenaBytes: number): unknown {
  if (!(error instanceof AddonError)) return error;
  return new StudioError('OutOfMemory', `an arena of ${formatBytes(arenaBytes)} cannot be pinned: ${error.message}`, {
    tip: 'Use a smaller arena (arenaBytes), or allow the process to lock more memory (ulimit -l).',
    cause: error,
  });
}
