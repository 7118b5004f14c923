import type { CudaDeviceInfo, CudaFindings, Found } from '../../../app/contract/cuda-findings.ts';
import { formatBytes } from '../../../app/device/arena.ts';
import { hindrancesIn, toolsIn } from '../../devices/cuda/driver-environment.ts';
import type { Finding } from './finding.ts';

/** NVIDIA's software and devices, each with what it is for. */
export function cudaParts(findings: CudaFindings): readonly Finding[] {
  const addon = part('native addon', {
    purpose: 'looks for NVIDIA software and devices',
    remedy: 'In a clone, npm run build:native builds it, with a C++ compiler and Python',
    found: findings.addon,
    describe: ({ path }) => path,
  });
  // Without it nothing is known about the others, not even that they are absent.
  return findings.addon.found ? [addon, ...nvidiaParts(findings)] : [addon];
}

function nvidiaParts({ driver, devices, nvrtc, nvml }: CudaFindings): readonly Finding[] {
  return [
    part('CUDA driver', {
      purpose: 'runs kernels on NVIDIA GPUs',
      remedy: "NVIDIA's driver brings it; RINGSTUDIO_CUDA_LIBRARY names another file",
      found: driver,
      describe: ({ path, cudaVersion, isWsl }) => {
        const where = isWsl ? ", Windows' own, under WSL 2" : '';
        return `${path}, for CUDA ${cudaVersion ?? 'of an unknown version'}${where}`;
      },
    }),
    devicesPart(devices),
    nvrtcPart(nvrtc),
    part('NVML', {
      purpose: 'reads use, memory, power and temperature of GPUs for the studio',
      remedy: "NVIDIA's driver brings it; RINGSTUDIO_NVML_LIBRARY names another file",
      found: nvml,
      describe: ({ path, driverVersion, deviceCount }) =>
        `${path}, driver ${driverVersion ?? 'of an unknown version'}, devices: ${deviceCount ?? 'unknown'}`,
    }),
  ];
}

interface Part<T> {
  readonly purpose: string;
  /** What to do where it is not there. */
  readonly remedy?: string;
  readonly found: Found<T>;
  readonly describe: (found: T) => string;
}

function part<T>(name: string, { purpose, remedy, found, describe }: Part<T>): Finding {
  if (found.found) return { name, status: 'ok', detail: `found (${describe(found)}): ${purpose}` };
  const advice = remedy === undefined ? '' : `. ${remedy}`;
  return { name, status: 'absent', detail: `not found (${found.reason}): ${purpose}${advice}` };
}

/** One that others use at the same time works, but not as it would alone. */
function devicesPart(devices: CudaFindings['devices']): Finding {
  const finding = part('CUDA devices', {
    purpose: 'where kernels run with --device cuda',
    found: devices,
    describe: ({ list }) => list.map(describeDevice).join('; '),
  });
  const isShared = devices.found && devices.list.some(({ isSharedByMps }) => isSharedByMps === true);
  return isShared ? { ...finding, status: 'warning' } : finding;
}

/** What the environment would do to actors on a GPU, one finding for each variable. */
export function cudaEnvironment(env: NodeJS.ProcessEnv): readonly Finding[] {
  return [...hindrancesIn(env), ...toolsIn(env)].map((detail) => ({
    name: 'CUDA environment',
    status: 'warning',
    detail,
  }));
}

function nvrtcPart(nvrtc: CudaFindings['nvrtc']): Finding {
  const finding = part('NVRTC', {
    purpose: 'compiles kernels for GPUs; without it only what is precompiled runs there',
    remedy: 'The CUDA toolkit brings it, and CUDA_PATH names its folder; RINGSTUDIO_NVRTC_LIBRARY names a file',
    found: nvrtc,
    describe: ({ path, version, architectures }) => {
      const range = architectures === null ? 'unknown' : [architectures.at(0), architectures.at(-1)].join(' to ');
      return `${path}, version ${version ?? 'unknown'}, compute capability ${range}`;
    },
  });
  if (!nvrtc.found || nvrtc.builtins.found) return finding;
  const lack = `its library of device functions cannot be opened (${nvrtc.builtins.reason}), so it compiles nothing`;
  return { ...finding, status: 'warning', detail: `${finding.detail}; ${lack}` };
}

function describeDevice(device: CudaDeviceInfo): string {
  const { name, computeCapability, memoryBytes, multiprocessorCount, isIntegrated, hasKernelTimeout, isSharedByMps } =
    device;
  return [
    name ?? 'name unknown',
    `compute capability ${computeCapability ?? 'unknown'}`,
    memoryBytes === null ? 'memory unknown' : formatBytes(memoryBytes),
    `${multiprocessorCount ?? 'an unknown number of'} SMs`,
    ...(isIntegrated === true ? ['integrated'] : []),
    ...(hasKernelTimeout === true ? ['with a time limit for kernels, because of its display'] : []),
    ...(isSharedByMps === true ? ['shared with other processes by MPS, whose blocks may keep actors waiting'] : []),
  ].join(', ');
}
