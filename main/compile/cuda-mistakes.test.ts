import { afterAll, expect, test } from 'vitest';
import { CompilerFixture, prelude } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

/** Problems of a program with these lines in its only handler, as `line code: message`, lines counted from 1. */
async function inHandler(body: string, declarations = ''): Promise<string[]> {
  const source = `${prelude}${declarations}struct M { int x; };\nRING_KERNEL(k);\nRING_ON(k, M) {\n${body}\n}\n`;
  const offset = declarations === '' ? 4 : 4 + declarations.split('\n').length - 1;
  const problems = await fixture.problems(source);
  return problems.map(({ location, code, message }) => `${(location?.line ?? 0) - offset} ${code}: ${message}`);
}

const hostSide = "is for CUDA's host side, and this code runs on the device";
const noLibrary = "is not available: device code has no C++ standard library beyond C's headers";

test("functions of CUDA's host side", async () => {
  expect(await inHandler('float* p;\ncudaMalloc(&p, 4);\ncudaError_t e;\ncudaDeviceSynchronize();')).toEqual([
    `2 not-supported: 'cudaMalloc' ${hostSide}`,
    `3 not-supported: 'cudaError_t' ${hostSide}`,
    `4 not-supported: 'cudaDeviceSynchronize' ${hostSide}`,
  ]);
});

test('kernels and their launch', async () => {
  expect(await inHandler('f<<<1, 32>>>(msg.x);', '__device__ void f(int x) {}\n')).toEqual([
    '1 not-supported: a kernel cannot be launched from here: actors run already',
  ]);
  expect(await inHandler('', '__global__ void add(float* a) {}\n')).toEqual([]);
});

test('unrolling what cannot be unrolled is no mistake', async () => {
  const source = `__global__ void scan(int* data, int width) {
  int value = data[threadIdx.x];
#pragma unroll
  for (int i = 1; i <= width; i *= 2) value += __shfl_up_sync(0xffffffffu, value, i, width);
  data[threadIdx.x] = value;
}
`;
  expect(await fixture.problems(source)).toEqual([]);
});

test('atomics with an order and a scope', async () => {
  const body =
    'int v;__nv_atomic_store_n(&v, 1, __NV_ATOMIC_RELAXED,\n__NV_THREAD_SCOPE_DEVICE);\n__nv_atomic_thread_fence(5, 2);';
  expect(await inHandler(body)).toEqual(
    ['__NV_ATOMIC_RELAXED', '__NV_THREAD_SCOPE_DEVICE', '__nv_atomic_thread_fence'].map(
      (name, line) => `${line + 1} not-supported: '${name}': atomics with an order are not supported by the CPU device`,
    ),
  );
});

test('functions of warps from before they took masks', async () => {
  const body = '__syncthreads();\nint v = __shfl_down_sync(~0u, msg.x, 1);\n__shfl_xor(v, 1);\n__ballot(v);';
  expect(await inHandler(body)).toEqual([
    "3 not-supported: '__shfl_xor' is gone from CUDA: use '__shfl_xor_sync'",
    "4 not-supported: '__ballot' is gone from CUDA: use '__ballot_sync'",
  ]);
});

test('the C++ library, with what to use instead where that is known', async () => {
  const body = 'std::vector<int> v;\nstd::string s;\nstd::cout << 1;\nint m = std::min(1, 2);\nstd::sort(0, 0);';
  const found = await inHandler(body);
  for (const name of ['vector', 'string', 'cout', 'min', 'sort']) {
    expect(found.join('\n')).toContain(`not-supported: 'std::${name}' ${noLibrary}`);
  }
  const problems = await fixture.problems(
    `${prelude}struct M { std::string s; };\nRING_KERNEL(k);\nRING_ON(k, M) {}\n`,
  );
  expect(problems).toMatchObject([{ code: 'not-supported', tip: 'Use ring::text<N>.', location: { line: 2 } }]);
});

test('half, bfloat16 and complex numbers without their header', async () => {
  expect(await inHandler('half h;\nauto x = __float2half(1.0f);\n__nv_bfloat162 b;\ncuComplex c;')).toEqual([
    "1 missing-include: 'half' is declared in <cuda_fp16.h>",
    "2 missing-include: '__float2half' is declared in <cuda_fp16.h>",
    "3 missing-include: '__nv_bfloat162' is declared in <cuda_bf16.h>",
    "4 missing-include: 'cuComplex' is declared in <cuComplex.h>",
  ]);
});

test('what only a GPU has: managed memory, textures, clusters, address spaces, counters, libraries', async () => {
  expect(await inHandler('', '__managed__ int total;\n')).toEqual([
    "-3 not-supported: '__managed__': there is no managed memory",
  ]);
  const noTextures = 'there are no textures and surfaces';
  expect(await inHandler('', 'texture<float, 2> tex;\n')).toEqual([`-3 not-supported: 'texture': ${noTextures}`]);
  expect(await inHandler('cudaTextureObject_t t;\nfloat f = tex2D<float>(0, 1, 2);\nsurf2Dwrite(f, 0, 1, 2);')).toEqual(
    [
      `1 not-supported: 'cudaTextureObject_t': ${noTextures}`,
      `2 not-supported: 'tex2D': ${noTextures}`,
      `3 not-supported: 'surf2Dwrite': ${noTextures}`,
    ],
  );
  expect(await inHandler('', '__device__ void __cluster_dims__(2, 1, 1) f() {}\n')).toEqual([
    '-3 not-supported: thread block clusters are not supported by the CPU device',
  ]);
  expect(await inHandler('__cluster_barrier_wait();\n__u128AtomicExch(0, 0, 0);')).toEqual([
    "1 not-supported: '__cluster_barrier_wait': thread block clusters are not supported by the CPU device",
    "2 not-supported: '__u128AtomicExch': atomics of the CPU device have at most 64 bits",
  ]);
  const oneMemory = 'memory of the CPU device is one, and an address does not tell what it was declared as';
  expect(await inHandler('__isShared(&msg);\n__cvta_generic_to_shared(&msg);\n__pm0();')).toEqual([
    `1 not-supported: __isShared: ${oneMemory}`,
    `2 not-supported: __cvta_generic_to_shared: ${oneMemory}`,
    "3 not-supported: __pm0 reads a counter of the GPU's profiler, which the CPU device has not",
  ]);
  const noLibraries = 'libraries of the CUDA toolkit are not part of the CPU device';
  expect(await inHandler('curandState s;\nnvcuda::wmma::mma_sync(1);\ncuda::std::min(1, 2);')).toEqual([
    `1 not-supported: 'curandState': ${noLibraries}`,
    `2 not-supported: 'nvcuda': ${noLibraries}`,
    `3 not-supported: 'cuda': ${noLibraries}`,
  ]);
});

test('a heap and exceptions', async () => {
  expect(await inHandler('void* p = malloc(4);\nfree(p);\ntry {\n} catch (...) {}\nthrow 1;')).toEqual([
    "1 needs-heap: 'malloc' needs a heap, which actors do not have",
    "2 needs-heap: 'free' needs a heap, which actors do not have",
    '3 not-supported: there are no exceptions in device code',
    '5 not-supported: there are no exceptions in device code',
  ]);
});

test('atomics of types that CUDA does not give them', async () => {
  const body =
    'atomicAdd(&s, 1);\natomicMin(&d, 1.0);\natomicMax_block(&f, 1.0f);\natomicAdd(&l, 1ll);\natomicSub(&u, 1ull);\natomicAdd(&msg.x, 1);';
  const globals =
    '__device__ short s; __device__ double d; __device__ float f; __device__ long long l; __device__ unsigned long long u;\n';
  const inLoop = 'use atomicCAS in a loop on its bits';
  expect(await inHandler(body, globals)).toEqual([
    '1 wrong-arguments: atomicAdd does not take these arguments',
    `2 not-supported: CUDA has no atomicMin of double: ${inLoop}`,
    `3 not-supported: CUDA has no atomicMax_block of float: ${inLoop}`,
    '4 not-supported: CUDA has no atomicAdd of long long: use it on unsigned long long',
    '5 not-supported: CUDA has no atomicSub of unsigned long long: use atomicAdd of the negative',
    '6 wrong-arguments: atomicAdd does not take these arguments',
  ]);
});

test('constant memory without values is for the host to set', async () => {
  expect(await inHandler('', '__constant__ float weights[4];\n')).toEqual([]);
});

test('host code is named once for each function that is to be removed', async () => {
  const problems = await fixture.problems(`#include <cuda_runtime.h>
__global__ void add(float* a) { a[threadIdx.x] += 1; }

namespace tools {
// Runs it.
static float run(float* a) {
  add<<<1, 256>>>(a);
  cudaDeviceSynchronize();
  return a[0];
}
}

int main(int argc, char** argv) {
  float* a;
  cudaMalloc(&a, 1024);
  std::vector<float> v(4);
  for (float x : v) { add<<<1, 256>>>(a); }
  printf("%f\\n", tools::run(a));
}
`);
  expect(problems.map(({ location, code, message }) => `${location?.line ?? 0} ${code}: ${message}`)).toEqual([
    "6 host-code: 'run' is code for CUDA's host side, and this file is compiled for the device alone",
    "13 host-code: 'main' is code for CUDA's host side, and this file is compiled for the device alone",
  ]);
  expect(problems[0]?.tip).toContain('#ifndef RING_STUDIO');
});

test('a brace in a text hides no mistake behind host code', async () => {
  const problems = await fixture.problems(`#ifndef RING_STUDIO
void host() { printf("{\\n"); good<<<1, 1>>>(nullptr); }
#endif
__global__ void bad(int* o) { o[0] = undefined_thing(o); }
`);
  expect(problems.map(({ location, code }) => `${location?.line ?? 0} ${code}`)).toEqual(['4 compile-error']);
});

test('host code that the preprocessor leaves out is no mistake', async () => {
  const source = '__global__ void f() {}\n#ifndef RING_STUDIO\nint main() { f<<<1, 1>>>(); }\n#endif\n';
  expect(await fixture.problems(source)).toEqual([]);
});

test('inline PTX is an error at its line and not a crash; an empty statement is fine', async () => {
  const body = 'unsigned lane;\nasm("mov.u32 %0, %%laneid;" : "=r"(lane));\nctx.reply(M{int(lane)});';
  expect(await inHandler(body)).toEqual([
    '2 inline-assembly: this inline assembly is not understood: the CPU device knows no PTX',
  ]);
  expect(await inHandler('asm volatile("" ::: "memory");')).toEqual([]);
});

test('printf of more arguments than CUDA prints', async () => {
  const call = (count: number) => `printf("%d\\n"${', msg.x'.repeat(count)});`;
  expect(await inHandler(call(33))).toEqual([
    '1 not-supported: printf takes at most 32 arguments beside the format, in CUDA',
  ]);
  expect(await inHandler(call(32))).toEqual(['1 compile-warning: data argument not used by format string']);
});

test('formats of printf are checked', async () => {
  expect(await inHandler('printf("%s\\n", msg.x);')).toEqual([
    "1 compile-warning: format specifies type 'char *' but the argument has type 'int'",
  ]);
});
