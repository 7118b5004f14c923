import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lineOf, prelude, summary } from '../compiler.fixture.ts';
import type { CompileResult } from '../compiler.ts';
import { needsNvrtcStandIn, NvrtcFixture, nvrtcStandIn } from '../../../native/test/nvrtc.fixture.ts';

const BUILD_MS = 600_000;

const nvrtc = nvrtcStandIn();
const fixture = new NvrtcFixture(nvrtc);
beforeEach(needsNvrtcStandIn);
// Compiles the stand-in. Where that cannot work, each test says why.
beforeAll(() => nvrtc.open().catch(() => undefined), BUILD_MS);
afterAll(() => fixture[Symbol.asyncDispose]());

const functions = `
namespace app {
__constant__ int offset = 3;
__global__ void scale(float* data, float by) { data[threadIdx.x] *= by + offset; }
template <class T, int N> __global__ void fill(T* data) { data[threadIdx.x] = N; }
template __global__ void fill<int, 7>(int*);
}
__device__ unsigned counter;
`;

function problemsOf(result: CompileResult): readonly string[] {
  return (result.ok ? result.warnings : result.problems).map(summary);
}

describe('a program that is compiled for a GPU as well', () => {
  test('has machine code, and names of its functions and variables; a second start finds it on disk', async () => {
    const first = fixture.nvrtcCompiler();
    const result = await fixture.compileFor(first, functions);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { info, cuda } = result.image;
    expect(cuda).toMatchObject({ kind: 'cubin', architecture: 'sm_90' });
    expect(info.functions.map(({ name }) => name)).toEqual(['app::scale', 'app::fill<int, 7>']);
    expect(cuda?.functions).toEqual(['_ZN3app5scaleEPff', '_ZN3app4fillIiLi7EEEvPT_']);
    expect(cuda?.symbols).toEqual(['_ZN3app6offsetE', 'counter']);

    const second = fixture.nvrtcCompiler();
    const again = await fixture.compileFor(second, functions);
    expect(again).toEqual(result);
    expect(second.statistics).toEqual({ compiled: 0, cacheHits: 1 });
    // What the memory of the process is for is not shared with whoever changes it.
    expect(again.ok && again.image.cuda?.image.byteOffset).toBe(0);
  });

  test('has PTX for a GPU that NVRTC does not know', async () => {
    const cuda = fixture.nvrtcCompiler({ target: { computeCapability: 88, driverVersion: 13_000 } });
    const result = await fixture.compileFor(cuda, '__global__ void f() {}');
    expect(result.ok && result.image.cuda).toMatchObject({
      kind: 'ptx',
      architecture: 'compute_87',
      functions: ['_Z1fv'],
    });
  });

  test('includes what its includes mean, though two files have one name', async () => {
    const result = await fixture.compileFor(fixture.nvrtcCompiler(), {
      'main.cu': '#include "a/part.h"\n#include "b/part.h"\n__global__ void f(int* out) { *out = FIRST + SECOND; }\n',
      'a/part.h': '#include "values.h"\n',
      'a/values.h': '#define FIRST 1\n#include <cstdint>\n#include "../shared.h"\n',
      'b/part.h': '#include "values.h"\n',
      'b/values.h': '#define SECOND 2\n',
      'shared.h': 'static_assert(FIRST == 1, "a/values.h comes first");\n',
    });
    expect(problemsOf(result)).toEqual([]);
  });
});

describe('what only the compiler for GPUs refuses', () => {
  test('is told at its line, in the file where it is', async () => {
    const part =
      '#pragma once\n#ifndef RING_DEVICE_CPU\n__device__ int broken() { return unknown_name; } // here\n#endif\n';
    const result = await fixture.compileFor(fixture.nvrtcCompiler(), {
      'main.cu': '#include "deep/part.cuh"\n__global__ void f() {}\n',
      'deep/part.cuh': part,
    });
    expect(problemsOf(result)).toEqual([`deep/part.cuh:${lineOf(part, 'here')} compile-error`]);
    expect(!result.ok && result.problems[0]?.message).toBe('identifier "unknown_name" is undefined');
  });

  test('is a header of the toolkit, where none is found: its include says what to install', async () => {
    const result = await fixture.compileFor(
      fixture.nvrtcCompiler(),
      '#include <cuda_fp16.h>\n__global__ void f() {}\n',
    );
    expect(problemsOf(result)).toEqual(['main.cu:1 needs-cuda-headers']);
    expect(!result.ok && result.problems[0]).toMatchObject({
      message: expect.stringContaining("'cuda_fp16.h' comes with the headers of a CUDA toolkit") as string,
      tip: expect.stringContaining('CUDA_PATH') as string,
    });
  });
});

test('a kernel’s entry is there beside functions, and standard headers are found without a toolkit', async () => {
  const source = `${prelude}#include <cmath>
#include <limits>
#include <type_traits>
struct Sample { float value; };
RING_KERNEL(root);
RING_ON(root, Sample) {
  static_assert(std::is_same_v<decltype(msg.value), const float> || std::is_floating_point_v<decltype(msg.value)>);
  ctx.reply(Sample{std::sqrt(std::fmin(msg.value, std::numeric_limits<float>::max()))});
}
`;
  const result = await fixture.compileFor(fixture.nvrtcCompiler(), source);
  expect(result.ok ? [] : result.problems).toEqual([]);
});
