import { describe, expect, test } from 'vitest';
import { chooseFormat } from './cuda-target.ts';

function choose(
  computeCapability: number,
  driverVersion: number,
  architectures: readonly number[],
  version = 12_040,
  isForNewer = false,
) {
  const compile = () => Promise.reject(new Error('not asked'));
  return chooseFormat(
    { computeCapability, driverVersion, isForNewer },
    { path: '/x/libnvrtc.so', version, architectures, compile },
  );
}

const known = [50, 60, 70, 75, 80, 86, 89, 90];

describe('the code for a GPU', () => {
  test('is machine code for just this GPU, so that the driver has nothing to compile while actors wait', () => {
    expect(choose(86, 12_040, known)).toEqual({ kind: 'cubin', architecture: 'sm_86' });
  });

  test('is PTX for the latest architecture before it where NVRTC does not know it, and for several kinds of GPUs', () => {
    expect(choose(87, 12_080, known)).toEqual({ kind: 'ptx', architecture: 'compute_86' });
    expect(choose(120, 13_000, known, 13_000)).toEqual({ kind: 'ptx', architecture: 'compute_90' });
    expect(choose(80, 12_040, known, 12_040, true)).toEqual({ kind: 'ptx', architecture: 'compute_80' });
    expect(choose(89, 12_000, [], 11_010)).toEqual({ kind: 'ptx', architecture: 'compute_80' });
  });

  test('is machine code of its generation where the driver would not read NVRTC’s PTX', () => {
    expect(choose(89, 12_020, known)).toEqual({ kind: 'cubin', architecture: 'sm_89' });
    expect(choose(87, 12_020, known)).toEqual({ kind: 'cubin', architecture: 'sm_86' });
  });

  test('cannot be made for GPUs before Turing, or where NVRTC knows none of its kind', () => {
    expect(() => choose(70, 13_000, known)).toThrow('compute capability 7.0, and ring kernels need 7.5');
    expect(() => choose(100, 12_020, known)).toThrow('NVRTC 12.4 (/x/libnvrtc.so) does not compile for it');
    expect(() => choose(75, 13_000, [80, 90])).toThrow('does not compile for it');
  });

  test.each([
    [12_080, 'pip install nvidia-cuda-nvrtc-cu12'],
    [11_080, 'pip install nvidia-cuda-nvrtc-cu11'],
  ])('is loaded by no driver of an earlier major release (%i)', (driverVersion, tip) => {
    expect(() => choose(89, driverVersion, known, 13_000)).toThrow(
      expect.objectContaining({ code: 'NvrtcTooNew', tip: expect.stringContaining(tip) as string }),
    );
  });

  test('needs a package that goes by the driver’s version', () => {
    expect(() => choose(120, 13_000, [130])).toThrow(
      expect.objectContaining({ tip: expect.stringContaining('pip install nvidia-cuda-nvrtc,') as string }),
    );
  });
});
