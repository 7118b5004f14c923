import { StudioError } from '../../app/base/studio-error.ts';
import type { CudaFindings } from '../../app/contract/cuda-findings.ts';
import type { CudaStatus } from '../../app/contract/project.ts';
import { nvrtcPackage } from '../compile/nvrtc/nvrtc-package.ts';
import { areSamplesPrecompiled } from './bundle-shelf.ts';
import { cudaFindings } from './cuda-findings.ts';

/** The first that has cuGetProcAddress, through which newer functions are found. */
const oldestCudaVersion = '11.3';

const unproven =
  'The studio has never run on a GPU before: ringstudio verify-cuda shows what works on this one, check by check.';
const onCpu = 'Run on the CPU device: it needs nothing but this program.';

type Explanation = Pick<CudaStatus, 'summary' | 'reason' | 'remedy'>;

/** Whether kernels run on a GPU here, or why not, and what would change that. */
export async function cudaStatus(): Promise<CudaStatus> {
  const findings = await cudaFindings();
  return { ...explainCuda(findings, { hasSamples: areSamplesPrecompiled() }), ...findings };
}

/** @throws StudioError `DeviceNotAvailable` where there is no such GPU, or what it needs is missing */
export async function checkCuda(gpu: number): Promise<void> {
  const findings = await cudaFindings();
  const lack = whatCudaLacks(findings) ?? whatGpuLacks(findings, gpu);
  if (lack === undefined) return;
  throw new StudioError('DeviceNotAvailable', `the device 'cuda' is not available: ${lack.reason}`, {
    tip: lack.remedy,
  });
}

/** What the studio says of it. `hasSamples`: the samples are precompiled. */
export function explainCuda(
  findings: CudaFindings,
  { hasSamples }: { readonly hasSamples: boolean },
): Explanation & Pick<CudaStatus, 'isAvailable' | 'canCompile'> {
  const lack = whatCudaLacks(findings);
  if (lack !== undefined) return { isAvailable: false, canCompile: false, ...lack };
  const lackOfCompiler = whatCompilingLacks(findings, hasSamples);
  if (lackOfCompiler !== undefined) return { isAvailable: true, canCompile: false, ...lackOfCompiler };
  const { cudaVersion } = findings.driver.found ? findings.driver : { cudaVersion: null };
  const driver = cudaVersion === null ? 'A driver' : `A driver for CUDA ${cudaVersion}`;
  const names = deviceNames(findings);
  const reason = `${driver}, NVRTC and ${names} are there.`;
  return { isAvailable: true, canCompile: true, summary: names, reason, remedy: unproven };
}

function deviceNames({ devices }: CudaFindings): string {
  return devices.found ? devices.list.map(({ name }) => name ?? 'a device whose name is unknown').join(', ') : '';
}

function whatGpuLacks({ devices }: CudaFindings, gpu: number): Explanation | undefined {
  const count = devices.found ? devices.list.length : 0;
  if (gpu < count) return undefined;
  const there = count === 1 ? 'there is one, number 0' : `there are ${count.toString()}, from number 0 on`;
  return {
    summary: 'there is no such GPU',
    reason: `There is no GPU number ${gpu.toString()}: ${there}.`,
    remedy: 'Choose one of them: `ringstudio doctor` lists them.',
  };
}

/** Sources are compiled where they run, so without NVRTC nothing of a project can start but what is precompiled. */
function whatCompilingLacks(findings: CudaFindings, hasSamples: boolean): Explanation | undefined {
  const { nvrtc, driver } = findings;
  const cudaVersion = driver.found ? driver.cudaVersion : null;
  const fitting = cudaVersion === null ? undefined : nvrtcPackage(1000 * majorOf(cudaVersion));
  const remedy = `Install it with \`pip install ${fitting ?? 'nvidia-cuda-nvrtc'}\` in a virtual environment, or a CUDA toolkit. ${onCpu}`;
  const names = deviceNames(findings);
  const runs = `What is precompiled runs: ${hasSamples ? 'the samples as they come, and ' : ''}projects with a bundle (ringstudio precompile).`;
  const lack = nvrtc.found ? nvrtc.builtins : nvrtc;
  if (lack.found) {
    const version = nvrtc.found ? nvrtc.version : null;
    if (version === null || cudaVersion === null || majorOf(version) <= majorOf(cudaVersion)) return undefined;
    return {
      summary: `${names}, with an NVRTC that is too new for the driver`,
      reason: `NVRTC ${version} was found, and a driver for CUDA ${cudaVersion}, which loads no code of a later major release. ${runs}`,
      remedy,
    };
  }
  const part = nvrtc.found ? "NVRTC's library of device functions" : 'NVRTC';
  return {
    summary: `${names}, without NVRTC`,
    reason: `${names} is there, but not ${part}, which kernels are compiled with: ${lack.reason}. ${runs}`,
    remedy,
  };
}

/** The first thing that is missing, of those that the CUDA device needs. */
function whatCudaLacks({ addon, driver, devices }: CudaFindings): Explanation | undefined {
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

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
