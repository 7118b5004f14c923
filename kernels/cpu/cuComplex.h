// The toolkit's complex numbers: pairs of floats or doubles, x the real part.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

#define RING_COMPLEX(complex_, scalar_, f_, make_)                                                              \
  inline scalar_ cuCreal##f_(complex_ z) { return z.x; }                                                        \
  inline scalar_ cuCimag##f_(complex_ z) { return z.y; }                                                        \
  inline complex_ make_(scalar_ real, scalar_ imaginary) { return {real, imaginary}; }                          \
  inline complex_ cuConj##f_(complex_ z) { return {z.x, -z.y}; }                                                \
  inline complex_ cuCadd##f_(complex_ a, complex_ b) { return {a.x + b.x, a.y + b.y}; }                         \
  inline complex_ cuCsub##f_(complex_ a, complex_ b) { return {a.x - b.x, a.y - b.y}; }                         \
  inline complex_ cuCmul##f_(complex_ a, complex_ b) { return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x}; } \
  /* Scaled, so that no square overflows. */                                                                    \
  inline complex_ cuCdiv##f_(complex_ a, complex_ b) {                                                          \
    const scalar_ scale = 1 / (fabs##f_(b.x) + fabs##f_(b.y));                                                  \
    const complex_ p = {a.x * scale, a.y * scale}, q = {b.x * scale, b.y * scale};                              \
    const scalar_ square = 1 / (q.x * q.x + q.y * q.y);                                                         \
    return {(p.x * q.x + p.y * q.y) * square, (p.y * q.x - p.x * q.y) * square};                                \
  }                                                                                                             \
  inline scalar_ cuCabs##f_(complex_ z) { return hypot##f_(z.x, z.y); }                                         \
  /* a b + c */                                                                                                 \
  inline complex_ cuCfma##f_(complex_ a, complex_ b, complex_ c) {                                              \
    return {a.x * b.x + c.x - a.y * b.y, a.x * b.y + c.y + a.y * b.x};                                          \
  }

typedef float2 cuFloatComplex;
typedef cuFloatComplex cuComplex;
typedef double2 cuDoubleComplex;
RING_COMPLEX(cuFloatComplex, float, f, make_cuFloatComplex)
RING_COMPLEX(cuDoubleComplex, double, , make_cuDoubleComplex)
#undef RING_COMPLEX
inline cuComplex make_cuComplex(float x, float y) { return {x, y}; }
inline cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex z) { return {z.x, z.y}; }
inline cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex z) {
  return {static_cast<float>(z.x), static_cast<float>(z.y)};
}
