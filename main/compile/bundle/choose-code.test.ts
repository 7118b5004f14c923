import { describe, expect, test } from 'vitest';
import { chooseCode, whyUnfit, type BundleTarget, type Candidate } from './choose-code.ts';

const nvrtc = { kind: 'nvrtc', version: 12_040 } as const;
const candidate = (architecture: string, compiler: Candidate['compiler'] = nvrtc): Candidate => ({
  compiler,
  code: { kind: architecture.startsWith('sm') ? 'cubin' : 'ptx', architecture },
});
const gpu = (computeCapability: number, driverVersion = 12_040): BundleTarget => {
  return { computeCapability, driverVersion, isStandIn: false };
};

function choose(names: readonly string[], target: BundleTarget): string | undefined {
  return chooseCode(
    names.map((name) => candidate(name)),
    target,
  )?.code.architecture;
}

describe('of the code in bundles, a GPU gets', () => {
  test('PTX for the latest architecture that is not newer than it', () => {
    const names = ['compute_75', 'compute_90', 'compute_80'];
    expect(choose(names, gpu(86))).toBe('compute_80');
    expect(choose(names, gpu(120, 13_000))).toBe('compute_90');
    expect(choose(['compute_90'], gpu(86))).toBeUndefined();
  });

  test('machine code before PTX only where it is for exactly this GPU', () => {
    expect(choose(['compute_86', 'sm_86'], gpu(86))).toBe('sm_86');
    expect(choose(['compute_75', 'sm_86'], gpu(89))).toBe('compute_75');
    expect(choose(['sm_80', 'sm_86'], gpu(89))).toBe('sm_86');
    expect(choose(['sm_86'], gpu(90))).toBeUndefined();
  });

  test('no PTX that is newer than its driver, but machine code of the driver’s major version', () => {
    expect(choose(['compute_75', 'sm_80'], gpu(86, 12_020))).toBe('sm_80');
    expect(choose(['compute_75', 'sm_80'], gpu(86, 11_080))).toBeUndefined();
  });

  test('nothing of the driver stand-in, which gets nothing of NVRTC', () => {
    const standIn = candidate('compute_75', { kind: 'stand-in', version: 12_080 });
    const real = candidate('compute_75');
    expect(chooseCode([standIn, real], gpu(75))).toBe(real);
    expect(chooseCode([standIn, real], { ...gpu(75, 12_080), isStandIn: true })).toBe(standIn);
  });

  test('or the reason why it gets none', () => {
    expect(whyUnfit(candidate('compute_90'), gpu(86))).toBe('is not for the GPU, which has compute capability 8.6');
    expect(whyUnfit(candidate('compute_80'), gpu(86, 12_020))).toBe(
      'needs a driver for CUDA 12.4, and this one is for 12.2',
    );
    expect(whyUnfit(candidate('compute_80'), gpu(86))).toBeUndefined();
  });
});
