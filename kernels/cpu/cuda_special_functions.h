// CUDA's math functions that C has not: of π, of several coordinates, of the normal distribution, and Bessel's.
//
// Runs on the CPU device only (Clang, wasm32). Float versions compute in double and round once.
#pragma once

#include "cuda_casts.h"
#include "cuda_math.h"

extern "C" {
double j0(double x);
double j1(double x);
double jn(int n, double x);
double y0(double x);
double y1(double x);
double yn(int n, double x);
}

namespace ring::detail {
/// Of π x, whose multiples of a half come out exactly.
inline void sincos_of_pi(double x, double* sine, double* cosine) {
  const double turn = fmod(x, 2.0), quarters = rint(2 * turn), angle = M_PI * (turn - quarters / 2);
  double s, c;
  ::sincos(angle, &s, &c);
  // Not of NaN, which goes through s and c.
  const int quadrant = turn == turn ? static_cast<int>(quarters) & 3 : 0;
  *sine = quadrant == 0 ? s : quadrant == 1 ? c : quadrant == 2 ? -s : -c;
  *cosine = quadrant == 0 ? c : quadrant == 1 ? -s : quadrant == 2 ? -c : s;
  if (*sine == 0) *sine = copysign(0.0, x);
  if (*cosine == 0) *cosine = 0;
}

/// In steps of one exponent, so that no square overflows or vanishes.
inline double norm_of(int count, const double* values) {
  double largest = 0;
  for (int i = 0; i < count; ++i) {
    if (__builtin_isinf(values[i])) return INFINITY;
    if (largest == largest && !(fabs(values[i]) <= largest)) largest = fabs(values[i]);  // NaN stays
  }
  if (largest == 0 || largest != largest) return largest;
  const int exponent = ilogb(largest);
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    const double scaled = scalbn(values[i], -exponent);
    sum = __builtin_fma(scaled, scaled, sum);
  }
  return scalbn(sqrt(sum), exponent);
}
inline float norm_of(int count, const float* values) {
  double sum = 0;
  bool is_infinite = false;
  for (int i = 0; i < count; ++i) {
    is_infinite |= __builtin_isinf(values[i]);
    sum += static_cast<double>(values[i]) * values[i];
  }
  return is_infinite ? INFINITY : static_cast<float>(sqrt(sum));
}

/// The y with erfc(y) = q, for q from 0 to 1/2: Winitzki's approximation, made exact by Halley's method.
inline double solve_erfc(double q) {
  constexpr double a = 0.147;
  const double l = log(q * (2 - q)), t = 2 / (M_PI * a) + l / 2;
  double y = sqrt(sqrt(t * t - l / a) - t);
  for (int i = 0; i < 4; ++i) {
    const double step = (q - erfc(y)) / (M_2_SQRTPI * exp(-y * y));
    y -= step / (1 + y * step);
  }
  return y;
}
/// The y with erf(y) = x, for x from 0 to 1/2.
inline double solve_erf(double x) {
  double y = x / M_2_SQRTPI;
  for (int i = 0; i < 4; ++i) {
    const double step = (erf(y) - x) / (M_2_SQRTPI * exp(-y * y));
    y -= step / (1 + y * step);
  }
  return y;
}
/// exp(x²), with the square's rounding error.
inline double exp_of_square(double x) {
  const double square = x * x;
  const double power = exp(square);
  return __builtin_isfinite(power) ? power + power * __builtin_fma(x, x, -square) : power;
}
/// Modified Bessel functions of the first kind, order 0 or 1: the power series, or Hankel's expansion for large x.
inline double bessel_i(int order, double x) {
  const double size = fabs(x), sign = order == 1 && x < 0 ? -1 : 1;
  double sum = 1, term = 1;
  if (size <= 20) {
    for (int k = 1; k < 100 && term > sum * 0x1p-55; ++k) sum += term *= size * size / 4 / k / (k + order);
    return sign * (order == 1 ? size / 2 * sum : sum);
  }
  for (int k = 1; k < 100 && fabs(term) > 0x1p-55; ++k) {
    const double odd = 2 * k - 1;
    sum += term *= (odd * odd - 4 * order) / (8 * size * k);
  }
  const double half = exp(size / 2);
  return __builtin_isinf(size) ? sign * size : sign * (half / sqrt(2 * M_PI * size) * sum) * half;
}
}  // namespace ring::detail

inline void sincospi(double x, double* s, double* c) { ::ring::detail::sincos_of_pi(x, s, c); }
inline double sinpi(double x) {
  double s, c;
  ::ring::detail::sincos_of_pi(x, &s, &c);
  return s;
}
inline double cospi(double x) {
  double s, c;
  ::ring::detail::sincos_of_pi(x, &s, &c);
  return c;
}
inline double rcbrt(double x) { return 1 / cbrt(x); }
inline double erfinv(double x) {
  if (!(fabs(x) < 1)) return fabs(x) == 1 ? copysign(static_cast<double>(INFINITY), x) : NAN;
  if (x == 0) return x;
  return copysign(fabs(x) <= 0.5 ? ::ring::detail::solve_erf(fabs(x)) : ::ring::detail::solve_erfc(1 - fabs(x)), x);
}
inline double erfcinv(double x) {
  if (!(x > 0 && x < 2)) return x == 0 ? INFINITY : (x == 2 ? -INFINITY : NAN);
  if (x <= 0.5) return ::ring::detail::solve_erfc(x);
  return x < 1.5 ? erfinv(1 - x) : -::ring::detail::solve_erfc(2 - x);
}
inline double normcdfinv(double p) { return -M_SQRT2 * erfcinv(2 * p); }
/// erfc amplifies the rounding of its argument: its derivative corrects for that.
inline double normcdf(double x) {
  constexpr double rest_of_root = -0x1.bdd3413b26456p-55;
  const double argument = -x * M_SQRT1_2;
  if (!__builtin_isfinite(argument)) return erfc(argument) / 2;
  const double error = __builtin_fma(-x, M_SQRT1_2, -argument) - x * rest_of_root;
  return (erfc(argument) - error * M_2_SQRTPI * exp(-argument * argument)) / 2;
}
/// exp(x²) erfc(x)
inline double erfcx(double x) {
  if (x < 0) return 2 * ::ring::detail::exp_of_square(x) - (x < -7 ? 0 : erfcx(-x));
  if (x < 10) return ::ring::detail::exp_of_square(x) * erfc(x);
  double sum = 1, term = 1;
  for (int k = 1; k <= 16; ++k) sum += term *= -(2 * k - 1) / (2 * x * x);
  return sum * (M_2_SQRTPI / 2) / x;
}
inline double cyl_bessel_i0(double x) { return ::ring::detail::bessel_i(0, x); }
inline double cyl_bessel_i1(double x) { return ::ring::detail::bessel_i(1, x); }
inline double fdivide(double x, double y) { return x / y; }
inline double nan(const char*) { return __builtin_nan(""); }
inline float nanf(const char*) { return __builtin_nanf(""); }
inline double scalbln(double x, long n) { return scalbn(x, static_cast<int>(n)); }
inline float scalblnf(float x, long n) { return scalbnf(x, static_cast<int>(n)); }
inline float scalbln(float x, long n) { return scalblnf(x, n); }
inline float exp10(float x) { return exp10f(x); }

#define RING_NORMS(suffix_, type_)                                                                                   \
  inline type_ norm##suffix_(int count, const type_* values) { return ::ring::detail::norm_of(count, values); }      \
  inline type_ rnorm##suffix_(int count, const type_* values) { return 1 / ::ring::detail::norm_of(count, values); } \
  inline type_ norm3d##suffix_(type_ a, type_ b, type_ c) {                                                          \
    const type_ values[] = {a, b, c};                                                                                \
    return ::ring::detail::norm_of(3, values);                                                                       \
  }                                                                                                                  \
  inline type_ norm4d##suffix_(type_ a, type_ b, type_ c, type_ d) {                                                 \
    const type_ values[] = {a, b, c, d};                                                                             \
    return ::ring::detail::norm_of(4, values);                                                                       \
  }                                                                                                                  \
  inline type_ rnorm3d##suffix_(type_ a, type_ b, type_ c) { return 1 / norm3d##suffix_(a, b, c); }                  \
  inline type_ rnorm4d##suffix_(type_ a, type_ b, type_ c, type_ d) { return 1 / norm4d##suffix_(a, b, c, d); }      \
  inline type_ rhypot##suffix_(type_ x, type_ y) { return 1 / hypot##suffix_(x, y); }
RING_NORMS(, double)
RING_NORMS(f, float)
#undef RING_NORMS

#define RING_FLOAT_OF_DOUBLE(name_)                                                            \
  inline float name_##f(float x) { return static_cast<float>(name_(static_cast<double>(x))); } \
  inline float name_(float x) { return name_##f(x); }
RING_FLOAT_OF_DOUBLE(sinpi)
RING_FLOAT_OF_DOUBLE(cospi)
RING_FLOAT_OF_DOUBLE(rcbrt)
RING_FLOAT_OF_DOUBLE(erfinv)
RING_FLOAT_OF_DOUBLE(erfcinv)
RING_FLOAT_OF_DOUBLE(normcdf)
RING_FLOAT_OF_DOUBLE(normcdfinv)
RING_FLOAT_OF_DOUBLE(erfcx)
RING_FLOAT_OF_DOUBLE(cyl_bessel_i0)
RING_FLOAT_OF_DOUBLE(cyl_bessel_i1)
RING_FLOAT_OF_DOUBLE(j0)
RING_FLOAT_OF_DOUBLE(j1)
RING_FLOAT_OF_DOUBLE(y0)
RING_FLOAT_OF_DOUBLE(y1)
#undef RING_FLOAT_OF_DOUBLE
inline float jnf(int n, float x) { return static_cast<float>(jn(n, static_cast<double>(x))); }
inline float jn(int n, float x) { return jnf(n, x); }
inline float ynf(int n, float x) { return static_cast<float>(yn(n, static_cast<double>(x))); }
inline float yn(int n, float x) { return ynf(n, x); }
inline void sincospif(float x, float* s, float* c) {
  double sine, cosine;
  ::ring::detail::sincos_of_pi(x, &sine, &cosine);
  *s = static_cast<float>(sine);
  *c = static_cast<float>(cosine);
}
inline void sincospi(float x, float* s, float* c) { sincospif(x, s, c); }
