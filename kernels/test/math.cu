// CUDA's math functions called with integers and with mixed types: the overload, and its value.
#include <ring_kernel.cuh>
#include <cmath>

struct Ask {
  int32_t two;
};

struct Promoted {
  double powers[4];
  double roots[3];
  double others[10];
  float stays_float[3];
  int64_t rounded[4];
  bool tests[4];
};

struct Bounds {
  uint32_t of_int_and_unsigned[2];
  uint64_t of_long_longs[2];
  double of_floats[4];
  int64_t of_longs[2];
};

namespace {
template <class Expected, class Found>
constexpr bool is = false;
template <class T>
constexpr bool is<T, T> = true;
}  // namespace
#define HAS_TYPE(type, expression) static_assert(is<type, decltype(expression)>, #expression)

HAS_TYPE(double, pow(2, 10));
HAS_TYPE(double, pow(2.0f, 10));
HAS_TYPE(double, pow(2.0f, 10.0));
HAS_TYPE(float, pow(2.0f, 10.0f));
HAS_TYPE(double, sqrt(4));
HAS_TYPE(double, sqrt(4ull));
HAS_TYPE(float, sqrt(4.0f));
HAS_TYPE(double, std::atan2(1, 1.0f));
HAS_TYPE(double, fma(1, 2.0f, 3.0f));
HAS_TYPE(float, fmax(1.0f, 2.0f));
HAS_TYPE(double, fmax(1.0f, 2));
HAS_TYPE(int, abs(-1));
HAS_TYPE(float, abs(-1.0f));
HAS_TYPE(int, min(1, 2));
HAS_TYPE(int, min(short(1), 2));
HAS_TYPE(unsigned, min(1, 2u));
HAS_TYPE(long, max(1l, 2l));
HAS_TYPE(unsigned long long, max(1ll, 2ull));
HAS_TYPE(double, max(1.0f, 2.0));
HAS_TYPE(float, max(1.0f, 2.0f));

RING_KERNEL(math);
RING_OUTPUT(math, promoted, Promoted);
RING_OUTPUT(math, bounds, Bounds);
RING_ON(math, Ask) {
  const int two = msg.two;
  const float half = 0.5f;
  int exponent = 0;
  const double mantissa = frexp(two * 5, &exponent);
  ctx.emit(promoted, Promoted{{pow(two, 10), pow(two, -1), pow(2.0f, two), pow(half, 2.0)},
                              {sqrt(two * 2), cbrt(two * 4), hypot(two + 1, 4)},
                              {floor(two), fabs(-two), exp(two - 2), log2(two), fmod(7, two), atan2(two - 2, 1.0f),
                               fma(two, 3, half), ldexp(two, 3), mantissa, copysign(two, -1.0f)},
                              {sqrt(half * 8), pow(half, half * 4), fmin(half, NAN)},
                              {lround(2.5), llround(-2.5f), llrint(2.5), ilogb(two * 4)},
                              {isnan(two), isfinite(two), signbit(-two), isinf(two)}});
  ctx.emit(bounds, Bounds{{min(-1, 7u), max(-1, 7u)},
                          {min(-1ll, 7ull), max(1ll, 7ull)},
                          {min(1.5f, 2.5), max(1.5f, 2.5), min(2.5, half), max(static_cast<double>(NAN), half)},
                          {min(3l, 4l), max(two, -5)}});
}
