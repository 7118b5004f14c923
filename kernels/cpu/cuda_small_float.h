// What __half and __nv_bfloat16 are made of: bits to and from double, and arithmetic that rounds once.
//
// Runs on the CPU device only (Clang, wasm32). Double has more than twice the digits of either type, so that a sum,
// product, quotient or root of two of them that is rounded to double and then to the type is as if rounded once
// (Figueroa, "When is double rounding innocuous?"). A fused multiply-add of bfloat16 is not: it goes through rounding
// to odd.
#pragma once

#include "ring_cpu.h"

namespace ring::detail {
struct half_format {
  static constexpr int exponent_bits = 5, fraction_bits = 10;
};
struct bfloat16_format {
  static constexpr int exponent_bits = 8, fraction_bits = 7;
};
template <class Format>
inline constexpr int infinity_bits = ((1 << Format::exponent_bits) - 1) << Format::fraction_bits;
/// Of every operation, as on the device.
inline constexpr unsigned short small_nan = 0x7fff;

template <class Format, rounding mode>
inline unsigned short to_small(double x) {
  constexpr int fraction_bits = Format::fraction_bits, lowest = 2 - (1 << (Format::exponent_bits - 1));
  if (x != x) return small_nan;
  const auto bits = __builtin_bit_cast(unsigned long long, x);
  const bool is_negative = bits >> 63 != 0;
  const int exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
  const unsigned long long mantissa = (bits & ((1ull << 52) - 1)) | (exponent > -1023 ? 1ull << 52 : 0);
  const int above = exponent > lowest ? exponent - lowest : 0;
  int lost = 52 - fraction_bits + (exponent < lowest ? lowest - exponent : 0);
  if (lost > 60) lost = 60;
  const unsigned long long rest = mantissa & ((1ull << lost) - 1), middle = 1ull << (lost - 1);
  int kept = static_cast<int>(mantissa >> lost);
  if (mode == rounding::nearest) kept += rest > middle || (rest == middle && (kept & 1) != 0);
  if (mode == rounding::up) kept += rest != 0 && !is_negative;
  if (mode == rounding::down) kept += rest != 0 && is_negative;
  // The implicit bit, or a carry, adds one to the exponent.
  int magnitude = (above << fraction_bits) + kept;
  if (magnitude >= infinity_bits<Format>) {
    const bool stays =
        mode == rounding::zero || (mode == rounding::up && is_negative) || (mode == rounding::down && !is_negative);
    magnitude = infinity_bits<Format> - (stays && __builtin_isfinite(x));
  }
  return static_cast<unsigned short>(magnitude | (is_negative ? 0x8000 : 0));
}
/// An integer of more than 53 bits keeps, in its lowest bit, whether something was cut off.
template <class Format, rounding mode>
inline unsigned short integer_to_small(unsigned long long magnitude, bool is_negative) {
  const bool is_long = magnitude >> 53 != 0;
  const unsigned long long kept = is_long ? magnitude >> 11 | ((magnitude & 0x7ff) != 0) : magnitude;
  const double value = static_cast<double>(kept) * (is_long ? 2048.0 : 1.0);
  return to_small<Format, mode>(is_negative ? -value : value);
}
template <class Format, rounding mode, class Integer>
inline unsigned short integer_to_small(Integer x) {
  const auto bits = static_cast<unsigned long long>(static_cast<long long>(x));
  const bool is_negative = static_cast<Integer>(-1) < 0 && static_cast<long long>(x) < 0;
  return integer_to_small<Format, mode>(is_negative ? 0 - bits : bits, is_negative);
}

inline float from_small(half_format, unsigned short bits) {
  const unsigned shifted = (bits & 0x7fffu) << 13, sign = (bits & 0x8000u) << 16;
  if (shifted > 0x0f800000u) return __builtin_bit_cast(float, 0x7fffffffu);
  // The exponent's bias is put right by a product, which is exact for denormal numbers too.
  const float magnitude = __builtin_bit_cast(float, shifted) * 0x1p112f;
  const unsigned found = shifted == 0x0f800000u ? 0x7f800000u : __builtin_bit_cast(unsigned, magnitude);
  return __builtin_bit_cast(float, found | sign);
}
inline float from_small(bfloat16_format, unsigned short bits) {
  return __builtin_bit_cast(float, static_cast<unsigned>(bits) << 16);
}

/// x y + z, rounded to odd: what was cut off stays visible in the lowest bit, so that a second rounding is the only one
/// that counts. The product of two small floats is exact.
inline double multiply_add_to_odd(double x, double y, double z) {
  const double product = x * y, sum = product + z;
  if (!__builtin_isfinite(sum)) return sum;
  const double part = sum - product, rest = (product - (sum - part)) + (z - part);
  const auto bits = __builtin_bit_cast(unsigned long long, sum);
  if (rest == 0 || (bits & 1) != 0) return sum;
  return __builtin_bit_cast(double, (rest > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

/// +0 of -0 too; NaN is the other operand of minimum and maximum.
template <class T>
inline T small_min(T a, T b, double x, double y) {
  if (x != x) return b;
  if (y != y || x < y) return a;
  return x == y && __builtin_signbit(x) ? a : b;
}
template <class T>
inline T small_max(T a, T b, double x, double y) {
  if (x != x) return b;
  if (y != y || x > y) return a;
  return x == y && !__builtin_signbit(x) ? a : b;
}
}  // namespace ring::detail
