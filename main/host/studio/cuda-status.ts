import { access } from 'node:fs/promises';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { MachineInfo } from '../../../app/contract/project.ts';
import { cudaDriverPaths } from '../cuda-driver.ts';

/** Why kernels do not run on a GPU here, and what would change that. */
export async function cudaStatus(): Promise<MachineInfo['cuda']> {
  for (const path of cudaDriverPaths) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (!exists) continue;
    const reason = `This version of Ring Kernel Studio has no CUDA device yet (a driver is there: ${path}).`;
    return { isAvailable: false, reason, remedy: 'Run on the CPU device; a later version brings the CUDA device.' };
  }
  return {
    isAvailable: false,
    reason: 'No NVIDIA driver was found, and this version of Ring Kernel Studio has no CUDA device yet.',
    remedy: 'Run on the CPU device: it needs nothing but this program.',
  };
}

export async function cudaNotAvailable(): Promise<StudioError> {
  const { reason, remedy } = await cudaStatus();
  return new StudioError('DeviceNotAvailable', `the device 'cuda' is not available: ${reason}`, { tip: remedy });
}
