// CUDA's intrinsics on integers, with roundings and conversions in their names, where a wrong result shows.
#include <ring_kernel.cuh>
#include <limits>
#include <math_constants.h>
#include <type_traits>

struct Ask {
  int32_t one;
};

struct Integers {
  uint32_t permuted[4];
  int32_t products[3];
  uint32_t differences[3];
  int32_t dots[6];
  uint32_t unsigned_dots[2];
  int32_t averages[4];
  uint32_t shifts[4];
  int64_t high;
};

struct Roundings {
  float sums[4];
  float zeros[2];
  float products[4];
  float quotients[4];
  float roots[4];
  float fused[4];
  float overflows[4];
  float from_int[4];
  float from_long_long[4];
  double to_double[4];
  float from_double[4];
};

struct Conversions {
  int32_t ints[8];
  uint32_t unsigneds[6];
  int64_t long_longs[4];
  uint64_t unsigned_long_longs[4];
  int32_t from_double[4];
  int32_t halves[2];
  double joined;
};

struct Constants {
  float pi, infinity, epsilon;
  double tau, largest;
  int32_t digits;
  int64_t lowest;
};

static_assert(std::numeric_limits<int>::max() == 2147483647 && std::numeric_limits<int>::min() == -2147483647 - 1);
static_assert(std::numeric_limits<unsigned long long>::max() == ~0ull && std::numeric_limits<uint8_t>::max() == 255);
static_assert(std::numeric_limits<float>::max_digits10 == 9 && std::numeric_limits<double>::digits10 == 15);
static_assert(std::is_same_v<std::make_unsigned_t<int>, unsigned> && std::is_floating_point_v<float>);
static_assert(std::is_same_v<std::conditional_t<false, int, std::decay_t<const float&>>, float>);
static_assert(std::is_trivially_copyable<Ask>::value && !std::is_enum_v<Ask>);

template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
__device__ int size_if_integral(T) {
  return sizeof(T);
}

RING_KERNEL(intrinsics);
RING_OUTPUT(intrinsics, integers, Integers);
RING_OUTPUT(intrinsics, roundings, Roundings);
RING_OUTPUT(intrinsics, conversions, Conversions);
RING_OUTPUT(intrinsics, constants, Constants);

// clang-format off
RING_ON(intrinsics, Ask) {
  const int one = msg.one;
  const float x = 1.0f * one, tiny = 0x1p-30f, huge = 0x1.fffffep127f;
  ctx.emit(integers, Integers{
    {__byte_perm(0x33221100u, 0x77665544u, 0x7531u), __byte_perm(0x33221100u, 0x77665544u, 0x0123u),
     __byte_perm(0x33221100u, 0x77665544u, 0xfedcu), __byte_perm(0x33221100u, 0x77665544u, 0x3210u)},
    {__mul24(0x7f800001, 2 * one), __mul24(0x00ffffff, 3), __mul24(0x00400000, 1024 * one)},
    {__sad(-5, 7 * one, 10u), __sad(INT32_MIN, INT32_MAX, 1u), __usad(3u, 0xffffffffu, 0u)},
    {__dp4a(0x01020304, 0x01010101 * one, 5), __dp4a(static_cast<int>(0xff80007fu), 0x027f0102, 0),
     __dp4a(make_char4(1, -2, 3, -4), make_char4(5, 6, 7, 8), one), __dp2a_lo(0x00020003, 0x04050607, 1),
     __dp2a_hi(0x00020003, 0x04050607, 1), __dp2a_lo(make_short2(-300, 300), make_char4(-1, 2, 0, 0), 0)},
    {__dp4a(0xff80007fu, 0x027f0102u, 0u), __umul24(0xff000003u, 0xff000005u)},
    {__hadd(INT32_MAX, INT32_MAX - 2), __hadd(-3, 0), __rhadd(-3, 0), static_cast<int>(__uhadd(0xffffffffu, 0xfffffffdu))},
    {__funnelshift_lc(1, 2, 32), __funnelshift_rc(1, 2, 40), __funnelshift_l(1, 2, 32), __urhadd(1u, 2u)},
    __mul64hi(-1ll, 5ll * one)});
  ctx.emit(roundings, Roundings{
    {__fadd_rn(x, tiny), __fadd_rd(x, tiny), __fadd_ru(x, tiny), __fsub_rz(x, tiny)},
    {1.0f / __fadd_rd(x, -x), 1.0f / __fadd_ru(x, -x)},
    {__fmul_rn(x / 10, x / 10), __fmul_rd(x / 10, x / 10), __fmul_ru(x / 10, x / 10), __fmul_rz(-x / 10, x / 10)},
    {__fdiv_rn(x, 3), __fdiv_rd(x, 3), __fdiv_ru(x, 3), __frcp_rz(3 * x)},
    {__fsqrt_rn(2 * x), __fsqrt_rd(2 * x), __fsqrt_ru(2 * x), __frsqrt_rn(2 * x)},
    {__fmaf_rn(x, x, tiny), __fmaf_rd(x, x, -tiny), __fmaf_ru(x, x, tiny), __fmaf_rz(-x, x, tiny)},
    {__fadd_rn(huge, huge), __fadd_rd(huge, huge), __fadd_rz(-huge, -huge), __fmul_ru(-huge, huge)},
    {__int2float_rn(16777217 * one), __int2float_ru(16777217), __uint2float_rz(4294967295u), __int2float_rd(-16777217)},
    {__ll2float_rn(0x7fffff4000000001ll * one), __ll2float_rz(INT64_MAX), __ull2float_ru(1ull << 63 | 1), __ll2float_rd(INT64_MIN)},
    {__ll2double_rn((1ll << 53) + one), __ll2double_ru((1ll << 53) + one), __ull2double_rd(~0ull), __int2double_rn(-one)},
    {__double2float_rn(0.1 * one), __double2float_rd(0.1), __double2float_ru(0.1), __double2float_rz(1e300)}});
  ctx.emit(conversions, Conversions{
    {__float2int_rn(2.5f * x), __float2int_rz(-2.5f), __float2int_ru(2.1f), __float2int_rd(-2.1f),
     __float2int_rn(3.5f), __float2int_rz(1e20f), __float2int_rz(-INFINITY), __float2int_rn(NAN * x)},
    {__float2uint_rn(0.5f * x), __float2uint_rz(-1.5f), __float2uint_ru(4294967040.0f), __float2uint_rd(1e10f),
     __double2uint_rn(4294967295.4), __float2uint_rz(NAN)},
    {__float2ll_rn(-0x1p62f * x), __float2ll_rz(1e30f), __double2ll_rd(-0.5), __float2ll_rz(NAN)},
    {__float2ull_ru(0.1f * x), __float2ull_rz(-7.0f), __double2ull_rn(0x1p63), __double2ull_rz(1e20)},
    {__double2int_rn(-1.5 * x), __double2int_ru(1e-300), __double2int_rz(2147483647.9), __double2int_rz(NAN)},
    {__double2hiint(1.5 * x), __double2loint(0.1)},
    __hiloint2double(0x3ff80000, 0)});
  ctx.emit(constants, Constants{CUDART_PI_F, CUDART_INF_F, std::numeric_limits<float>::epsilon(), 2 * CUDART_PI,
    std::numeric_limits<double>::max(), size_if_integral(one), std::numeric_limits<int64_t>::lowest()});
}
// clang-format on
