import { afterAll, describe, expect, test } from 'vitest';
import type { ParameterType } from '../../app/model/program.ts';
import { CompilerFixture, lineOf, summary } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

/** `name: type name@offset, …` of each function, as the front end read them and the compiler has proven them. */
async function read(source: string): Promise<string[]> {
  const { functions } = (await fixture.image(source)).info;
  return functions.map(
    ({ name, parameters, parameterBytes }) =>
      `${name}: ${parameters.map(({ cppType, name: own, offset }) => `${cppType} ${own}@${offset}`).join(', ')}; ${parameterBytes}`,
  );
}

function typeName(type: ParameterType): string {
  const own = type.kind === 'pointer' ? type.element : type.type;
  const name = own?.kind === 'struct' ? own.struct.name : own?.kind === 'scalar' ? own.scalar : '?';
  return `${name}${type.kind === 'pointer' ? '*' : ''}`;
}

describe('functions that the host launches', () => {
  test('a file without any include, with what CUDA builds in', async () => {
    const source = '__global__ void fill(float* out, float value, unsigned n) { if (threadIdx.x < n) *out = value; }\n';
    expect(await read(source)).toEqual(['fill: float * out@0, float value@4, unsigned int n@8; 12']);
  });

  test('parameters lie as the members of a struct do', async () => {
    const source = `namespace app {
struct P { float x; double y; };
enum class Mode : unsigned char { a, b };
using real = float;
__global__ void all(bool b, double d, char c, short s, real* __restrict__ r, P p, Mode m, float4 v, const uint3 u,
                    long l, size_t z, long long ll, const void* any, int table[], uint16_t) {}
}
`;
    expect(await read(source)).toEqual([
      'app::all: bool b@0, double d@8, char c@16, short s@18, real * r@20, P p@24, Mode m@40, float4 v@48, uint3 u@64, ' +
        'long l@76, size_t z@80, long long ll@88, const void * any@96, int * table@100, uint16_t parameter15@104; 112',
    ]);
  });

  test('explicit instantiations and specializations of templates, by their arguments', async () => {
    const source = `enum Kind : int { low, high };
template <class T, unsigned N> __global__ void reduce(const T* in, T* out) {}
template __global__ void reduce<float, 256>(const float*, float*);
template __global__ void reduce<double, 64u>(const double*, double*);
template <> __global__ void reduce<int, 1>(const int* in, int* out) {}
template <Kind K, bool B> __global__ void pick(int) {}
template __global__ void pick<high, false>(int);
template <bool... Bs> __global__ void packs(int) {}
template __global__ void packs<true, false, true>(int);
`;
    const { functions } = (await fixture.image(source)).info;
    expect(functions.map(({ name, entry }) => [name, entry])).toEqual([
      ['reduce<float, 256>', 0],
      ['reduce<double, 64>', 1],
      ['reduce<int, 1>', 2],
      ['pick<Kind(1), false>', 3],
      ['packs<true, false, true>', 4],
    ]);
  });

  test('types that a class template names for its arguments', async () => {
    const source = `template <class T> struct vec4 { typedef T Type; };
template <> struct vec4<float> { typedef float4 Type; };
namespace app { template <class T, int N> struct few { using type = T; using Row = const vec4<T>; }; }
template <class T> __global__ void move(typename vec4<T>::Type* __restrict__ to, const typename vec4<T>::Type* from,
                                        typename app::few<T, 3>::type by) {}
template __global__ void move<float>(float4*, const float4*, float);
template __global__ void move<double>(double*, const double*, double);
`;
    const { functions } = (await fixture.image(source)).info;
    expect(functions.map(({ name, parameters }) => [name, ...parameters.map(({ type }) => typeName(type))])).toEqual([
      ['move<float>', 'float4*', 'float4*', 'f32'],
      ['move<double>', 'f64*', 'f64*', 'f64'],
    ]);
  });

  test('a declaration and its definition are one, overloads are told apart, unnamed namespaces are no part of names', async () => {
    const source = `__global__ void f(int* a);
__global__ void f(int* a) {}
__global__ void f(const float* a) {}
namespace { __global__ void hidden() {} }
static __global__ void local() {}
`;
    expect(await read(source)).toEqual([
      'f(int *): int * a@0; 4',
      'f(const float *): const float * a@0; 4',
      'hidden: ; 0',
      'local: ; 0',
    ]);
  });

  test('doc comments and places, and numbers after those of handlers', async () => {
    const source = `#include <ring_kernel.cuh>
struct M { int x; };
RING_KERNEL(k);
RING_ON(k, M) {}

/// Adds.
/// Twice.
template <class T>
__global__ void add(T* a) {}  // add
template __global__ void add<int>(int*);
/** Subtracts. */
extern "C" __global__ void subtract() {}
`;
    const { functions } = (await fixture.image(source)).info;
    expect(functions).toMatchObject([
      { name: 'add<int>', doc: 'Adds.\nTwice.', entry: 1, location: { file: 'main.cu', line: lineOf(source, 'add') } },
      { name: 'subtract', doc: 'Subtracts.', entry: 2 },
    ]);
  });
});

describe('what cannot be launched', () => {
  test('results, varargs, references, pointers to pointers, unions, members', async () => {
    const source = `union U { int a; float b; };
struct Raw { float* p; };
__global__ int result() { return 0; }  // 3
__global__ void varargs(int a, ...) {}
__global__ void reference(const float& x) {}
__global__ void matrix(float** rows) {}
__global__ void onion(U u) {}
__global__ void raw(Raw r) {}
__global__ void longs(long* p) {}
template <auto N> __global__ void autos(int) {}
template __global__ void autos<5ull>(int);
`;
    expect((await fixture.problems(source)).map(summary).sort()).toEqual([
      'main.cu:10 function-auto-value',
      'main.cu:2 field-is-pointer',
      'main.cu:3 function-returns',
      'main.cu:4 function-variadic',
      'main.cu:5 parameter-is-reference',
      'main.cu:6 parameter-not-supported',
      'main.cu:7 parameter-not-supported',
      'main.cu:9 parameter-not-supported',
    ]);
  });

  test('a template that is instantiated nowhere is a warning with the line to add', async () => {
    const problems = await fixture.problems('template <class T> __global__ void f(T* a, int n) {}\n');
    expect(problems).toMatchObject([
      {
        severity: 'warning',
        code: 'function-not-instantiated',
        tip: 'For example: template __global__ void f<…>(T *, int);',
      },
    ]);
  });

  test('a file that declares nothing to run says what could be written', async () => {
    const problems = await fixture.problems('__device__ int f() { return 1; }\n');
    expect(problems).toMatchObject([{ code: 'no-kernel', tip: expect.stringContaining('__global__') as string }]);
  });
});

describe('symbols', () => {
  test('variables of namespaces that the host can write, where they lie, and nothing else', async () => {
    const source = `struct P { float x; int n; };
/// Weights.
__constant__ float weights[3][4] = {{1}};
__device__ volatile int counter = 7;
namespace app { static __device__ P origin = {2, 3}; namespace { __device__ double hidden; } }
__constant__ const int fixed = 5;
constexpr int known = 6;
__device__ float* pointer;
struct C { static int member; };
__global__ void touch(float* out) {
  __shared__ float tile[8];
  tile[0] = weights[0][0];
  *out = tile[0] + fixed + known + counter + app::origin.x;
}
`;
    const { info, symbolAddresses, staticData } = await fixture.image(source);
    expect(info.symbols.map(({ name, sizeBytes, doc }) => [name, sizeBytes, doc])).toEqual([
      ['weights', 48, 'Weights.'],
      ['counter', 4, undefined],
      ['app::origin', 8, undefined],
      ['app::hidden', 8, undefined],
    ]);
    expect(new Set(symbolAddresses).size).toBe(4);
    for (const address of symbolAddresses) {
      expect(address).toBeGreaterThanOrEqual(staticData.address);
      expect(address).toBeLessThan(staticData.address + staticData.sizeBytes);
    }
  });
});
