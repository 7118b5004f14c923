import type { CudaDeviceInfo, CudaFindings } from '../../../app/contract/cuda-findings.ts';
import type { CallError, LoadFailure, ProbeReports } from '../../../native/bindings/probe-report.ts';

/** Without one of these there is no list of devices. Every driver has them. */
const listingCalls = ['cuInit', 'cuDeviceGetCount'];
const NOBODY_TO_ASK = 'there is no driver to ask';

/** What a report says, in the words of the contract. */
export function describeDriver(
  report: ProbeReports['driver'],
  isWsl: boolean,
): Pick<CudaFindings, 'driver' | 'devices'> {
  if (report.path === null) {
    return {
      driver: { found: false, reason: describeLoadFailures(report.loadFailures) },
      devices: { found: false, reason: NOBODY_TO_ASK },
    };
  }
  const { path, version, devices, errors } = report;
  const lacked = errors.find(({ call, code }) => code === null && listingCalls.includes(call));
  if (lacked !== undefined) {
    return {
      driver: { found: false, reason: `${path} is no CUDA driver (it has no ${lacked.call})` },
      devices: { found: false, reason: NOBODY_TO_ASK },
    };
  }
  return {
    driver: {
      found: true,
      path,
      cudaVersion: version === null ? null : `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`,
      isWsl,
    },
    devices:
      devices === null || devices.length === 0
        ? { found: false, reason: describeErrors(path, errors, listingCalls) ?? 'cuDeviceGetCount: 0 devices' }
        : { found: true, list: devices.map(describeDevice) },
  };
}

function describeDevice(device: NonNullable<ProbeReports['driver']['devices']>[number]): CudaDeviceInfo {
  const {
    name,
    computeMajor,
    computeMinor,
    memoryBytes,
    multiprocessorCount,
    isIntegrated,
    hasKernelTimeout,
    isSharedByMps,
  } = device;
  const isKnown = computeMajor !== null && computeMinor !== null;
  const computeCapability = isKnown ? `${computeMajor}.${computeMinor}` : null;
  return { name, computeCapability, memoryBytes, multiprocessorCount, isIntegrated, hasKernelTimeout, isSharedByMps };
}

export function describeNvrtc(report: ProbeReports['nvrtc']): CudaFindings['nvrtc'] {
  const { path, versionMajor, versionMinor, architectures, builtinsPath, builtinsFailure } = report;
  if (path === null) return { found: false, reason: describeLoadFailures(report.loadFailures) };
  if (versionMajor === null || versionMinor === null) {
    return { found: false, reason: describeErrors(path, report.errors) ?? `${path} does not tell its version` };
  }
  return {
    found: true,
    path,
    version: `${versionMajor}.${versionMinor}`,
    architectures: architectures?.map((architecture) => (architecture / 10).toFixed(1)) ?? null,
    builtins:
      builtinsPath === null
        ? { found: false, reason: describeLoadFailures(builtinsFailure === null ? [] : [builtinsFailure]) }
        : { found: true, path: builtinsPath },
  };
}

export function describeNvml(report: ProbeReports['nvml']): CudaFindings['nvml'] {
  const { path, driverVersion, deviceCount, errors } = report;
  if (path === null) return { found: false, reason: describeLoadFailures(report.loadFailures) };
  const failure = describeErrors(path, errors);
  if (driverVersion === null && deviceCount === null && failure !== undefined) return { found: false, reason: failure };
  return { found: true, path, driverVersion, deviceCount };
}

/** Names that failed for the same reason share it: `libnvrtc.so.13, libnvrtc.so.12: cannot open …`. */
function describeLoadFailures(failures: readonly LoadFailure[]): string {
  const namesByReason = new Map<string, string[]>();
  for (const { name, message } of failures) {
    // The loader's messages begin with the name.
    const reason = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
    namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), name]);
  }
  return [...namesByReason].map(([reason, names]) => `${names.join(', ')}: ${reason}`).join('; ');
}

/** As in `cuInit: CUDA_ERROR_NO_DEVICE (100)`: the first error, of these calls if any are named; undefined without one. */
function describeErrors(path: string, errors: readonly CallError[], calls?: readonly string[]): string | undefined {
  const first = errors.find(({ call }) => calls?.includes(call) ?? true);
  if (first === undefined) return undefined;
  const { call, code, name } = first;
  if (code === null) return `${path} has no ${call}`;
  return describeCode(call, code, name);
}

/** As in `cuInit: CUDA_ERROR_NO_DEVICE (100)`. */
export function describeCode(call: string, code: number, name: string): string {
  return name === '' ? `${call}: error ${code}` : `${call}: ${name} (${code})`;
}
