import { StudioError } from '../../../app/base/studio-error.ts';
import type { CudaCode } from '../../../app/model/program.ts';
import { nvrtcPackage } from './nvrtc-package.ts';
import { versionText, type OpenedNvrtc } from './nvrtc.ts';

/** The GPU that is compiled for. */
export interface CudaTarget {
  /** 10 × major + minor: 86. */
  readonly computeCapability: number;
  /** CUDA version of its driver, 1000 × major + 10 × minor. */
  readonly driverVersion: number;
  /** GPUs of higher capabilities run the code too. */
  readonly isForNewer?: boolean;
}

export type CodeFormat = Pick<CudaCode, 'kind' | 'architecture'>;

/** Turing: the oldest that ring kernels run on (kernels/cuda/ring_cuda.h). */
const oldest = 75;
/** Of those that have C++17 and do not tell: CUDA 11.0 and 11.1. */
const untold = [75, 80];

/** Those that ring kernels can be compiled for, ascending. */
export function architecturesOf({ architectures }: Pick<OpenedNvrtc, 'architectures'>): readonly number[] {
  const all = architectures.length === 0 ? untold : architectures;
  return all.filter((architecture) => architecture >= oldest).toSorted((a, b) => a - b);
}

/** @throws StudioError `GpuTooOld` */
export function checkGpu({ computeCapability }: CudaTarget): void {
  if (computeCapability >= oldest) return;
  const own = `The GPU has compute capability ${dotted(computeCapability)}`;
  const tip = 'Run on the CPU device, or on a GPU of the Turing generation or a later one.';
  throw new StudioError('GpuTooOld', `${own}, and ring kernels need ${dotted(oldest)} or above.`, { tip });
}

/**
 * Machine code for exactly this GPU: what a driver makes of PTX it makes while all actors have left. PTX where NVRTC does not
 * know the GPU, or there are several kinds; but a driver reads none of a newer CUDA than its own, and gets machine code of the
 * GPU's generation then.
 *
 * @throws StudioError `GpuTooOld`, `NvrtcTooNew`, `NvrtcTooOld`
 */
export function chooseFormat(target: CudaTarget, nvrtc: OpenedNvrtc): CodeFormat {
  checkGpu(target);
  const { computeCapability, driverVersion, isForNewer } = target;
  const driver = `CUDA ${versionText(driverVersion)}, the driver's version`;
  const name = nvrtcPackage(driverVersion);
  const tip = `Install NVRTC of ${driver}: ${name === undefined ? '' : `pip install ${name}, or `}a CUDA toolkit.`;
  const found = `NVRTC ${versionText(nvrtc.version)} (${nvrtc.path})`;
  // Machine code too is loaded by drivers of its own major release only, and by later ones.
  if (Math.floor(nvrtc.version / 1000) > Math.floor(driverVersion / 1000)) {
    const older = `the driver is for CUDA ${versionText(driverVersion)} and loads no code of a later major release`;
    throw new StudioError('NvrtcTooNew', `${found} is too new: ${older}.`, { tip });
  }
  const known = architecturesOf(nvrtc).filter((architecture) => architecture <= computeCapability);
  if (known.includes(computeCapability) && isForNewer !== true) {
    return { kind: 'cubin', architecture: `sm_${computeCapability}` };
  }
  if (driverVersion >= nvrtc.version && known.length > 0) {
    return { kind: 'ptx', architecture: `compute_${Math.max(...known)}` };
  }
  // Machine code runs on later GPUs of the same major number only.
  const runnable = known.filter((architecture) => majorOf(architecture) === majorOf(computeCapability));
  if (runnable.length > 0 && isForNewer !== true) return { kind: 'cubin', architecture: `sm_${Math.max(...runnable)}` };
  const own = `The GPU has compute capability ${dotted(computeCapability)}`;
  throw new StudioError('NvrtcTooOld', `${own}; ${found} does not compile for it.`, { tip });
}

export function majorOf(architecture: number): number {
  return Math.floor(architecture / 10);
}

/** `8.6` of 86. */
export function dotted(architecture: number): string {
  return `${majorOf(architecture)}.${architecture % 10}`;
}
