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
  expect(await inHandler('', '__global__ void add(float* a) {}\n')).toEqual([
    '-3 not-supported: __global__ kernels are not supported yet: write an actor with RING_KERNEL and RING_ON',
  ]);
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

test('types and names that only CUDA has', async () => {
  expect(await inHandler('half h;\nauto x = __float2half(1.0f);')).toEqual([
    "1 not-supported: 'half': half and bfloat16 are not supported by the CPU device yet",
    "2 not-supported: '__float2half': half and bfloat16 are not supported by the CPU device yet",
  ]);
  expect(await inHandler('', '__managed__ int total;\n')).toEqual([
    "-3 not-supported: '__managed__': there is no managed memory",
  ]);
  expect(await inHandler('', 'texture<float, 2> tex;\n')).toEqual([
    "-3 not-supported: 'texture': there are no textures and surfaces",
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

test('atomics', async () => {
  const body = 'atomicAdd(&s, 1);\natomicMin(&d, 1.0);\natomicAdd_block(&i, 1);\natomicAdd(&msg.x, 1);';
  expect(await inHandler(body, '__device__ short s; __device__ double d; __device__ int i;\n')).toEqual([
    '1 wrong-arguments: atomicAdd does not take these arguments',
    '2 wrong-arguments: atomicMin does not take these arguments',
    "3 not-supported: 'atomicAdd_block': atomics have one scope on the CPU device, the whole program",
    '4 wrong-arguments: atomicAdd does not take these arguments',
  ]);
});

test('constant memory without values', async () => {
  expect(await inHandler('', '__constant__ float weights[4];\n')).toEqual([
    '-3 constant-without-value: a __constant__ needs its values here: nobody can set them later',
  ]);
});

test('inline PTX is an error at its line and not a crash; an empty statement is fine', async () => {
  const body = 'unsigned lane;\nasm("mov.u32 %0, %%laneid;" : "=r"(lane));\nctx.reply(M{int(lane)});';
  expect(await inHandler(body)).toEqual([
    '2 inline-assembly: this inline assembly is not understood: the CPU device knows no PTX',
  ]);
  expect(await inHandler('asm volatile("" ::: "memory");')).toEqual([]);
});

test('formats of printf are checked', async () => {
  expect(await inHandler('printf("%s\\n", msg.x);')).toEqual([
    "1 compile-warning: format specifies type 'char *' but the argument has type 'int'",
  ]);
});
