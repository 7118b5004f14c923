// The operators and functions on vectors that NVIDIA's samples bring along in a header of this name: CUDA itself has
// none. Written anew for sources that include it.
#pragma once

#include "ring_cpu.h"

typedef unsigned int uint;
typedef unsigned short ushort;

namespace ring::samples {
template <class V, class F>
inline V each2(V a, V b, F f) {
  return {f(a.x, b.x), f(a.y, b.y)};
}
template <class V, class F>
inline V each3(V a, V b, F f) {
  return {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z)};
}
template <class V, class F>
inline V each4(V a, V b, F f) {
  return {f(a.x, b.x), f(a.y, b.y), f(a.z, b.z), f(a.w, b.w)};
}
}  // namespace ring::samples

// make_ from one number, from fewer components, from more, and from another type.
#define RING_MAKE(to_, scalar_)                                              \
  inline to_##2 make_##to_##2(scalar_ s) { return {s, s}; }                  \
  inline to_##2 make_##to_##2(to_##3 a) { return {a.x, a.y}; }               \
  inline to_##2 make_##to_##2(to_##4 a) { return {a.x, a.y}; }               \
  inline to_##3 make_##to_##3(scalar_ s) { return {s, s, s}; }               \
  inline to_##3 make_##to_##3(to_##2 a) { return {a.x, a.y, 0}; }            \
  inline to_##3 make_##to_##3(to_##2 a, scalar_ z) { return {a.x, a.y, z}; } \
  inline to_##3 make_##to_##3(to_##4 a) { return {a.x, a.y, a.z}; }          \
  inline to_##4 make_##to_##4(scalar_ s) { return {s, s, s, s}; }            \
  inline to_##4 make_##to_##4(to_##3 a) { return {a.x, a.y, a.z, 0}; }       \
  inline to_##4 make_##to_##4(to_##3 a, scalar_ w) { return {a.x, a.y, a.z, w}; }
RING_MAKE(float, float)
RING_MAKE(int, int)
RING_MAKE(uint, unsigned)
#undef RING_MAKE
#define RING_CONVERT(to_, scalar_, from_)                                                                    \
  inline to_##2 make_##to_##2(from_##2 a) { return {static_cast<scalar_>(a.x), static_cast<scalar_>(a.y)}; } \
  inline to_##3 make_##to_##3(from_##3 a) {                                                                  \
    return {static_cast<scalar_>(a.x), static_cast<scalar_>(a.y), static_cast<scalar_>(a.z)};                \
  }                                                                                                          \
  inline to_##4 make_##to_##4(from_##4 a) {                                                                  \
    return {static_cast<scalar_>(a.x), static_cast<scalar_>(a.y), static_cast<scalar_>(a.z),                 \
            static_cast<scalar_>(a.w)};                                                                      \
  }
RING_CONVERT(float, float, int)
RING_CONVERT(float, float, uint)
RING_CONVERT(int, int, float)
RING_CONVERT(int, int, uint)
RING_CONVERT(uint, unsigned, int)
RING_CONVERT(uint, unsigned, float)
#undef RING_CONVERT

inline float lerp(float a, float b, float t) { return a + t * (b - a); }
inline float clamp(float f, float a, float b) { return fmaxf(a, fminf(f, b)); }
inline int clamp(int f, int a, int b) { return max(a, min(f, b)); }
inline unsigned clamp(unsigned f, unsigned a, unsigned b) { return max(a, min(f, b)); }
inline float fracf(float v) { return v - floorf(v); }
inline float smoothstep(float a, float b, float x) {
  const float y = clamp((x - a) / (b - a), 0.0f, 1.0f);
  return y * y * (3.0f - 2.0f * y);
}

/// `expression_` of the components x of a and y of b.
#define RING_EACH(n_, a_, b_, expression_) \
  ::ring::samples::each##n_(a_, b_, []([[maybe_unused]] auto x, [[maybe_unused]] auto y) { return expression_; })
#define RING_OPERATOR(operator_, type_, scalar_, n_)                                                           \
  inline type_##n_ operator operator_(type_##n_ a, type_##n_ b) { return RING_EACH(n_, a, b, x operator_ y); } \
  inline type_##n_ operator operator_(type_##n_ a, scalar_ b) { return a operator_ make_##type_##n_(b); }      \
  inline type_##n_ operator operator_(scalar_ a, type_##n_ b) { return make_##type_##n_(a) operator_ b; }      \
  inline void operator operator_## = (type_##n_ & a, type_##n_ b) { a = a operator_ b; }                       \
  inline void operator operator_## = (type_##n_ & a, scalar_ b) { a = a operator_ b; }
#define RING_ARITHMETIC(type_, scalar_, n_)                             \
  RING_OPERATOR(+, type_, scalar_, n_)                                  \
  RING_OPERATOR(-, type_, scalar_, n_)                                  \
  RING_OPERATOR(*, type_, scalar_, n_)                                  \
  inline type_##n_ clamp(type_##n_ v, type_##n_ a, type_##n_ b) {       \
    return RING_EACH(n_, a, RING_EACH(n_, v, b, min(x, y)), max(x, y)); \
  }                                                                     \
  inline type_##n_ clamp(type_##n_ v, scalar_ a, scalar_ b) {           \
    return clamp(v, make_##type_##n_(a), make_##type_##n_(b));          \
  }
#define RING_SIGNED(type_, n_) \
  inline type_##n_ operator-(const type_##n_& a) { return RING_EACH(n_, a, a, -x); }
#define RING_OF_INTEGERS(type_, n_)                                                         \
  inline type_##n_ min(type_##n_ a, type_##n_ b) { return RING_EACH(n_, a, b, min(x, y)); } \
  inline type_##n_ max(type_##n_ a, type_##n_ b) { return RING_EACH(n_, a, b, max(x, y)); }
#define RING_OF_FLOATS(n_)                                                                      \
  RING_ARITHMETIC(float, float, n_)                                                             \
  RING_OPERATOR(/, float, float, n_)                                                            \
  RING_SIGNED(float, n_)                                                                        \
  inline float##n_ fminf(float##n_ a, float##n_ b) { return RING_EACH(n_, a, b, fminf(x, y)); } \
  inline float##n_ fmaxf(float##n_ a, float##n_ b) { return RING_EACH(n_, a, b, fmaxf(x, y)); } \
  inline float##n_ fmodf(float##n_ a, float##n_ b) { return RING_EACH(n_, a, b, fmodf(x, y)); } \
  inline float##n_ floorf(float##n_ a) { return RING_EACH(n_, a, a, floorf(x)); }               \
  inline float##n_ fracf(float##n_ a) { return RING_EACH(n_, a, a, fracf(x)); }                 \
  inline float##n_ fabs(float##n_ a) { return RING_EACH(n_, a, a, fabsf(x)); }                  \
  inline float##n_ lerp(float##n_ a, float##n_ b, float t) { return a + t * (b - a); }          \
  inline float##n_ smoothstep(float##n_ a, float##n_ b, float##n_ v) {                          \
    const float##n_ t = clamp((v - a) / (b - a), 0.0f, 1.0f);                                   \
    return t * t * (make_float##n_(3.0f) - make_float##n_(2.0f) * t);                           \
  }
RING_OF_FLOATS(2)
RING_OF_FLOATS(3)
RING_OF_FLOATS(4)
#define RING_ALL_INTEGERS(n_)         \
  RING_ARITHMETIC(int, int, n_)       \
  RING_ARITHMETIC(uint, unsigned, n_) \
  RING_SIGNED(int, n_)                \
  RING_OF_INTEGERS(int, n_)           \
  RING_OF_INTEGERS(uint, n_)          \
  inline int##n_ abs(int##n_ a) { return RING_EACH(n_, a, a, abs(x)); }
RING_ALL_INTEGERS(2)
RING_ALL_INTEGERS(3)
RING_ALL_INTEGERS(4)
#undef RING_ALL_INTEGERS
#undef RING_OF_FLOATS
#undef RING_OF_INTEGERS
#undef RING_SIGNED
#undef RING_ARITHMETIC
#undef RING_OPERATOR
#undef RING_EACH

#define RING_DOT(type_, scalar_)                                                           \
  inline scalar_ dot(type_##2 a, type_##2 b) { return a.x * b.x + a.y * b.y; }             \
  inline scalar_ dot(type_##3 a, type_##3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; } \
  inline scalar_ dot(type_##4 a, type_##4 b) { return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w; }
RING_DOT(float, float)
RING_DOT(int, int)
RING_DOT(uint, unsigned)
#undef RING_DOT
#define RING_LENGTH(n_)                                         \
  inline float length(float##n_ v) { return sqrtf(dot(v, v)); } \
  inline float##n_ normalize(float##n_ v) { return v * rsqrtf(dot(v, v)); }
RING_LENGTH(2)
RING_LENGTH(3)
RING_LENGTH(4)
#undef RING_LENGTH
inline float3 reflect(float3 i, float3 n) { return i - 2.0f * n * dot(n, i); }
inline float3 cross(float3 a, float3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
