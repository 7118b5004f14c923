// The operators and functions on vectors that NVIDIA's samples bring along in a header of this name: CUDA itself has
// none. Written anew for sources that include it.
#pragma once

#include "ring_cpu.h"

typedef unsigned int uint;
typedef unsigned short ushort;

#if !defined(RING_TYPES_ONLY)

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

// A function, or an operator, of each component.
#define RING_CALL2(f_, a_, b_) {f_(a_.x, b_.x), f_(a_.y, b_.y)}
#define RING_CALL3(f_, a_, b_) {f_(a_.x, b_.x), f_(a_.y, b_.y), f_(a_.z, b_.z)}
#define RING_CALL4(f_, a_, b_) {f_(a_.x, b_.x), f_(a_.y, b_.y), f_(a_.z, b_.z), f_(a_.w, b_.w)}
#define RING_OF2(f_, a_) {f_(a_.x), f_(a_.y)}
#define RING_OF3(f_, a_) {f_(a_.x), f_(a_.y), f_(a_.z)}
#define RING_OF4(f_, a_) {f_(a_.x), f_(a_.y), f_(a_.z), f_(a_.w)}
#define RING_JOIN2(a_, o_, b_) {a_.x o_ b_.x, a_.y o_ b_.y}
#define RING_JOIN3(a_, o_, b_) {a_.x o_ b_.x, a_.y o_ b_.y, a_.z o_ b_.z}
#define RING_JOIN4(a_, o_, b_) {a_.x o_ b_.x, a_.y o_ b_.y, a_.z o_ b_.z, a_.w o_ b_.w}
#define RING_OPERATOR(operator_, type_, scalar_, n_)                                                       \
  inline type_##n_ operator operator_(type_##n_ a, type_##n_ b) { return RING_JOIN##n_(a, operator_, b); } \
  inline type_##n_ operator operator_(type_##n_ a, scalar_ b) { return a operator_ make_##type_##n_(b); }  \
  inline type_##n_ operator operator_(scalar_ a, type_##n_ b) { return make_##type_##n_(a) operator_ b; }  \
  inline void operator operator_## = (type_##n_ & a, type_##n_ b) { a = a operator_ b; }                   \
  inline void operator operator_## = (type_##n_ & a, scalar_ b) { a = a operator_ b; }
#define RING_ARITHMETIC(type_, scalar_, n_, min_, max_)                                         \
  RING_OPERATOR(+, type_, scalar_, n_)                                                          \
  RING_OPERATOR(-, type_, scalar_, n_)                                                          \
  RING_OPERATOR(*, type_, scalar_, n_)                                                          \
  inline type_##n_ min_(type_##n_ a, type_##n_ b) { return RING_CALL##n_(min_, a, b); }         \
  inline type_##n_ max_(type_##n_ a, type_##n_ b) { return RING_CALL##n_(max_, a, b); }         \
  inline type_##n_ clamp(type_##n_ v, type_##n_ a, type_##n_ b) { return max_(a, min_(v, b)); } \
  inline type_##n_ clamp(type_##n_ v, scalar_ a, scalar_ b) {                                   \
    return clamp(v, make_##type_##n_(a), make_##type_##n_(b));                                  \
  }
#define RING_SIGNED(type_, n_) \
  inline type_##n_ operator-(const type_##n_& a) { return RING_OF##n_(-, a); }
#define RING_FLOATS(n_)                                                                   \
  RING_ARITHMETIC(float, float, n_, fminf, fmaxf)                                         \
  RING_OPERATOR(/, float, float, n_)                                                      \
  RING_SIGNED(float, n_)                                                                  \
  inline float##n_ fmodf(float##n_ a, float##n_ b) { return RING_CALL##n_(fmodf, a, b); } \
  inline float##n_ floorf(float##n_ a) { return RING_OF##n_(floorf, a); }                 \
  inline float##n_ fracf(float##n_ a) { return RING_OF##n_(fracf, a); }                   \
  inline float##n_ fabs(float##n_ a) { return RING_OF##n_(fabsf, a); }                    \
  inline float##n_ lerp(float##n_ a, float##n_ b, float t) { return a + t * (b - a); }    \
  inline float##n_ smoothstep(float##n_ a, float##n_ b, float##n_ v) {                    \
    const float##n_ t = clamp((v - a) / (b - a), 0.0f, 1.0f);                             \
    return t * t * (make_float##n_(3.0f) - make_float##n_(2.0f) * t);                     \
  }
RING_FLOATS(2)
RING_FLOATS(3)
RING_FLOATS(4)
#define RING_INTEGERS(n_)                       \
  RING_ARITHMETIC(int, int, n_, min, max)       \
  RING_ARITHMETIC(uint, unsigned, n_, min, max) \
  RING_SIGNED(int, n_)                          \
  inline int##n_ abs(int##n_ a) { return RING_OF##n_(abs, a); }
RING_INTEGERS(2)
RING_INTEGERS(3)
RING_INTEGERS(4)
#undef RING_INTEGERS
#undef RING_FLOATS
#undef RING_SIGNED
#undef RING_ARITHMETIC
#undef RING_OPERATOR
#undef RING_CALL2
#undef RING_CALL3
#undef RING_CALL4
#undef RING_OF2
#undef RING_OF3
#undef RING_OF4
#undef RING_JOIN2
#undef RING_JOIN3
#undef RING_JOIN4

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
#endif
