import { StudioError } from '../../../app/base/studio-error.ts';
import type { CudaFindings } from '../../../app/contract/cuda-findings.ts';
import type { CudaStatus } from '../../../app/contract/project.ts';
import { cudaFindings } from '../cuda-findings.ts';

/** The first that has cuGetProcAddress, through which newer functions are found. */
const oldestCudaVersion = '11.3';

const onCpu = 'Run on the CPU device: it needs nothing but this program.';
const notYet = 'This version of Ring Kernel Studio has no CUDA device yet.';

type Explanation = Pick<CudaStatus, 'summary' | 'reason' | 'remedy'>;

/** Why kernels do not run on a GPU here, and what would change that. */
export async function cudaStatus(): Promise<CudaStatus> {
  const findings = await cudaFindings();
  return { isAvailable: false, ...explainCuda(findings), ...findings };
}

export async function cudaNotAvailable(): Promise<StudioError> {
  const { reason, remedy } = explainCuda(await cudaFindings());
  return new StudioError('DeviceNotAvailable', `the device 'cuda' is not available: ${reason}`, { tip: remedy });
}

/** The first thing that is missing, of those that the CUDA device needs. */
export function explainCuda({ addon, driver, devices }: CudaFindings): Explanation {
  if (!addon.found) {
    return {
      summary: 'the native addon is missing',
      reason: `The native addon, which looks for NVIDIA's driver, is missing: ${addon.reason}.`,
      remedy: `${onCpu} ${notYet} In a clone of the repository, npm run build:native builds the addon.`,
    };
  }
  if (!driver.found) {
    return {
      summary: 'no NVIDIA driver found',
      reason: `No NVIDIA driver was found: ${driver.reason}.`,
      remedy: `${onCpu} ${notYet}`,
    };
  }
  if (driver.cudaVersion !== null && isOlder(driver.cudaVersion, oldestCudaVersion)) {
    return {
      summary: 'the NVIDIA driver is too old',
      reason: `The NVIDIA driver (${driver.path}) supports CUDA ${driver.cudaVersion}; ${oldestCudaVersion} is needed.`,
      remedy: `Install a newer driver. ${onCpu} ${notYet}`,
    };
  }
  if (!devices.found) {
    return {
      summary: 'the NVIDIA driver has no device',
      reason: `The NVIDIA driver (${driver.path}) has no device: ${devices.reason}.`,
      remedy: `Run nvidia-smi: it shows the same when the GPU, or the driver, is the cause. ${onCpu} ${notYet}`,
    };
  }
  const names = devices.list.map(({ name }) => name ?? 'a device whose name is unknown').join(', ');
  return {
    summary: 'not in this version',
    reason: `${notYet.slice(0, -1)} (a driver and ${names} are there).`,
    remedy: 'Run on the CPU device; a later version brings the CUDA device.',
  };
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
