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
}

export type CodeFormat = Pick<CudaCode, 'kind' | 'architecture'>;

/** Turing: the oldest that ring kernels run on (kernels/cuda/ring_cuda.h). */
const oldest = 75;
/** Of those that have C++17 and do not tell: CUDA 11.0 and 11.1. */
const untold = [75, 80];

/**
 * PTX, which the driver compiles for the GPU that there is; but a driver reads no PTX of a newer CUDA than its own, and
 * gets a cubin then.
 *
 * @throws StudioError `GpuTooOld`, `NvrtcTooNew`, `NvrtcTooOld`
 */
export function chooseFormat({ computeCapability, driverVersion }: CudaTarget, nvrtc: OpenedNvrtc): CodeFormat {
  const own = `The GPU has compute capability ${dotted(computeCapability)}`;
  if (computeCapability < oldest) {
    const tip = 'Run on the CPU device, or on a GPU of the Turing generation or a later one.';
    throw new StudioError('GpuTooOld', `${own}, and ring kernels need ${dotted(oldest)} or above.`, { tip });
  }
  const driver = `CUDA ${versionText(driverVersion)}, the driver's version`;
  const name = nvrtcPackage(driverVersion);
  const tip = `Install NVRTC of ${driver}: ${name === undefined ? '' : `pip install ${name}, or `}a CUDA toolkit.`;
  const found = `NVRTC ${versionText(nvrtc.version)} (${nvrtc.path})`;
  // Machine code too is loaded by drivers of its own major release only, and by later ones.
  if (Math.floor(nvrtc.version / 1000) > Math.floor(driverVersion / 1000)) {
    const older = `the driver is for CUDA ${versionText(driverVersion)} and loads no code of a later major release`;
    throw new StudioError('NvrtcTooNew', `${found} is too new: ${older}.`, { tip });
  }
  const all = nvrtc.architectures.length === 0 ? untold : nvrtc.architectures;
  const known = all.filter((architecture) => architecture >= oldest && architecture <= computeCapability);
  if (driverVersion >= nvrtc.version && known.length > 0) {
    return { kind: 'ptx', architecture: `compute_${Math.max(...known)}` };
  }
  // Machine code runs on later GPUs of the same major number only.
  const runnable = known.filter((architecture) => majorOf(architecture) === majorOf(computeCapability));
  if (runnable.length > 0) return { kind: 'cubin', architecture: `sm_${Math.max(...runnable)}` };
  throw new StudioError('NvrtcTooOld', `${own}; ${found} does not compile for it.`, { tip });
}

function majorOf(architecture: number): number {
  return Math.floor(architecture / 10);
}

function dotted(architecture: number): string {
  return `${majorOf(architecture)}.${architecture % 10}`;
}
