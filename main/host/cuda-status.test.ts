import { describe, expect, test } from 'vitest';
import type { CudaFindings } from '../../app/contract/cuda-findings.ts';
import { explainCuda } from './cuda-status.ts';

const device = {
  name: 'NVIDIA H100',
  computeCapability: '9.0',
  memoryBytes: 80 * 2 ** 30,
  multiprocessorCount: 132,
  isIntegrated: false,
  hasKernelTimeout: false,
  isSharedByMps: null,
};
const absent = { found: false, reason: 'nowhere' } as const;
const everything: CudaFindings = {
  addon: { found: true, path: '/native/ring_native.node' },
  driver: { found: true, path: '/usr/lib/libcuda.so.1', cudaVersion: '12.4', isWsl: false },
  devices: { found: true, list: [device] },
  nvrtc: {
    found: true,
    path: '/usr/lib/libnvrtc.so.12',
    version: '12.4',
    architectures: ['9.0'],
    builtins: { found: true, path: '/usr/lib/libnvrtc-builtins.so.12.4' },
  },
  nvml: absent,
};

function explain(change: Partial<CudaFindings> = {}, hasSamples = true): ReturnType<typeof explainCuda> {
  return explainCuda({ ...everything, ...change }, { hasSamples });
}

describe('CUDA is off', () => {
  test.each([
    ['without the addon', { addon: absent }, 'the native addon is missing', 'is missing: nowhere.'],
    ['without a driver', { driver: absent }, 'no NVIDIA driver found', 'No NVIDIA driver was found: nowhere.'],
    [
      'without a device',
      { devices: { found: false, reason: 'cuInit: CUDA_ERROR_NO_DEVICE (100)' } },
      'the NVIDIA driver has no device',
      'The NVIDIA driver (/usr/lib/libcuda.so.1) has no device: cuInit: CUDA_ERROR_NO_DEVICE (100).',
    ],
    [
      'with an old driver',
      { driver: { found: true, path: '/old.so', cudaVersion: '10.2', isWsl: false } },
      'the NVIDIA driver is too old',
      'The NVIDIA driver (/old.so) supports CUDA 10.2; 11.3 is needed.',
    ],
  ] as const)('%s, and says why', (_when, change, summary, reason) => {
    const explanation = explain(change);
    expect(explanation).toMatchObject({ isAvailable: false, summary });
    expect(explanation.reason).toContain(reason);
    expect(explanation.remedy).toContain('on the CPU device');
  });

  test('without NVRTC, and names the package that fits the driver', () => {
    const remedyFor = (cudaVersion: string) =>
      explain({ nvrtc: absent, driver: { found: true, path: '/x.so', cudaVersion, isWsl: false } }).remedy;
    expect(remedyFor('12.9')).toContain('`pip install nvidia-cuda-nvrtc-cu12`');
    expect(remedyFor('13.1')).toContain('`pip install nvidia-cuda-nvrtc`');
  });

  test('but for precompiled code, where NVRTC is of a later major release than the driver', () => {
    const nvrtc = {
      found: true,
      path: '/x.so',
      version: '13.0',
      architectures: null,
      builtins: { found: true, path: '/y.so' },
    } as const;
    const explanation = explain({ nvrtc });
    expect(explanation.summary).toContain('with an NVRTC that is too new for the driver');
    expect(explanation.reason).toContain('NVRTC 13.0 was found, and a driver for CUDA 12.4, which loads no code');
  });

  test('for the first thing that is missing', () => {
    expect(explain({ addon: absent, driver: absent }).summary).toBe('the native addon is missing');
  });

  test('and a driver whose version is unknown is not called old', () => {
    const driver = { found: true, path: '/x.so', cudaVersion: null, isWsl: false } as const;
    expect(explain({ driver })).toMatchObject({ isAvailable: true });
  });
});

test('CUDA is on where all of it is there, and names the devices', () => {
  expect(explain()).toEqual({
    isAvailable: true,
    canCompile: true,
    summary: 'NVIDIA H100',
    reason: 'A driver for CUDA 12.4, NVRTC and NVIDIA H100 are there.',
    remedy: expect.stringContaining('ringstudio verify-cuda'),
  });
});

describe('Without NVRTC what is precompiled runs, and it is said', () => {
  test.each([
    ['all of it', absent, 'but not NVRTC, which'],
    ['half of it', { ...everything.nvrtc, builtins: absent }, "NVRTC's library of device functions"],
  ] as const)('where %s is missing', (_what, nvrtc, reason) => {
    const explanation = explain({ nvrtc });
    expect(explanation).toMatchObject({ isAvailable: true, canCompile: false, summary: 'NVIDIA H100, without NVRTC' });
    expect(explanation.reason).toContain(reason);
    expect(explanation.reason).toContain(
      'What is precompiled runs: the samples as they come, and projects with a bundle',
    );
    expect(explanation.remedy).toContain('pip install nvidia-cuda-nvrtc');
  });

  test('with or without the samples', () => {
    expect(explain({ nvrtc: absent }, false).reason).toContain('What is precompiled runs: projects with a bundle');
  });
});
