// CUDA's vector types, and what helper_math.h adds to them.
#include <ring_kernel.cuh>
#include <cuComplex.h>
#include <helper_cuda.h>
#include <helper_functions.h>
#include <helper_math.h>

#define HAS_LAYOUT(type, size, align) static_assert(sizeof(type) == size && alignof(type) == align, #type)
#define HAVE_LAYOUT(type, scalar)                              \
  HAS_LAYOUT(type##1, sizeof(scalar), alignof(scalar));        \
  HAS_LAYOUT(type##2, 2 * sizeof(scalar), 2 * sizeof(scalar)); \
  HAS_LAYOUT(type##3, 3 * sizeof(scalar), alignof(scalar));    \
  HAS_LAYOUT(type##4, 4 * sizeof(scalar), 4 * sizeof(scalar) < 16 ? 4 * sizeof(scalar) : 16)
HAVE_LAYOUT(char, char);
HAVE_LAYOUT(uchar, char);
HAVE_LAYOUT(short, short);
HAVE_LAYOUT(ushort, short);
HAVE_LAYOUT(int, int);
HAVE_LAYOUT(uint, int);
HAVE_LAYOUT(long, long);
HAVE_LAYOUT(ulong, long);
HAVE_LAYOUT(longlong, long long);
HAVE_LAYOUT(ulonglong, long long);
HAVE_LAYOUT(float, float);
HAVE_LAYOUT(double, double);
HAS_LAYOUT(double4_16a, 32, 16);
HAS_LAYOUT(double4_32a, 32, 32);
HAS_LAYOUT(ulonglong4_32a, 32, 32);
static_assert(dim3(make_uint3(4, 5, 6)).z == 6 && dim3(7).y == 1 && make_char4(1, -2, 3, -4).w == -4);
static_assert(make_ulong2(1, 2).y == 2 && make_double4_32a(1, 2, 3, 4).w == 4);

struct Ask {
  float two;
};
struct Found {
  float3 sum, crossed, unit, mirrored, mixed;
  float2 fractions, stepped;
  float4 scaled, clamped;
  int4 integers;
  uint3 unsigneds;
  int3 converted;
  float dots[3];
  float2 complex[5];
  double complex_size;
};

RING_KERNEL(vectors);
// clang-format off
RING_ON(vectors, Ask) {
  const float two = msg.two;
  float3 a = make_float3(1, 2, 3), b = make_float3(two);
  float4 d = make_float4(a, 4) / 2;
  d *= two, d += make_float4(1.0f), d -= 1;
  int4 i = make_int4(1, -2, 3, -4) * 2 - make_int4(1);
  const cuComplex u = make_cuComplex(1, 2), v = make_cuFloatComplex(two, 4);
  ctx.reply(Found{
    a + b * 3 - 1, cross(make_float3(1, 0, 0), make_float3(0, 1, 0)), normalize(make_float3(3, 0, 4)),
    reflect(make_float3(1, -1, 0), make_float3(0, 1, 0)), lerp(a, b, 0.5f),
    fracf(make_float2(1.25f, -0.25f)), smoothstep(make_float2(0.0f), make_float2(1.0f), make_float2(0.5f, two)),
    -d, clamp(d, 1.5f, 3.5f), max(abs(i), make_int4(5)), min(make_uint3(7u, 8u, 9u) * 2u, make_uint3(17u)), make_int3(fmaxf(a, make_float3(2.5f))),
    {dot(a, b), length(make_float2(3, 4)), static_cast<float>(dot(make_int3(1, 2, 3), make_int3(a)))},
    {cuCaddf(u, v), cuCmulf(u, v), cuCdivf(u, v), cuConjf(cuCsubf(u, v)), cuCfmaf(u, v, u)},
    cuCabs(make_cuDoubleComplex(3, cuCreal(cuComplexFloatToDouble(v)) * two))});
}
// clang-format on
