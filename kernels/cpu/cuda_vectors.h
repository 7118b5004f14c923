// CUDA's vector types with their alignments, make_ functions, and dim3.
//
// Runs on the CPU device only (Clang, wasm32), where long has 32 bits.
#pragma once

#define RING_VECTOR(type_, scalar_)                                                                \
  struct type_##1 { scalar_ x; };                                                                  \
  struct alignas(2 * sizeof(scalar_)) type_##2 { scalar_ x, y; };                                  \
  struct type_##3 { scalar_ x, y, z; };                                                            \
  struct alignas(sizeof(scalar_) < 4 ? 4 * sizeof(scalar_) : 16) type_##4 { scalar_ x, y, z, w; }; \
  inline constexpr type_##1 make_##type_##1(scalar_ x) { return {x}; }                             \
  inline constexpr type_##2 make_##type_##2(scalar_ x, scalar_ y) { return {x, y}; }               \
  inline constexpr type_##3 make_##type_##3(scalar_ x, scalar_ y, scalar_ z) { return {x, y, z}; } \
  inline constexpr type_##4 make_##type_##4(scalar_ x, scalar_ y, scalar_ z, scalar_ w) { return {x, y, z, w}; }
RING_VECTOR(char, signed char)
RING_VECTOR(uchar, unsigned char)
RING_VECTOR(short, short)
RING_VECTOR(ushort, unsigned short)
RING_VECTOR(int, int)
RING_VECTOR(uint, unsigned)
RING_VECTOR(long, long)
RING_VECTOR(ulong, unsigned long)
RING_VECTOR(longlong, long long)
RING_VECTOR(ulonglong, unsigned long long)
RING_VECTOR(float, float)
RING_VECTOR(double, double)
#undef RING_VECTOR

// CUDA 13's names that say the alignment.
#define RING_ALIGNED_VECTOR(type_, scalar_, align_)                                                               \
  struct alignas(align_) type_##4_##align_##a { scalar_ x, y, z, w; };                                            \
  inline constexpr type_##4_##align_##a make_##type_##4_##align_##a(scalar_ x, scalar_ y, scalar_ z, scalar_ w) { \
    return {x, y, z, w};                                                                                          \
  }
#define RING_ALIGNED_VECTORS(type_, scalar_) \
  RING_ALIGNED_VECTOR(type_, scalar_, 16)    \
  RING_ALIGNED_VECTOR(type_, scalar_, 32)
RING_ALIGNED_VECTORS(long, long)
RING_ALIGNED_VECTORS(ulong, unsigned long)
RING_ALIGNED_VECTORS(longlong, long long)
RING_ALIGNED_VECTORS(ulonglong, unsigned long long)
RING_ALIGNED_VECTORS(double, double)
#undef RING_ALIGNED_VECTORS
#undef RING_ALIGNED_VECTOR

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  constexpr dim3(uint3 size) : x(size.x), y(size.y), z(size.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};
