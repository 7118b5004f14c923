// Operations of half and bfloat16 over whole buffers, to compare each bit.
#include <ring_kernel.cuh>
#include <cuda_fp16.h>
#include <cuda_bf16.h>

enum class Operation : uint8_t {
  add,
  sub,
  mul,
  div,
  fma,
  add_rn,
  add_sat,
  sub_sat,
  mul_sat,
  fma_sat,
  fma_relu,
  minimum,
  maximum,
  minimum_nan,
  maximum_nan,
  compare,
  neg,
  abs_,
  sqrt_,
  rcp,
  rsqrt_,
  floor_,
  ceil_,
  rint_,
  trunc_,
  exp_,
  exp2_,
  exp10_,
  log_,
  log2_,
  log10_,
  sin_,
  cos_,
  tanh_,
  classify,
  pairs,
  pairs_of_three,
  complex_multiply,
  compare_pairs,
  atomic_add,
  step
};

struct Run {
  bool is_bfloat16;
  Operation operation;
  ring::buffer<uint16_t> a, b, c;
  ring::buffer<uint32_t> results;
};
struct Widen {
  bool is_bfloat16;
  ring::buffer<uint16_t> a;
  ring::buffer<uint32_t> floats;
  ring::buffer<int64_t> integers;
};
struct Narrow {
  bool is_bfloat16;
  ring::buffer<double> doubles;
  ring::buffer<int64_t> integers;
  ring::buffer<uint16_t> from_doubles, from_integers;
};
struct Done {
  uint32_t count;
};

#define FORMAT(word, Small, Small2)                                                                  \
  __device__ Small small_of(uint16_t bits, Small) { return __ushort_as_##word(bits); }               \
  __device__ uint32_t bits_of(Small x) { return __##word##_as_ushort(x); }                           \
  __device__ uint32_t bits_of(Small2 x) { return bits_of(x.x) | bits_of(x.y) << 16; }                \
  __device__ float widened(Small x) { return __##word##2float(x); }                                  \
  template <class To>                                                                                \
  __device__ void to_integers(Small x, To& to, uint32_t at) {                                        \
    const int64_t found[] = {                                                                        \
        __##word##2int_rn(x),    __##word##2int_rz(x),   __##word##2int_rd(x),                       \
        __##word##2int_ru(x),    __##word##2uint_rn(x),  __##word##2short_rz(x),                     \
        __##word##2ushort_ru(x), __##word##2ll_rd(x),    static_cast<int64_t>(__##word##2ull_rn(x)), \
        __##word##2char_rz(x),   __##word##2uchar_rz(x), static_cast<int>(x)};                       \
    for (uint32_t i = 0; i < 12; ++i) to[at * 12 + i] = found[i];                                    \
  }                                                                                                  \
  template <class To>                                                                                \
  __device__ void from_double(double x, Small, To& to, uint32_t at) {                                \
    const float f = static_cast<float>(x);                                                           \
    const Small found[] = {__double2##word(x),     __float2##word(f),      __float2##word##_rn(f),   \
                           __float2##word##_rz(f), __float2##word##_rd(f), __float2##word##_ru(f)};  \
    for (uint32_t i = 0; i < 6; ++i) to[at * 6 + i] = bits_of(found[i]);                             \
  }                                                                                                  \
  template <class To>                                                                                \
  __device__ void from_integer(int64_t x, Small, To& to, uint32_t at) {                              \
    const int i32 = static_cast<int>(x);                                                             \
    const Small found[] = {__ll2##word##_rn(x),                                                      \
                           __ll2##word##_rz(x),                                                      \
                           __ll2##word##_rd(x),                                                      \
                           __ll2##word##_ru(x),                                                      \
                           __ull2##word##_rn(x),                                                     \
                           __int2##word##_rn(i32),                                                   \
                           __uint2##word##_rz(i32),                                                  \
                           __short2##word##_ru(static_cast<short>(x)),                               \
                           __ushort2##word##_rd(static_cast<uint16_t>(x))};                          \
    for (uint32_t i = 0; i < 9; ++i) to[at * 9 + i] = bits_of(found[i]);                             \
  }                                                                                                  \
  __device__ Small2 made(Small x, Small y) { return __halves2##word##2(x, y); }
FORMAT(half, __half, __half2)
FORMAT(bfloat16, __nv_bfloat16, __nv_bfloat162)

template <class T>
__device__ uint32_t compare(T a, T b) {
  const bool found[] = {__heq(a, b),  __hne(a, b),  __hlt(a, b),       __hle(a, b),  __hgt(a, b),  __hge(a, b),
                        __hequ(a, b), __hneu(a, b), __hltu(a, b),      __hleu(a, b), __hgtu(a, b), __hgeu(a, b),
                        a == b,       a != b,       a<b, a <= b, a> b, a >= b};
  uint32_t bits = 0;
  for (int i = 0; i < 18; ++i) bits |= found[i] ? 1u << i : 0u;
  return bits;
}
/// Forms of pairs, as the forms of one would have it: 0 where all agree.
template <class T>
__device__ uint32_t compare_pairs(T a, T b, T c) {
  const auto x = made(a, c), y = made(b, c);
  const unsigned expected = (__hlt(a, b) ? 0xffffu : 0u) | (__hlt(c, c) ? 0xffff0000u : 0u);
  const T one = T(1.0f), zero = T(0.0f);
  const bool is_nan = __hisnan(c);
  uint32_t wrong = __hlt2_mask(x, y) != expected;
  wrong |= (bits_of(__hge2(x, y)) != bits_of(made(__hge(a, b) ? one : zero, is_nan ? zero : one))) << 1;
  wrong |= (__hbeq2(x, y) != (__heq(a, b) && !is_nan)) << 2;
  wrong |= (__hbneu2(x, y) != (__hneu(a, b) && is_nan)) << 3;
  wrong |= ((x == y) != (a == b && c == c)) << 4;
  wrong |= (bits_of(__hisnan2(x)) != bits_of(made(__hisnan(a) ? one : zero, is_nan ? one : zero))) << 5;
  wrong |= (bits_of(__hgtu2(x, y)) != bits_of(made(__hgtu(a, b) ? one : zero, is_nan ? one : zero))) << 6;
  return wrong;
}
template <class T>
__device__ uint32_t atomic_add(T a, T b) {
  __device__ static T cell;
  cell = a;
  const T old = atomicAdd(&cell, b);
  return bits_of(cell) | (bits_of(old) == bits_of(a) ? 0u : 0x10000u);
}
template <class T>
__device__ uint32_t step(T a) {
  T up = a, down = a;
  const T old = up++;
  --down;
  return bits_of(up) | (bits_of(old) == bits_of(a) && bits_of(down) == bits_of(a - T(1)) ? 0u : 0x10000u);
}

#define CASE(name, expression) \
  case Operation::name:        \
    return bits_of(expression);
template <class T>
__device__ uint32_t apply(Operation operation, T a, T b, T c) {
  switch (operation) {
    CASE(add, a + b)
    CASE(sub, a - b)
    CASE(mul, a * b)
    CASE(div, a / b)
    CASE(fma, __hfma(a, b, c))
    CASE(add_rn, __hadd_rn(a, b))
    CASE(add_sat, __hadd_sat(a, b))
    CASE(sub_sat, __hsub_sat(a, b))
    CASE(mul_sat, __hmul_sat(a, b))
    CASE(fma_sat, __hfma_sat(a, b, c))
    CASE(fma_relu, __hfma_relu(a, b, c))
    CASE(minimum, __hmin(a, b))
    CASE(maximum, __hmax(a, b))
    CASE(minimum_nan, __hmin_nan(a, b))
    CASE(maximum_nan, __hmax_nan(a, b))
    CASE(neg, -a)
    CASE(abs_, __habs(a))
    CASE(sqrt_, hsqrt(a))
    CASE(rcp, hrcp(a))
    CASE(rsqrt_, hrsqrt(a))
    CASE(floor_, hfloor(a))
    CASE(ceil_, hceil(a))
    CASE(rint_, hrint(a))
    CASE(trunc_, htrunc(a))
    CASE(exp_, hexp(a))
    CASE(exp2_, hexp2(a))
    CASE(exp10_, hexp10(a))
    CASE(log_, hlog(a))
    CASE(log2_, hlog2(a))
    CASE(log10_, hlog10(a))
    CASE(sin_, hsin(a))
    CASE(cos_, hcos(a))
    CASE(tanh_, htanh(a))
    CASE(pairs, made(a, b) * made(b, c))
    CASE(pairs_of_three, __hfma2(made(a, b), made(b, c), made(c, a)))
    CASE(complex_multiply, __hcmadd(made(a, b), made(b, c), made(c, a)))
    case Operation::compare:
      return compare(a, b);
    case Operation::classify:
      return static_cast<uint32_t>(__hisinf(a) + 1) | (__hisnan(a) ? 4u : 0u) | (a ? 8u : 0u);
    case Operation::compare_pairs:
      return compare_pairs(a, b, c);
    case Operation::atomic_add:
      return atomic_add(a, b);
    case Operation::step:
      return step(a);
  }
  return 0;
}

RING_KERNEL(small_floats);
template <class T>
__device__ void run(const Run& msg) {
  const auto a = msg.a.read(), b = msg.b.read(), c = msg.c.read();
  auto results = msg.results.write();
  for (uint32_t i = 0; i < a.size(); ++i)
    results[i] = apply(msg.operation, small_of(a[i], T()), small_of(b[i], T()), small_of(c[i], T()));
}
RING_ON(small_floats, Run) {
  if (msg.is_bfloat16)
    run<__nv_bfloat16>(msg);
  else
    run<__half>(msg);
  ctx.reply(Done{msg.a.size()});
}
template <class T>
__device__ void widen(const Widen& msg) {
  const auto a = msg.a.read();
  auto floats = msg.floats.write();
  auto integers = msg.integers.write();
  for (uint32_t i = 0; i < a.size(); ++i) {
    const T x = small_of(a[i], T());
    floats[i] = __float_as_uint(widened(x));
    to_integers(x, integers, i);
  }
}
RING_ON(small_floats, Widen) {
  if (msg.is_bfloat16)
    widen<__nv_bfloat16>(msg);
  else
    widen<__half>(msg);
  ctx.reply(Done{msg.a.size()});
}
template <class T>
__device__ void narrow(const Narrow& msg) {
  const auto doubles = msg.doubles.read();
  const auto integers = msg.integers.read();
  auto from_doubles = msg.from_doubles.write(), from_integers = msg.from_integers.write();
  for (uint32_t i = 0; i < doubles.size(); ++i) from_double(doubles[i], T(), from_doubles, i);
  for (uint32_t i = 0; i < integers.size(); ++i) from_integer(integers[i], T(), from_integers, i);
}
RING_ON(small_floats, Narrow) {
  if (msg.is_bfloat16)
    narrow<__nv_bfloat16>(msg);
  else
    narrow<__half>(msg);
  ctx.reply(Done{msg.doubles.size()});
}
