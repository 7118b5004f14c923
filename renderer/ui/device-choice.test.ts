import { describe, expect, test } from 'vitest';

import type { CudaDeviceInfo } from '../../app/contract/cuda-findings.ts';
import type { CudaStatus } from '../../app/contract/project.ts';
import { deviceLabel, devicesHere } from './device-choice.ts';

const absent = { found: false, reason: 'nowhere' } as const;
const gpu = (name: string | null): CudaDeviceInfo => ({
  name,
  computeCapability: '9.0',
  memoryBytes: 2 ** 36,
  multiprocessorCount: 132,
  isIntegrated: false,
  hasKernelTimeout: false,
  isSharedByMps: null,
});

function status(list: readonly CudaDeviceInfo[] | undefined): CudaStatus {
  const isAvailable = list !== undefined;
  return {
    isAvailable,
    canCompile: isAvailable,
    summary: 'no NVIDIA driver found',
    reason: '',
    remedy: '',
    addon: absent,
    driver: absent,
    devices: isAvailable ? { found: true, list } : absent,
    nvrtc: absent,
    nvml: absent,
  };
}

describe('the devices of this machine', () => {
  test('are the CPU, and each GPU by its name', () => {
    const cuda = status([gpu('NVIDIA H100'), gpu(null)]);
    expect(devicesHere(cuda).map((choice) => deviceLabel(choice, cuda))).toEqual([
      'CPU (simulated)',
      'CUDA 0: NVIDIA H100',
      'CUDA 1: name unknown',
    ]);
  });

  test('have no number where there is one GPU', () => {
    const cuda = status([gpu('NVIDIA H100')]);
    expect(deviceLabel({ device: 'cuda', gpu: 0 }, cuda)).toBe('CUDA: NVIDIA H100');
  });

  test('are the CPU alone where CUDA is not available, and one that a topology wants says why it cannot be had', () => {
    const cuda = status(undefined);
    expect(devicesHere(cuda)).toEqual([{ device: 'cpu' }]);
    expect(deviceLabel({ device: 'cuda', gpu: 0 }, cuda)).toBe('CUDA: no NVIDIA driver found');
  });

  test('are the CPU alone as long as nothing is known', () => {
    expect(devicesHere(undefined)).toEqual([{ device: 'cpu' }]);
    expect(deviceLabel({ device: 'cuda', gpu: 3 }, undefined)).toBe('CUDA 3');
  });
});
