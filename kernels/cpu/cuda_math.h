// CUDA's math functions over musl's libm: float names (sinf), double names (sin), and C++ overloads for both.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

// One instruction each, so that loops vectorise; fmin and fmax yield the other operand of a NaN.
inline double sqrt(double x) { return __builtin_sqrt(x); }
inline float sqrtf(float x) { return __builtin_sqrtf(x); }
inline float sqrt(float x) { return __builtin_sqrtf(x); }
inline double floor(double x) { return __builtin_floor(x); }
inline float floorf(float x) { return __builtin_floorf(x); }
inline float floor(float x) { return __builtin_floorf(x); }
inline double ceil(double x) { return __builtin_ceil(x); }
inline float ceilf(float x) { return __builtin_ceilf(x); }
inline float ceil(float x) { return __builtin_ceilf(x); }
inline double trunc(double x) { return __builtin_trunc(x); }
inline float truncf(float x) { return __builtin_truncf(x); }
inline float trunc(float x) { return __builtin_truncf(x); }
inline double rint(double x) { return __builtin_rint(x); }
inline float rintf(float x) { return __builtin_rintf(x); }
inline float rint(float x) { return __builtin_rintf(x); }
inline double nearbyint(double x) { return __builtin_nearbyint(x); }
inline float nearbyintf(float x) { return __builtin_nearbyintf(x); }
inline float nearbyint(float x) { return __builtin_nearbyintf(x); }
inline double fabs(double x) { return __builtin_fabs(x); }
inline float fabsf(float x) { return __builtin_fabsf(x); }
inline float fabs(float x) { return __builtin_fabsf(x); }
inline double copysign(double x, double y) { return __builtin_copysign(x, y); }
inline float copysignf(float x, float y) { return __builtin_copysignf(x, y); }
inline float copysign(float x, float y) { return __builtin_copysignf(x, y); }
inline double fmin(double x, double y) { return x != x ? y : (y != y ? x : (x < y ? x : y)); }
inline float fminf(float x, float y) { return x != x ? y : (y != y ? x : (x < y ? x : y)); }
inline float fmin(float x, float y) { return fminf(x, y); }
inline double fmax(double x, double y) { return x != x ? y : (y != y ? x : (x > y ? x : y)); }
inline float fmaxf(float x, float y) { return x != x ? y : (y != y ? x : (x > y ? x : y)); }
inline float fmax(float x, float y) { return fmaxf(x, y); }
/// musl's loses the sign of a product that vanishes beside a zero.
inline double fma(double x, double y, double z) { return z == 0 && x != 0 && y != 0 ? x * y : __builtin_fma(x, y, z); }

#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VAL __builtin_huge_val()
#define M_E 2.71828182845904523536
#define M_LOG2E 1.44269504088896340736
#define M_LOG10E 0.434294481903251827651
#define M_LN2 0.693147180559945309417
#define M_LN10 2.30258509299404568402
#define M_PI 3.14159265358979323846
#define M_PI_2 1.57079632679489661923
#define M_PI_4 0.785398163397448309616
#define M_1_PI 0.318309886183790671538
#define M_2_PI 0.636619772367581343076
#define M_2_SQRTPI 1.12837916709551257390
#define M_SQRT2 1.41421356237309504880
#define M_SQRT1_2 0.707106781186547524401

extern "C" {
double sin(double x);
float sinf(float x);
double cos(double x);
float cosf(float x);
double tan(double x);
float tanf(float x);
double asin(double x);
float asinf(float x);
double acos(double x);
float acosf(float x);
double atan(double x);
float atanf(float x);
double sinh(double x);
float sinhf(float x);
double cosh(double x);
float coshf(float x);
double tanh(double x);
float tanhf(float x);
double asinh(double x);
float asinhf(float x);
double acosh(double x);
float acoshf(float x);
double atanh(double x);
float atanhf(float x);
double exp(double x);
float expf(float x);
double exp2(double x);
float exp2f(float x);
double expm1(double x);
float expm1f(float x);
double log(double x);
float logf(float x);
double log2(double x);
float log2f(float x);
double log10(double x);
float log10f(float x);
double log1p(double x);
float log1pf(float x);
double cbrt(double x);
float cbrtf(float x);
double round(double x);
float roundf(float x);
double erf(double x);
float erff(float x);
double erfc(double x);
float erfcf(float x);
double tgamma(double x);
float tgammaf(float x);
double lgamma(double x);
float lgammaf(float x);
double logb(double x);
float logbf(float x);
double pow(double x, double y);
float powf(float x, float y);
double atan2(double x, double y);
float atan2f(float x, float y);
double fmod(double x, double y);
float fmodf(float x, float y);
double hypot(double x, double y);
float hypotf(float x, float y);
double fdim(double x, double y);
float fdimf(float x, float y);
double remainder(double x, double y);
float remainderf(float x, float y);
double nextafter(double x, double y);
float nextafterf(float x, float y);
float fmaf(float x, float y, float z);
double ldexp(double x, int n);
float ldexpf(float x, int n);
double frexp(double x, int* n);
float frexpf(float x, int* n);
double modf(double x, double* i);
float modff(float x, float* i);
void sincos(double x, double* s, double* c);
void sincosf(float x, float* s, float* c);
double scalbn(double x, int n);
float scalbnf(float x, int n);
double remquo(double x, double y, int* q);
float remquof(float x, float y, int* q);
int ilogb(double x);
int ilogbf(float x);
long lround(double x);
long lroundf(float x);
long long llround(double x);
long long llroundf(float x);
long lrint(double x);
long lrintf(float x);
long long llrint(double x);
long long llrintf(float x);
int abs(int x);
long labs(long x);
long long llabs(long long x);
}

// C++ overloads for float.
inline float sin(float x) { return sinf(x); }
inline float cos(float x) { return cosf(x); }
inline float tan(float x) { return tanf(x); }
inline float asin(float x) { return asinf(x); }
inline float acos(float x) { return acosf(x); }
inline float atan(float x) { return atanf(x); }
inline float sinh(float x) { return sinhf(x); }
inline float cosh(float x) { return coshf(x); }
inline float tanh(float x) { return tanhf(x); }
inline float asinh(float x) { return asinhf(x); }
inline float acosh(float x) { return acoshf(x); }
inline float atanh(float x) { return atanhf(x); }
inline float exp(float x) { return expf(x); }
inline float exp2(float x) { return exp2f(x); }
inline float expm1(float x) { return expm1f(x); }
inline float log(float x) { return logf(x); }
inline float log2(float x) { return log2f(x); }
inline float log10(float x) { return log10f(x); }
inline float log1p(float x) { return log1pf(x); }
inline float cbrt(float x) { return cbrtf(x); }
inline float round(float x) { return roundf(x); }
inline float erf(float x) { return erff(x); }
inline float erfc(float x) { return erfcf(x); }
inline float tgamma(float x) { return tgammaf(x); }
inline float lgamma(float x) { return lgammaf(x); }
inline float logb(float x) { return logbf(x); }
inline float pow(float x, float y) { return powf(x, y); }
inline float atan2(float x, float y) { return atan2f(x, y); }
inline float fmod(float x, float y) { return fmodf(x, y); }
inline float hypot(float x, float y) { return hypotf(x, y); }
inline float fdim(float x, float y) { return fdimf(x, y); }
inline float remainder(float x, float y) { return remainderf(x, y); }
inline float nextafter(float x, float y) { return nextafterf(x, y); }
inline float fma(float x, float y, float z) { return fmaf(x, y, z); }
inline float ldexp(float x, int n) { return ldexpf(x, n); }
inline float scalbn(float x, int n) { return scalbnf(x, n); }
inline float frexp(float x, int* n) { return frexpf(x, n); }
inline float modf(float x, float* i) { return modff(x, i); }
inline float remquo(float x, float y, int* q) { return remquof(x, y, q); }
inline void sincos(float x, float* s, float* c) { sincosf(x, s, c); }
inline int ilogb(float x) { return ilogbf(x); }
inline long lround(float x) { return lroundf(x); }
inline long long llround(float x) { return llroundf(x); }
inline long lrint(float x) { return lrintf(x); }
inline long long llrint(float x) { return llrintf(x); }
inline float abs(float x) { return __builtin_fabsf(x); }
inline double abs(double x) { return __builtin_fabs(x); }
inline long abs(long x) { return x < 0 ? -x : x; }
inline long long abs(long long x) { return x < 0 ? -x : x; }
inline bool isnan(float x) { return __builtin_isnan(x); }
inline bool isnan(double x) { return __builtin_isnan(x); }
inline bool isinf(float x) { return __builtin_isinf(x); }
inline bool isinf(double x) { return __builtin_isinf(x); }
inline bool isfinite(float x) { return __builtin_isfinite(x); }
inline bool isfinite(double x) { return __builtin_isfinite(x); }
inline bool signbit(float x) { return __builtin_signbit(x); }
inline bool signbit(double x) { return __builtin_signbit(x); }

inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float rsqrt(float x) { return rsqrtf(x); }
inline float exp10f(float x) { return powf(10.0f, x); }
inline double exp10(double x) { return pow(10.0, x); }
inline float saturate(float x) { return fminf(fmaxf(x, 0.0f), 1.0f); }
inline float __saturatef(float x) { return saturate(x); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __sinf(float x) { return sinf(x); }
inline float __cosf(float x) { return cosf(x); }
inline float __tanf(float x) { return tanf(x); }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __log2f(float x) { return log2f(x); }
inline float __log10f(float x) { return log10f(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __exp10f(float x) { return exp10f(x); }
inline float __tanhf(float x) { return tanhf(x); }
inline void __sincosf(float x, float* s, float* c) { sincosf(x, s, c); }
inline float fdividef(float x, float y) { return x / y; }

// min and max, the overloads of CUDA: two types that none of them takes are ambiguous there too. NaN yields the other
// operand.
#define RING_MIN_MAX(result_, a_, b_)                                                                             \
  inline constexpr result_ min(a_ a, b_ b) {                                                                      \
    return static_cast<result_>(a) < static_cast<result_>(b) ? static_cast<result_>(a) : static_cast<result_>(b); \
  }                                                                                                               \
  inline constexpr result_ max(a_ a, b_ b) {                                                                      \
    return static_cast<result_>(a) > static_cast<result_>(b) ? static_cast<result_>(a) : static_cast<result_>(b); \
  }
#define RING_MIN_MAX_INTEGERS(signed_, unsigned_) \
  RING_MIN_MAX(signed_, signed_, signed_)         \
  RING_MIN_MAX(unsigned_, unsigned_, unsigned_)   \
  RING_MIN_MAX(unsigned_, signed_, unsigned_)     \
  RING_MIN_MAX(unsigned_, unsigned_, signed_)
RING_MIN_MAX_INTEGERS(int, unsigned)
RING_MIN_MAX_INTEGERS(long, unsigned long)
RING_MIN_MAX_INTEGERS(long long, unsigned long long)
#undef RING_MIN_MAX_INTEGERS
#undef RING_MIN_MAX
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }
inline double min(float a, double b) { return fmin(static_cast<double>(a), b); }
inline double max(float a, double b) { return fmax(static_cast<double>(a), b); }
inline double min(double a, float b) { return fmin(a, static_cast<double>(b)); }
inline double max(double a, float b) { return fmax(a, static_cast<double>(b)); }
inline constexpr unsigned umin(unsigned a, unsigned b) { return min(a, b); }
inline constexpr unsigned umax(unsigned a, unsigned b) { return max(a, b); }
inline constexpr long long llmin(long long a, long long b) { return min(a, b); }
inline constexpr long long llmax(long long a, long long b) { return max(a, b); }
inline constexpr unsigned long long ullmin(unsigned long long a, unsigned long long b) { return min(a, b); }
inline constexpr unsigned long long ullmax(unsigned long long a, unsigned long long b) { return max(a, b); }

#include "cuda_math_promotion.h"
#include "cuda_rounding.h"
