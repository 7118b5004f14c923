import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createRuntime,
  type ElementArray,
  type FunctionLaunchOptions,
  type LaunchArgument,
  type StudioRuntime,
  type UnifiedBuffer,
} from '../../main/index.ts';
import * as reference from './nvidia-references.fixture.ts';
import { numbers } from './nvidia-references.fixture.ts';

let runtime: StudioRuntime;
let program: Awaited<ReturnType<StudioRuntime['compile']>>;
beforeAll(async () => {
  runtime = await createRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** All tests of a group launch functions of one source. */
function compile(file: string): void {
  beforeAll(async () => {
    program = await runtime.compile(fileURLToPath(new URL(file, import.meta.url)));
  }, 60_000);
}

async function launch(name: string, options: FunctionLaunchOptions, ...args: LaunchArgument[]): Promise<void> {
  await program.function(name).launch({ timeLimitMs: 20_000, ...options }, ...args);
}

const hold = <T extends ElementArray>(values: T): UnifiedBuffer<T> => runtime.buffers.from(values);

describe('reduction: each block adds up its share', () => {
  compile('nvidia_reduction.cu');
  const arrays = { int: Int32Array, float: Float32Array, double: Float64Array };

  interface Shape {
    readonly n: number;
    readonly threads: number;
    readonly blocks: number;
  }
  const isPowerOf2 = (n: number): boolean => (n & (n - 1)) === 0;

  /** As the sample's host code computes it, with at most 12 blocks where blocks go on to further elements. */
  function shapeOf(kernel: number, n: number, threads: number): Shape {
    const blocks = Math.ceil(n / (kernel < 3 ? threads : 2 * threads));
    return { n, threads, blocks: kernel < 6 ? blocks : Math.min(12, blocks) };
  }

  function blockOf(kernel: number, i: number, { n, threads, blocks }: Shape): number {
    const hasPairs = kernel >= 3 && (kernel < 6 || (kernel < 8 && isPowerOf2(n)));
    return Math.floor(i / (hasPairs ? 2 * threads : threads)) % blocks;
  }

  function nameOf(kernel: number, type: string, { n, threads }: Shape): string {
    if (kernel === 8) return `cg_reduce<${type}>`;
    const isUnrolled = kernel >= 6;
    const args = [type, ...(kernel < 4 ? [] : [threads]), ...(isUnrolled ? [isPowerOf2(n)] : [])];
    return `reduce${kernel}<${args.join(', ')}>`;
  }

  const kernels = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const types = ['int', 'float', 'double'] as const;
  test.each(kernels.flatMap((kernel) => types.map((type) => [kernel, type] as const)))(
    'kernel %i of %s',
    async (kernel, type) => {
      for (const threads of [32, 128, 512]) {
        for (const n of [16_384, 10_007]) {
          const shape = shapeOf(kernel, n, threads);
          // Multiples of 1/4 whose sums float holds exactly, in whatever order they are added.
          const values = numbers(n, 1000, kernel + 1).map((value) =>
            type === 'int' ? value - 500 : (value - 500) / 4,
          );
          using input = hold(arrays[type].from(values));
          using output = hold(new arrays[type](shape.blocks));
          const elements = kernel === 7 ? threads / 32 + 1 : Math.max(64, threads);
          const sharedBytes = elements * arrays[type].BYTES_PER_ELEMENT;
          const options = { grid: shape.blocks, block: threads, sharedBytes };
          await launch(nameOf(kernel, type, shape), options, input, output, n);
          const sums = Array.from({ length: shape.blocks }, () => 0);
          for (const [i, value] of values.entries()) sums[blockOf(kernel, i, shape)]! += value;
          expect(Array.from(output.read())).toEqual(sums);
        }
      }
    },
    30_000,
  );
});

describe('scan: exclusive sums', () => {
  compile('nvidia/scan.cu');
  const values = Uint32Array.from(numbers(16_384, 2 ** 32, 3));
  const block = 256;
  const perBlock = 4 * block;
  const grid = values.length / perBlock;

  test.each([4, 64, 1024])('of short arrays of %i', async (length) => {
    using source = hold(values);
    using result = hold(new Uint32Array(values.length));
    await launch('scanExclusiveShared', { grid, block }, result, source, length);
    expect(result.read()).toEqual(reference.exclusiveScan(values, length));
  });

  test.each([2048, 8192, 16_384])('of long arrays of %i, in three launches', async (length) => {
    using source = hold(values);
    using result = hold(new Uint32Array(values.length));
    using tops = hold(new Uint32Array(grid));
    await launch('scanExclusiveShared', { grid, block }, result, source, perBlock);
    await launch('scanExclusiveShared2', { grid: 1, block }, tops, result, source, grid, length / perBlock);
    await launch('uniformUpdate', { grid, block }, result, tops);
    expect(result.read()).toEqual(reference.exclusiveScan(values, length));
  });
});

describe('shfl_scan', () => {
  compile('nvidia/shfl_scan.cu');

  test('running sums of blocks, then of their sums, then of all', async () => {
    const values = Int32Array.from(numbers(16_384, 2001, 4), (value) => value - 1000);
    const block = 256;
    const grid = values.length / block;
    const sharedBytes = (block / 32) * 4;
    using data = hold(values);
    using partial = hold(new Int32Array(grid));
    await launch('shfl_scan_test', { grid, block, sharedBytes }, data, 32, partial);
    await launch('shfl_scan_test', { grid: 1, block: grid, sharedBytes }, partial, 32, null);
    // The sample passes `data + 256`: its blocks add what all before them have.
    using before = hold(Int32Array.of(0, ...partial.read().subarray(0, -1)));
    await launch('uniform_add', { grid, block }, data, before, values.length);
    expect(data.read()).toEqual(reference.runningSums(values));
  });

  test('running sums of the bytes of each row of an image', async () => {
    const [width, height] = [1920, 12];
    const pixels = Uint8Array.from(numbers(width * height, 256, 5));
    using image = hold(new Uint32Array(pixels.buffer));
    using sums = hold(new Uint32Array(pixels.length));
    await launch('shfl_intimage_rows', { grid: height, block: width / 16 }, image, sums);
    const result = sums.read();
    for (let row = 0; row < height; row += 1) {
      const wanted = reference.runningSums(Uint32Array.from(pixels.subarray(row * width, (row + 1) * width)));
      expect(result.subarray(row * width, (row + 1) * width)).toEqual(wanted);
    }
  });

  test('running sums of the columns of an image', async () => {
    const [width, height] = [64, 1080];
    const pixels = Uint32Array.from(numbers(width * height, 2 ** 20, 6));
    using image = hold(pixels);
    await launch('shfl_vertical_shfl', { grid: width / 32, block: [32, 8] }, image, width, height);
    const sums = reference.matrix(height, width, (row, column) => pixels[row * width + column]!);
    for (let i = width; i < sums.length; i += 1) sums[i]! += sums[i - width]!;
    expect(image.read()).toEqual(Uint32Array.from(sums));
  }, 30_000);
});

describe('histogram', () => {
  const bytes = Uint8Array.from(numbers(100_000, 2 ** 16, 7), (value) => (value * value) >>> 24);
  const words = new Uint32Array(bytes.buffer);

  async function histogram(bins: 64 | 256, partialCount: number): Promise<number[]> {
    using data = hold(words);
    using partial = hold(new Uint32Array(partialCount * bins));
    using result = hold(new Uint32Array(bins));
    const [block, count] = bins === 64 ? [64, words.length / 4] : [192, words.length];
    await launch(`histogram${bins}Kernel`, { grid: partialCount, block }, partial, data, count);
    await launch(`mergeHistogram${bins}Kernel`, { grid: bins, block: 256 }, result, partial, partialCount);
    return Array.from(result.read());
  }

  describe('of 64 bins', () => {
    compile('nvidia/histogram64.cu');
    test('counts bytes in as many blocks as keep its counters of one byte', async () => {
      expect(await histogram(64, Math.ceil(bytes.length / (64 * 240)))).toEqual(
        reference.histogram(
          bytes.map((byte) => byte >> 2),
          64,
        ),
      );
    });
  });

  describe('of 256 bins', () => {
    compile('nvidia/histogram256.cu');
    test('counts bytes with atomics in shared memory', async () => {
      expect(await histogram(256, 24)).toEqual(reference.histogram(bytes, 256));
    });
  });
});

describe('matrixMul', () => {
  compile('nvidia_matrix_mul.cu');
  test.each([16, 32])('in tiles of %i', async (tile) => {
    const [height, inner, width] = [3 * tile, 4 * tile, 5 * tile];
    // Sixteenths, whose products' sums float holds exactly.
    const sixteenths = (count: number, seed: number): Float32Array<ArrayBuffer> =>
      Float32Array.from(numbers(count, 256, seed), (value) => (value - 128) / 16);
    const a = sixteenths(height * inner, 8);
    const b = sixteenths(inner * width, 9);
    using left = hold(a);
    using right = hold(b);
    using product = hold(new Float32Array(height * width));
    const options = { grid: [width / tile, height / tile], block: [tile, tile] } as const;
    await launch(`MatrixMulCUDA<${tile}>`, options, product, left, right, inner, width);
    const wanted = reference.matrix(height, width, (row, column) => {
      return reference.sum(Array.from({ length: inner }, (_, k) => a[row * inner + k]! * b[k * width + column]!));
    });
    expect(Array.from(product.read())).toEqual(wanted);
  });
});

describe('sortingNetworks', () => {
  const count = 8192;
  const sharedLimit = 1024;
  const keys = Uint32Array.from(numbers(count, 5000, 10), (value) => value * 800_000);
  const blocks = { grid: count / sharedLimit, block: sharedLimit / 2 };
  const merging = { grid: count / 512, block: 256 };

  interface Arrays {
    readonly keys: UnifiedBuffer<Uint32Array>;
    readonly values: UnifiedBuffer<Uint32Array>;
  }
  type Sort = (to: Arrays, from: Arrays, how: { readonly length: number; readonly dir: number }) => Promise<void>;

  async function bitonicSort(
    to: Arrays,
    from: Arrays,
    { length, dir }: { length: number; dir: number },
  ): Promise<void> {
    const given = [to.keys, to.values, from.keys, from.values];
    if (length <= sharedLimit) return launch('bitonicSortShared', blocks, ...given, length, dir);
    await launch('bitonicSortShared1', blocks, ...given);
    const own = [to.keys, to.values, to.keys, to.values];
    for (let size = 2 * sharedLimit; size <= length; size *= 2) {
      for (let stride = size / 2; stride >= sharedLimit; stride /= 2)
        await launch('bitonicMergeGlobal', merging, ...own, length, size, stride, dir);
      await launch('bitonicMergeShared', blocks, ...own, length, size, dir);
    }
  }

  async function oddEvenSort(
    to: Arrays,
    from: Arrays,
    { length, dir }: { length: number; dir: number },
  ): Promise<void> {
    const given = [to.keys, to.values, from.keys, from.values];
    await launch('oddEvenMergeSortShared', blocks, ...given, Math.min(length, sharedLimit), dir);
    const own = [to.keys, to.values, to.keys, to.values];
    for (let size = 2 * sharedLimit; size <= length; size *= 2)
      for (let stride = size / 2; stride >= 1; stride /= 2)
        await launch('oddEvenMergeGlobal', merging, ...own, length, size, stride, dir);
  }

  async function expectSorted(sort: Sort, length: number, dir: number): Promise<void> {
    using fromKeys = hold(keys);
    using fromValues = hold(Uint32Array.from(keys.keys()));
    using toKeys = hold(new Uint32Array(count));
    using toValues = hold(new Uint32Array(count));
    await sort({ keys: toKeys, values: toValues }, { keys: fromKeys, values: fromValues }, { length, dir });
    const values = toValues.read();
    expect(values.map((value) => keys[value]!)).toEqual(toKeys.read());
    for (let first = 0; first < count; first += length) {
      const own = keys.slice(first, first + length).sort();
      expect(toKeys.read().subarray(first, first + length)).toEqual(dir === 1 ? own : own.reverse());
      const places = values.slice(first, first + length).sort();
      expect(places).toEqual(Uint32Array.from({ length }, (_, i) => first + i));
    }
  }

  const cases = [64, 1024, 8192].flatMap((length) => [0, 1].map((dir) => [length, dir] as const));
  describe('bitonic', () => {
    compile('nvidia/bitonicSort.cu');
    test.each(cases)('sorts keys with their values, arrays of %i, ascending: %i', (length, dir) =>
      expectSorted(bitonicSort, length, dir),
    );
  });
  describe('odd-even merge', () => {
    compile('nvidia/oddEvenMergeSort.cu');
    test.each(cases)('sorts keys with their values, arrays of %i, ascending: %i', (length, dir) =>
      expectSorted(oddEvenSort, length, dir),
    );
  });
});

describe('convolutionSeparable', () => {
  compile('nvidia/convolutionSeparable.cu');
  test('rows, then columns, with the weights that the host has written into constant memory', async () => {
    const image = { width: 256, height: 128, pixels: Float32Array.from(numbers(256 * 128, 256, 11)) };
    const weights = numbers(17, 17, 12).map((value) => (value - 8) / 16);
    program.symbol('c_Kernel').write(Float32Array.from(weights));
    using source = hold(image.pixels);
    using rows = hold(new Float32Array(image.pixels.length));
    using result = hold(new Float32Array(image.pixels.length));
    const size = [image.width, image.height, image.width] as const;
    await launch('convolutionRowsKernel', { grid: [256 / 128, 128 / 4], block: [16, 4] }, rows, source, ...size);
    await launch('convolutionColumnsKernel', { grid: [256 / 16, 128 / 64], block: [16, 8] }, result, rows, ...size);
    const wanted = reference.convolve(image, weights, [1, 0]);
    expect(rows.read()).toEqual(Float32Array.from(wanted));
    expect(result.read()).toEqual(Float32Array.from(reference.convolve({ ...image, pixels: wanted }, weights, [0, 1])));
  });
});

describe('dct8x8', () => {
  compile('nvidia_dct8x8.cu');
  const [width, height] = [128, 64];
  const pixels = numbers(width * height, 256, 13).map((value) => value - 128);
  const image = { width, height, pixels };
  const warps = { grid: [width / 32, height / 16], block: [8, 4, 2] } as const;
  const eights = { grid: [width / 8, height / 8], block: [8, 8] } as const;
  const shorts = { grid: [width / 32, height / 32], block: [8, 4, 4] } as const;
  /** Halves away from zero. */
  const round = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);
  const quantum = (i: number): number => {
    const quanta = program.symbol('Q').read() as Int16Array;
    return quanta[(Math.floor(i / width) % 8) * 8 + (i % 8)]!;
  };

  test('there, quantized, and back, in floats', async () => {
    using plane = hold(Float32Array.from(pixels));
    using coefficients = hold(new Float32Array(pixels.length));
    await launch('CUDAkernel2DCT', warps, coefficients, plane, width);
    const found = coefficients.read();
    expect(reference.farthest(found, reference.cosineTransform(image))).toBeLessThan(1e-3);
    const quantized = Array.from(found, (value, i) => round(Math.fround(value / quantum(i))) * quantum(i));
    await launch('CUDAkernelQuantizationFloat', eights, coefficients, width);
    expect(Array.from(coefficients.read())).toEqual(quantized);
    await launch('CUDAkernel2IDCT', warps, plane, coefficients, width);
    const back = reference.cosineTransform({ ...image, pixels: quantized }, true);
    expect(reference.farthest(plane.read(), back)).toBeLessThan(1e-3);
  });

  test('there, quantized, and back, in 16-bit integers', async () => {
    using plane = hold(Int16Array.from(pixels));
    await launch('CUDAkernelShortDCT', shorts, plane, width);
    const found = plane.read();
    expect(reference.farthest(found, reference.cosineTransform(image))).toBeLessThan(2);
    await launch('CUDAkernelQuantizationShort', eights, plane, width);
    const quantized = Array.from(found, (value, i) => {
      const steps = Math.floor((Math.abs(value) + (quantum(i) >> 1)) / quantum(i));
      return Math.sign(value) * steps * quantum(i) + 0;
    });
    expect(Array.from(plane.read())).toEqual(quantized);
    await launch('CUDAkernelShortIDCT', shorts, plane, width);
    const back = reference.cosineTransform({ ...image, pixels: quantized }, true);
    expect(reference.farthest(plane.read(), back)).toBeLessThan(2);
  });
});

describe('nbody', () => {
  compile('nvidia_nbody.cu');
  const [count, block] = [512, 128];
  const unit = (seed: number): number[] => numbers(4 * count, 2 ** 16, seed).map((value) => value / 2 ** 15 - 1);
  const positions = unit(14).map((value, i) => (i % 4 === 3 ? Math.abs(value) + 0.5 : value));
  const velocities = unit(15);
  const [dt, damping, softeningSquared] = [Math.fround(0.016), Math.fround(0.995), Math.fround(0.01)];

  test.each([
    ['float', Float32Array, 'softeningSquared', 1e-4],
    ['double', Float64Array, 'softeningSquared_fp64', 1e-10],
  ] as const)('a step of %s', async (type, array, symbol, tolerance) => {
    program.symbol(symbol).write(softeningSquared);
    using from = hold(array.from(positions));
    using to = hold(new array(4 * count));
    using speeds = hold(array.from(velocities));
    const sharedBytes = block * 4 * array.BYTES_PER_ELEMENT;
    const options = { grid: count / block, block, sharedBytes };
    await launch(`integrateBodies<${type}>`, options, to, from, speeds, 0, count, dt, damping, count / block);
    const wanted = reference.stepBodies({ positions, velocities }, { dt, damping, softeningSquared });
    expect(reference.farthest(speeds.read(), wanted.velocities)).toBeLessThan(tolerance);
    expect(reference.farthest(to.read(), wanted.positions)).toBeLessThan(tolerance);
  });
});
