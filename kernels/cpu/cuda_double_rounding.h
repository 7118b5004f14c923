// CUDA's double arithmetic with the rounding in its names: _rd down, _ru up, _rz to zero (_rn is cuda_rounding.h); and
// forms of float's that only name it otherwise.
//
// Runs on the CPU device only (Clang, wasm32). WebAssembly rounds to nearest only, and errors of doubles do not fit in
// a double near zero: the exact result is computed in integers, and rounded once.
#pragma once

#include "cuda_rounding.h"
#include "cuda_vectors.h"

namespace ring::detail {
using wide = unsigned __int128;

/// ± mantissa × 2^exponent; a finite number. Where it was cut off, the lowest bit is set ("jammed"): rounding sees that
/// something is below.
struct exact {
  bool is_negative;
  wide mantissa;
  int exponent;
};

inline exact unpack(double x) {
  const auto bits = __builtin_bit_cast(unsigned long long, x);
  const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
  const unsigned long long fraction = bits & ((1ull << 52) - 1);
  return {bits >> 63 != 0, exponent == 0 ? fraction : fraction | 1ull << 52, (exponent == 0 ? 1 : exponent) - 1075};
}
inline int highest_bit(wide x) {
  const auto high = static_cast<unsigned long long>(x >> 64);
  return high != 0 ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll(static_cast<unsigned long long>(x));
}
inline wide shift_right_jammed(wide x, int count) {
  if (count <= 0) return x;
  if (count > 127) return x != 0;
  return x >> count | ((x & ((wide{1} << count) - 1)) != 0);
}
/// So that the highest bit is bit `top`. Not of zero.
inline exact normalize(exact x, int top) {
  const int shift = top - highest_bit(x.mantissa);
  const wide mantissa = shift >= 0 ? x.mantissa << shift : shift_right_jammed(x.mantissa, -shift);
  return {x.is_negative, mantissa, x.exponent - shift};
}

/// Not of zero.
template <rounding mode>
inline double pack(exact x) {
  constexpr double largest = 0x1.fffffffffffffp1023;
  const exact at_62 = normalize(x, 62);
  const int exponent = at_62.exponent + 62;
  const int lost = 10 + (exponent < -1022 ? -1022 - exponent : 0);
  const bool is_away = mode == rounding::up ? !x.is_negative : mode == rounding::down && x.is_negative;
  const double sign = x.is_negative ? -1.0 : 1.0;
  if (exponent > 1023) return sign * (is_away ? __builtin_inf() : largest);
  const auto bits = static_cast<unsigned long long>(at_62.mantissa);
  auto kept = lost > 63 ? 0 : bits >> lost;
  const bool is_exact = kept << (lost > 63 ? 0 : lost) == bits;
  if (!is_exact && is_away) ++kept;
  // The implicit bit, or a carry, adds one to the exponent.
  const auto magnitude = exponent < -1022 ? kept : (static_cast<unsigned long long>(exponent + 1022) << 52) + kept;
  return __builtin_copysign(__builtin_bit_cast(double, magnitude), sign);
}

/// Of a sum that is exactly zero: -0 where both are, and in rounding down unless both are +0.
template <rounding mode>
inline double zero_sum(bool is_a_negative, bool is_b_negative) {
  return (mode == rounding::down ? is_a_negative || is_b_negative : is_a_negative && is_b_negative) ? -0.0 : 0.0;
}

template <rounding mode>
inline double add_exact(exact a, exact b) {
  if (a.mantissa == 0 && b.mantissa == 0) return zero_sum<mode>(a.is_negative, b.is_negative);
  if (a.mantissa == 0) return pack<mode>(b);
  if (b.mantissa == 0) return pack<mode>(a);
  exact high = normalize(a, 125), low = normalize(b, 125);
  if (high.exponent < low.exponent) {
    const exact swapped = high;
    high = low;
    low = swapped;
  }
  // At most 106 bits are in use: what is jammed lies far below, unless exponents are so near that nothing is.
  low.mantissa = shift_right_jammed(low.mantissa, high.exponent - low.exponent);
  if (high.is_negative == low.is_negative)
    return pack<mode>({high.is_negative, high.mantissa + low.mantissa, high.exponent});
  if (high.mantissa == low.mantissa) return zero_sum<mode>(true, false);
  if (high.mantissa > low.mantissa) return pack<mode>({high.is_negative, high.mantissa - low.mantissa, high.exponent});
  return pack<mode>({low.is_negative, low.mantissa - high.mantissa, high.exponent});
}

inline bool are_finite(double x, double y) { return __builtin_isfinite(x) && __builtin_isfinite(y); }
inline exact multiply_exact(double x, double y) {
  const exact a = unpack(x), b = unpack(y);
  return {a.is_negative != b.is_negative, a.mantissa * b.mantissa, a.exponent + b.exponent};
}

template <rounding mode>
inline double add_double(double x, double y) {
  if (!are_finite(x, y)) return x + y;
  return add_exact<mode>(unpack(x), unpack(y));
}
template <rounding mode>
inline double multiply_double(double x, double y) {
  if (!are_finite(x, y) || x == 0 || y == 0) return x * y;
  return pack<mode>(multiply_exact(x, y));
}
template <rounding mode>
inline double multiply_add_double(double x, double y, double z) {
  if (!are_finite(x, y) || !__builtin_isfinite(z)) return __builtin_fma(x, y, z);
  return add_exact<mode>(multiply_exact(x, y), unpack(z));
}
template <rounding mode>
inline double divide_double(double x, double y) {
  if (!are_finite(x, y) || x == 0 || y == 0) return x / y;
  const exact a = normalize(unpack(x), 126), b = normalize(unpack(y), 62);
  const wide quotient = a.mantissa / b.mantissa, rest = a.mantissa % b.mantissa;
  return pack<mode>({a.is_negative != b.is_negative, quotient | (rest != 0), a.exponent - b.exponent});
}
/// Of a number from 1 to 4, whose root's error is exact; a root is never denormal.
template <rounding mode>
inline double root_double(double x) {
  if (!(x > 0) || !__builtin_isfinite(x)) return __builtin_sqrt(x);
  const exact bits = unpack(x);
  const int exponent = (highest_bit(bits.mantissa) + bits.exponent) & ~1;
  const double scaled = scalbn(x, -exponent), root = __builtin_sqrt(scaled);
  return scalbn(round_to<mode, double>(root, __builtin_fma(-root, root, scaled)), exponent / 2);
}
}  // namespace ring::detail

#define RING_ROUNDED(suffix_, mode_)                                                                          \
  inline double __dadd_##suffix_(double x, double y) { return ::ring::detail::add_double<mode_>(x, y); }      \
  inline double __dsub_##suffix_(double x, double y) { return ::ring::detail::add_double<mode_>(x, -y); }     \
  inline double __dmul_##suffix_(double x, double y) { return ::ring::detail::multiply_double<mode_>(x, y); } \
  inline double __ddiv_##suffix_(double x, double y) { return ::ring::detail::divide_double<mode_>(x, y); }   \
  inline double __drcp_##suffix_(double x) { return ::ring::detail::divide_double<mode_>(1, x); }             \
  inline double __dsqrt_##suffix_(double x) { return ::ring::detail::root_double<mode_>(x); }                 \
  inline double __fma_##suffix_(double x, double y, double z) {                                               \
    return ::ring::detail::multiply_add_double<mode_>(x, y, z);                                               \
  }
RING_ROUNDED(rd, ::ring::detail::rounding::down)
RING_ROUNDED(ru, ::ring::detail::rounding::up)
RING_ROUNDED(rz, ::ring::detail::rounding::zero)
#undef RING_ROUNDED
#define RING_FLOAT_FORMS(suffix_)                                                                     \
  inline float __fmaf_ieee_##suffix_(float x, float y, float z) { return __fmaf_##suffix_(x, y, z); } \
  inline float2 __fadd2_##suffix_(float2 a, float2 b) {                                               \
    return {__fadd_##suffix_(a.x, b.x), __fadd_##suffix_(a.y, b.y)};                                  \
  }                                                                                                   \
  inline float2 __fmul2_##suffix_(float2 a, float2 b) {                                               \
    return {__fmul_##suffix_(a.x, b.x), __fmul_##suffix_(a.y, b.y)};                                  \
  }                                                                                                   \
  inline float2 __ffma2_##suffix_(float2 a, float2 b, float2 c) {                                     \
    return {__fmaf_##suffix_(a.x, b.x, c.x), __fmaf_##suffix_(a.y, b.y, c.y)};                        \
  }
RING_FLOAT_FORMS(rn)
RING_FLOAT_FORMS(rd)
RING_FLOAT_FORMS(ru)
RING_FLOAT_FORMS(rz)
#undef RING_FLOAT_FORMS
