import { expect, test } from 'vitest';
import type { CudaFindings } from '../../../app/contract/cuda-findings.ts';
import { cudaEnvironment, cudaParts } from './cuda-parts.ts';

const absent = { found: false, reason: 'nowhere' } as const;
const nothing: CudaFindings = {
  addon: { found: true, path: '/native/ring_native.node' },
  driver: absent,
  devices: absent,
  nvrtc: absent,
  nvml: absent,
};
const unknownDevice = {
  name: null,
  computeCapability: null,
  memoryBytes: null,
  multiprocessorCount: null,
  isIntegrated: null,
  hasKernelTimeout: null,
  isSharedByMps: null,
};

function detail(name: string, findings: Partial<CudaFindings>): string {
  const finding = cudaParts({ ...nothing, ...findings }).find((part) => part.name === name)!;
  return `${finding.status}: ${finding.detail}`;
}

test('what is not there is absent, with its reason, what it is for and what to do', () => {
  expect(detail('CUDA driver', {})).toBe(
    "absent: not found (nowhere): runs kernels on NVIDIA GPUs. NVIDIA's driver brings it; " +
      'RINGSTUDIO_CUDA_LIBRARY names another file',
  );
  expect(detail('native addon', { addon: absent })).toMatch(/^absent: not found \(nowhere\): .*npm run build:native/);
});

test('without the addon nothing is said about the others, which are unknown and not absent', () => {
  expect(cudaParts({ ...nothing, addon: absent }).map(({ name }) => name)).toEqual(['native addon']);
});

test('what is there is shown with its figures', () => {
  expect(
    detail('CUDA driver', { driver: { found: true, path: '/cuda.so', cudaVersion: '12.4', isWsl: false } }),
  ).toMatch(/^ok: found \(\/cuda\.so, for CUDA 12\.4\): /);
  const device = { ...unknownDevice, name: 'Fake GPU', computeCapability: '9.0', memoryBytes: 2 ** 31 };
  const list = [{ ...device, multiprocessorCount: 8, isIntegrated: true, hasKernelTimeout: true, isSharedByMps: true }];
  expect(detail('CUDA devices', { devices: { found: true, list } })).toContain(
    'found (Fake GPU, compute capability 9.0, 2 GiB, 8 SMs, integrated, with a time limit for kernels, because of its ' +
      'display, shared with other processes by MPS, whose blocks may keep actors waiting): ',
  );
  const nvml = { found: true, path: '/nvml.so', driverVersion: '550.54', deviceCount: 2 } as const;
  expect(detail('NVML', { nvml })).toContain('found (/nvml.so, driver 550.54, devices: 2): ');
});

test('the driver is Windows’ own under WSL 2', () => {
  const driver = { found: true, path: '/cuda.so', cudaVersion: '12.4', isWsl: true } as const;
  expect(detail('CUDA driver', { driver })).toContain("for CUDA 12.4, Windows' own, under WSL 2)");
});

test('what could not be found out is unknown', () => {
  expect(
    detail('CUDA driver', { driver: { found: true, path: '/cuda.so', cudaVersion: null, isWsl: false } }),
  ).toContain('for CUDA of an unknown version');
  expect(detail('CUDA devices', { devices: { found: true, list: [unknownDevice] } })).toContain(
    'found (name unknown, compute capability unknown, memory unknown, an unknown number of SMs): ',
  );
});

test('NVRTC without its device functions is a warning', () => {
  const nvrtc = { found: true, path: '/nvrtc.so', version: '12.9', architectures: ['7.5', '12.0'] } as const;
  expect(detail('NVRTC', { nvrtc: { ...nvrtc, builtins: { found: true, path: '/b.so' } } })).toMatch(
    /^ok: found \(\/nvrtc\.so, version 12\.9, compute capability 7\.5 to 12\.0\)/,
  );
  expect(detail('NVRTC', { nvrtc: { ...nvrtc, builtins: absent } })).toMatch(/^warning: .*\(nowhere\), so it compiles/);
});

test('a GPU that other processes use at the same time is a warning', () => {
  const shared = { ...unknownDevice, isSharedByMps: true };
  expect(detail('CUDA devices', { devices: { found: true, list: [unknownDevice, shared] } })).toMatch(/^warning: /);
});

test('variables that would hinder actors are warnings, one each', () => {
  expect(cudaEnvironment({ CUDA_DEVICE_MAX_CONNECTIONS: '12', CUDA_LAUNCH_BLOCKING: '0' })).toEqual([]);
  const env = {
    CUDA_DEVICE_MAX_CONNECTIONS: '1',
    CUDA_LAUNCH_BLOCKING: '1',
    CUDA_ENABLE_COREDUMP_ON_EXCEPTION: '1',
    CUDA_INJECTION64_PATH: '/x/tool.so',
  };
  const findings = cudaEnvironment(env);
  expect(findings.map(({ status }) => status)).toEqual(['warning', 'warning', 'warning', 'warning']);
  for (const [index, name] of Object.keys(env).entries()) expect(findings[index]!.detail).toContain(name);
});
