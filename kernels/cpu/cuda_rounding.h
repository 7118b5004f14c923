// CUDA's float arithmetic and conversions with the rounding in their names: _rn to nearest even, _rd down, _ru up, _rz
// to zero. WebAssembly rounds to nearest only; the others come from a double and the exact error of it.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_math.h"

namespace ring::detail {
enum class rounding { nearest, down, up, zero };

/// What lies next to it towards +infinity; not for NaN and +infinity.
inline float next_up(float x) {
  const unsigned bits = __builtin_bit_cast(unsigned, x);
  if (x == 0) return __builtin_bit_cast(float, 1u);
  return __builtin_bit_cast(float, x > 0 ? bits + 1 : bits - 1);
}
inline double next_up(double x) {
  const unsigned long long bits = __builtin_bit_cast(unsigned long long, x);
  if (x == 0) return __builtin_bit_cast(double, 1ull);
  return __builtin_bit_cast(double, x > 0 ? bits + 1 : bits - 1);
}

/// Of the exact value: `value`, and `tail`, which is too small to change it, and of which only the sign counts.
template <rounding mode, class T>
inline T round_to(double value, double tail) {
  const T nearest = static_cast<T>(value);
  if (mode == rounding::nearest || !__builtin_isfinite(value)) return nearest;
  const bool is_above = nearest > value || (nearest == value && tail < 0);
  const bool is_below = nearest < value || (nearest == value && tail > 0);
  const bool goes_down = mode == rounding::down || (mode == rounding::zero && value > 0);
  if (goes_down && is_above) return -next_up(-nearest);
  if (!goes_down && is_below) return next_up(nearest);
  return nearest;
}

/// Knuth's sum of two doubles and its error.
template <rounding mode, class T>
inline T add_to(double x, double y) {
  const double sum = x + y;
  const bool are_plus_zeros = x == 0 && y == 0 && !__builtin_signbit(x) && !__builtin_signbit(y);
  if (mode == rounding::down && sum == 0 && !are_plus_zeros) return static_cast<T>(-0.0);
  const double part = sum - x;
  return round_to<mode, T>(sum, (x - (sum - part)) + (y - part));
}
template <rounding mode>
inline float multiply(float x, float y) {
  return round_to<mode, float>(static_cast<double>(x) * y, 0);
}
template <rounding mode>
inline float divide(float x, float y) {
  const double quotient = static_cast<double>(x) / y;
  const double rest = __builtin_isfinite(quotient) && !__builtin_isinf(y) ? __builtin_fma(-quotient, y, x) : 0;
  return round_to<mode, float>(quotient, y < 0 ? -rest : rest);
}
template <rounding mode>
inline float root(float x) {
  const double result = __builtin_sqrt(static_cast<double>(x));
  return round_to<mode, float>(result, __builtin_isfinite(result) ? __builtin_fma(-result, result, x) : 0);
}
/// The product of two floats is exact in double.
template <rounding mode>
inline float multiply_add(float x, float y, float z) {
  return add_to<mode, float>(static_cast<double>(x) * y, z);
}
/// In two halves, each exact in double; to the nearest at once, because two roundings can differ from one.
template <rounding mode, class T>
inline T from_integer(long long x) {
  if (mode == rounding::nearest) return static_cast<T>(x);
  return add_to<mode, T>(static_cast<double>(x >> 32) * 0x1p32, static_cast<double>(static_cast<unsigned>(x)));
}
template <rounding mode, class T>
inline T from_integer(unsigned long long x) {
  if (mode == rounding::nearest) return static_cast<T>(x);
  return add_to<mode, T>(static_cast<double>(x >> 32) * 0x1p32, static_cast<double>(static_cast<unsigned>(x)));
}

/// CUDA leaves open what becomes of numbers outside of the range; here they saturate, and NaN becomes what PTX's cvt
/// makes of it: 0 for 32 bits of a float, else the highest bit alone.
template <class Integer, class T>
inline Integer saturate_to(T x) {
  constexpr int bits = sizeof(Integer) * 8;
  constexpr bool is_signed = static_cast<Integer>(-1) < 0;
  constexpr auto high_bit = static_cast<Integer>(1ull << (bits - 1));
  constexpr Integer lowest = is_signed ? high_bit : 0;
  if (x != x) return sizeof(T) == 8 || bits == 64 ? high_bit : 0;
  if (x <= static_cast<T>(lowest)) return lowest;
  const T limit = static_cast<T>(1ull << (bits - 1)) * (is_signed ? 1 : 2);
  if (x >= limit) return static_cast<Integer>(~lowest);
  return static_cast<Integer>(x);
}
template <rounding mode, class Integer, class T>
inline Integer to_integer(T x) {
  switch (mode) {
    case rounding::nearest:
      return saturate_to<Integer>(rint(x));
    case rounding::down:
      return saturate_to<Integer>(floor(x));
    case rounding::up:
      return saturate_to<Integer>(ceil(x));
    case rounding::zero:
      return saturate_to<Integer>(trunc(x));
  }
}
}  // namespace ring::detail

#define RING_ROUNDED(suffix_, mode_)                                                                      \
  inline float __fadd_##suffix_(float x, float y) { return ::ring::detail::add_to<mode_, float>(x, y); }  \
  inline float __fsub_##suffix_(float x, float y) { return ::ring::detail::add_to<mode_, float>(x, -y); } \
  inline float __fmul_##suffix_(float x, float y) { return ::ring::detail::multiply<mode_>(x, y); }       \
  inline float __fdiv_##suffix_(float x, float y) { return ::ring::detail::divide<mode_>(x, y); }         \
  inline float __frcp_##suffix_(float x) { return ::ring::detail::divide<mode_>(1, x); }                  \
  inline float __fsqrt_##suffix_(float x) { return ::ring::detail::root<mode_>(x); }                      \
  inline float __fmaf_##suffix_(float x, float y, float z) { return ::ring::detail::multiply_add<mode_>(x, y, z); }
RING_ROUNDED(rd, ::ring::detail::rounding::down)
RING_ROUNDED(ru, ::ring::detail::rounding::up)
RING_ROUNDED(rz, ::ring::detail::rounding::zero)
#undef RING_ROUNDED

inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __frsqrt_rn(float x) { return static_cast<float>(1.0 / sqrt(static_cast<double>(x))); }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dsub_rn(double x, double y) { return x - y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __ddiv_rn(double x, double y) { return x / y; }
inline double __drcp_rn(double x) { return 1.0 / x; }
inline double __dsqrt_rn(double x) { return sqrt(x); }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }

#define RING_CONVERSIONS(suffix_, mode_)                                                                             \
  inline int __float2int_##suffix_(float x) { return ::ring::detail::to_integer<mode_, int>(x); }                    \
  inline unsigned __float2uint_##suffix_(float x) { return ::ring::detail::to_integer<mode_, unsigned>(x); }         \
  inline long long __float2ll_##suffix_(float x) { return ::ring::detail::to_integer<mode_, long long>(x); }         \
  inline unsigned long long __float2ull_##suffix_(float x) {                                                         \
    return ::ring::detail::to_integer<mode_, unsigned long long>(x);                                                 \
  }                                                                                                                  \
  inline int __double2int_##suffix_(double x) { return ::ring::detail::to_integer<mode_, int>(x); }                  \
  inline unsigned __double2uint_##suffix_(double x) { return ::ring::detail::to_integer<mode_, unsigned>(x); }       \
  inline long long __double2ll_##suffix_(double x) { return ::ring::detail::to_integer<mode_, long long>(x); }       \
  inline unsigned long long __double2ull_##suffix_(double x) {                                                       \
    return ::ring::detail::to_integer<mode_, unsigned long long>(x);                                                 \
  }                                                                                                                  \
  inline float __double2float_##suffix_(double x) { return ::ring::detail::round_to<mode_, float>(x, 0); }           \
  inline float __int2float_##suffix_(int x) { return ::ring::detail::round_to<mode_, float>(x, 0); }                 \
  inline float __uint2float_##suffix_(unsigned x) { return ::ring::detail::round_to<mode_, float>(x, 0); }           \
  inline float __ll2float_##suffix_(long long x) { return ::ring::detail::from_integer<mode_, float>(x); }           \
  inline float __ull2float_##suffix_(unsigned long long x) { return ::ring::detail::from_integer<mode_, float>(x); } \
  inline double __ll2double_##suffix_(long long x) { return ::ring::detail::from_integer<mode_, double>(x); }        \
  inline double __ull2double_##suffix_(unsigned long long x) { return ::ring::detail::from_integer<mode_, double>(x); }
RING_CONVERSIONS(rd, ::ring::detail::rounding::down)
RING_CONVERSIONS(ru, ::ring::detail::rounding::up)
RING_CONVERSIONS(rz, ::ring::detail::rounding::zero)
RING_CONVERSIONS(rn, ::ring::detail::rounding::nearest)
#undef RING_CONVERSIONS
inline double __int2double_rn(int x) { return x; }
inline double __uint2double_rn(unsigned x) { return x; }
