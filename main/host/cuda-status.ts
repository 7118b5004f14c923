import { StudioError } from '../../app/base/studio-error.ts';
import type { CudaFindings } from '../../app/contract/cuda-findings.ts';
import type { CudaStatus } from '../../app/contract/project.ts';
import { cudaFindings } from './cuda-findings.ts';

/** The first that has cuGetProcAddress, through which newer functions are found. */
const oldestCudaVersion = '11.3';

const onCpu = 'Run on the CPU device: it needs nothing but this program.';
const notYet = 'The studio runs nothing on GPUs yet; `ringstudio run --device cuda` and `exec` do.';

type Explanation = Pick<CudaStatus, 'summary' | 'reason' | 'remedy'>;

/** Why the studio runs no kernels on a GPU here, and what would change that. */
export async function cudaStatus(): Promise<CudaStatus> {
  const findings = await cudaFindings();
  return { isAvailable: false, ...explainCuda(findings), ...findings };
}

export async function cudaNotAvailable(): Promise<StudioError> {
  return notAvailable(explainCuda(await cudaFindings()));
}

/** @throws StudioError `DeviceNotAvailable` where there is no GPU, or what it needs is missing */
export async function checkCuda(): Promise<void> {
  const lack = whatCudaLacks(await cudaFindings());
  if (lack !== undefined) throw notAvailable(lack);
}

function notAvailable({ reason, remedy }: Explanation): StudioError {
  return new StudioError('DeviceNotAvailable', `the device 'cuda' is not available: ${reason}`, { tip: remedy });
}

/** Why the studio does not run on it. */
export function explainCuda(findings: CudaFindings): Explanation {
  const lack = whatCudaLacks(findings);
  if (lack !== undefined) return lack;
  const { devices } = findings;
  const names = devices.found
    ? devices.list.map(({ name }) => name ?? 'a device whose name is unknown').join(', ')
    : '';
  return {
    summary: 'from the command line only',
    reason: `${notYet.slice(0, -1)} (a driver and ${names} are there).`,
    remedy: 'Run on the CPU device, or from the command line; a later version runs on GPUs from the studio.',
  };
}

/** The first thing that is missing, of those that the CUDA device needs. */
export function whatCudaLacks({ addon, driver, devices }: CudaFindings): Explanation | undefined {
  if (!addon.found) {
    return {
      summary: 'the native addon is missing',
      reason: `The native addon, which looks for NVIDIA's driver, is missing: ${addon.reason}.`,
      remedy: `${onCpu} In a clone of the repository, npm run build:native builds the addon.`,
    };
  }
  if (!driver.found) {
    return {
      summary: 'no NVIDIA driver found',
      reason: `No NVIDIA driver was found: ${driver.reason}.`,
      remedy: onCpu,
    };
  }
  if (driver.cudaVersion !== null && isOlder(driver.cudaVersion, oldestCudaVersion)) {
    return {
      summary: 'the NVIDIA driver is too old',
      reason: `The NVIDIA driver (${driver.path}) supports CUDA ${driver.cudaVersion}; ${oldestCudaVersion} is needed.`,
      remedy: `Install a newer driver. ${onCpu}`,
    };
  }
  if (!devices.found) {
    return {
      summary: 'the NVIDIA driver has no device',
      reason: `The NVIDIA driver (${driver.path}) has no device: ${devices.reason}.`,
      remedy: `Run nvidia-smi: it shows the same when the GPU, or the driver, is the cause. ${onCpu}`,
    };
  }
  return undefined;
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
