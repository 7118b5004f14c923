import { isMainThread } from 'node:worker_threads';

import { StudioError } from '../../../app/base/studio-error.ts';
import { formatBytes, type Arena } from '../../../app/device/arena.ts';
import { AddonError } from '../../../native/bindings/addon-error.ts';
import type { CudaNative } from '../../../native/bindings/cuda-native.ts';
import { loadAddon } from '../../../native/bindings/load-addon.ts';
import type { OpenedContext } from '../../../native/bindings/cuda-answers.ts';
import { createArena, layOutHeader } from '../arena/create-arena.ts';
import type { CudaContext } from './cuda-context.ts';
import { CudaDevice, type CudaDeviceOptions } from './cuda-device.ts';
import { checkModuleLoading, checkThread, prepareDriverEnvironment } from './driver-environment.ts';
import { librariesHere } from './libraries-here.ts';
import { Pacing } from './pacing.ts';

export interface OpenCudaOptions extends Omit<CudaDeviceOptions, 'pacing'> {
  /** The package's folder native/. */
  readonly nativeDir: string;
  /** May name libraries, and how actors are paced. */
  readonly env: NodeJS.ProcessEnv;
  /** Which of the driver's devices, the one that runs what is for none in particular first. */
  readonly ordinals: readonly number[];
  /** Pinned, all of it, as soon as the device is open. */
  readonly arenaBytes: number;
}

/**
 * Opens the driver in this process: probe it in another one first. What the driver must know from the environment is set
 * here, so nothing of CUDA may have been opened before.
 *
 * @throws StudioError `DeviceNotAvailable`, `DeviceLost` where this process has never closed it, `LazyModuleLoading`,
 * `OutOfMemory`
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
  checkThread(process.env, isMainThread);
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
  ordinals,
  env,
  arenaBytes,
  actorLimit,
  ...rest
}: Opening): Promise<CudaDevice> {
  const opened: OpenedContext[] = [];
  try {
    for (const ordinal of ordinals) {
      const one = await cuda.openContext({ libraries, ordinal, connections }).catch((error: unknown) => {
        throw notAvailable(error);
      });
      opened.push(one);
      checkModuleLoading(one);
    }
    const arena = createArena(arenaBytes);
    layOutHeader(arena, actorLimit);
    const contexts = await share(arena, opened, cuda);
    const pacing = new Pacing({ hasWatchdog: opened.some(({ device }) => device.hasKernelTimeout), env });
    return new CudaDevice(contexts, { actorLimit, pacing, ...rest });
  } catch (error) {
    // The first error says more.
    for (const { context } of opened.toReversed()) await cuda.closeContext(context).catch(() => undefined);
    throw error;
  }
}

/** The first context pins the arena, the others map it. */
async function share(arena: Arena, opened: readonly OpenedContext[], cuda: CudaNative): Promise<CudaContext[]> {
  const contexts: CudaContext[] = [];
  for (const one of opened) {
    const [first] = contexts;
    const memory = await (
      first === undefined ? cuda.registerMemory(one.context, arena.u8) : cuda.mapMemory(one.context, first.memory)
    ).catch((error: unknown) => {
      throw notPinned(error, arena.sizeBytes);
    });
    contexts.push({ ...one, cuda, arena, memory });
  }
  return contexts;
}

function notAvailable(error: unknown): unknown {
  if (!(error instanceof AddonError)) return error;
  if (error.name === 'RING_DEVICE_IN_USE')
    return new StudioError('DeviceLost', `the CUDA device cannot be opened again in this process: ${error.message}`, {
      tip: 'What ran on it before was never closed. Start this program again: a new process gets the GPU back.',
      cause: error,
    });
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
