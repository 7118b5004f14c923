// Math functions called with integers, or with a float and a double: as in <cmath>, all arguments become double. CUDA
// gets these overloads from the host compiler's <cmath>.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_math.h"

namespace ring::detail {
template <bool, class T>
struct when {};
template <class T>
struct when<true, T> {
  using type = T;
};
template <class T>
inline constexpr bool is_number = __is_integral(T);
template <>
inline constexpr bool is_number<float> = true;
template <>
inline constexpr bool is_number<double> = true;

template <class T, class Result = double>
using if_integer = typename when<__is_integral(T), Result>::type;
template <class... T>
using if_numbers = typename when<(is_number<T> && ...), double>::type;
}  // namespace ring::detail

// Where all arguments are float, or all double, the functions of cuda_math.h fit as well and win: they are no
// templates.
#define RING_PROMOTE_1(name_)                       \
  template <class T>                                \
  inline ::ring::detail::if_integer<T> name_(T x) { \
    return name_(static_cast<double>(x));           \
  }
#define RING_PROMOTE_2(name_)                                     \
  template <class T, class U>                                     \
  inline ::ring::detail::if_numbers<T, U> name_(T x, U y) {       \
    return name_(static_cast<double>(x), static_cast<double>(y)); \
  }
RING_PROMOTE_1(sqrt)
RING_PROMOTE_1(floor)
RING_PROMOTE_1(ceil)
RING_PROMOTE_1(trunc)
RING_PROMOTE_1(rint)
RING_PROMOTE_1(nearbyint)
RING_PROMOTE_1(round)
RING_PROMOTE_1(fabs)
RING_PROMOTE_1(sin)
RING_PROMOTE_1(cos)
RING_PROMOTE_1(tan)
RING_PROMOTE_1(asin)
RING_PROMOTE_1(acos)
RING_PROMOTE_1(atan)
RING_PROMOTE_1(sinh)
RING_PROMOTE_1(cosh)
RING_PROMOTE_1(tanh)
RING_PROMOTE_1(asinh)
RING_PROMOTE_1(acosh)
RING_PROMOTE_1(atanh)
RING_PROMOTE_1(exp)
RING_PROMOTE_1(exp2)
RING_PROMOTE_1(expm1)
RING_PROMOTE_1(log)
RING_PROMOTE_1(log2)
RING_PROMOTE_1(log10)
RING_PROMOTE_1(log1p)
RING_PROMOTE_1(logb)
RING_PROMOTE_1(cbrt)
RING_PROMOTE_1(erf)
RING_PROMOTE_1(erfc)
RING_PROMOTE_1(tgamma)
RING_PROMOTE_1(lgamma)
RING_PROMOTE_2(pow)
RING_PROMOTE_2(atan2)
RING_PROMOTE_2(fmod)
RING_PROMOTE_2(hypot)
RING_PROMOTE_2(fdim)
RING_PROMOTE_2(remainder)
RING_PROMOTE_2(nextafter)
RING_PROMOTE_2(copysign)
RING_PROMOTE_2(fmin)
RING_PROMOTE_2(fmax)
#undef RING_PROMOTE_1
#undef RING_PROMOTE_2

template <class T, class U, class V>
inline ::ring::detail::if_numbers<T, U, V> fma(T x, U y, V z) {
  return fma(static_cast<double>(x), static_cast<double>(y), static_cast<double>(z));
}
template <class T>
inline ::ring::detail::if_integer<T> ldexp(T x, int n) {
  return ldexp(static_cast<double>(x), n);
}
template <class T>
inline ::ring::detail::if_integer<T> scalbn(T x, int n) {
  return scalbn(static_cast<double>(x), n);
}
template <class T>
inline ::ring::detail::if_integer<T> frexp(T x, int* n) {
  return frexp(static_cast<double>(x), n);
}
template <class T>
inline ::ring::detail::if_integer<T, int> ilogb(T x) {
  return ilogb(static_cast<double>(x));
}
template <class T>
inline ::ring::detail::if_integer<T, long> lround(T x) {
  return lround(static_cast<double>(x));
}
template <class T>
inline ::ring::detail::if_integer<T, long long> llround(T x) {
  return llround(static_cast<double>(x));
}
template <class T>
inline ::ring::detail::if_integer<T, long> lrint(T x) {
  return lrint(static_cast<double>(x));
}
template <class T>
inline ::ring::detail::if_integer<T, long long> llrint(T x) {
  return llrint(static_cast<double>(x));
}
template <class T>
inline ::ring::detail::if_integer<T, bool> isnan(T) {
  return false;
}
template <class T>
inline ::ring::detail::if_integer<T, bool> isinf(T) {
  return false;
}
template <class T>
inline ::ring::detail::if_integer<T, bool> isfinite(T) {
  return true;
}
template <class T>
inline ::ring::detail::if_integer<T, bool> signbit(T x) {
  return signbit(static_cast<double>(x));
}
