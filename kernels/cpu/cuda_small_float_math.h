// Math functions of a small float: see cuda_small_float_types.h. Computed in double and rounded once, where CUDA's go
// through approximations in float.

#define RING_SMALL_MATH(name_, expression_)       \
  inline RING_SMALL h##name_(RING_SMALL a) {      \
    const double x = ::ring::detail::value_of(a); \
    return expression_;                           \
  }                                               \
  inline RING_SMALL2 h2##name_(RING_SMALL2 a) { return {h##name_(a.x), h##name_(a.y)}; }
RING_SMALL_MATH(ceil, ceil(x))
RING_SMALL_MATH(floor, floor(x))
RING_SMALL_MATH(rint, rint(x))
RING_SMALL_MATH(trunc, trunc(x))
RING_SMALL_MATH(sqrt, sqrt(x))
RING_SMALL_MATH(rsqrt, 1 / sqrt(x))
RING_SMALL_MATH(rcp, 1 / x)
RING_SMALL_MATH(exp, exp(x))
RING_SMALL_MATH(exp2, exp2(x))
RING_SMALL_MATH(exp10, exp10(x))
RING_SMALL_MATH(log, log(x))
RING_SMALL_MATH(log2, log2(x))
RING_SMALL_MATH(log10, log10(x))
RING_SMALL_MATH(sin, sin(x))
RING_SMALL_MATH(cos, cos(x))
RING_SMALL_MATH(tanh, tanh(x))
RING_SMALL_MATH(tanh_approx, tanh(x))
#undef RING_SMALL_MATH
