// CUDA's qualifiers, types and functions.
//
// Runs on the CPU device only (Clang, wasm32). Math comes from musl's libm, which rounds within 1 ulp; `__fooff` fast
// intrinsics are the accurate functions.
#pragma once

#include "ring_cpu.h"

#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __launch_bounds__(...)
#define __constant__ static const
#define __shared__ thread_local
#define __align__(n) __attribute__((aligned(n)))

#include "cuda_threads.h"

#define RING_VECTOR(type_, scalar_, name_)                                                         \
  struct type_##1 { scalar_ x; };                                                                  \
  inline constexpr type_##1 make_##type_##1(scalar_ x) { return {x}; }                             \
  struct alignas(2 * sizeof(scalar_)) type_##2 { scalar_ x, y; };                                  \
  struct alignas(sizeof(scalar_) < 4 ? 4 * sizeof(scalar_) : 16) type_##4 { scalar_ x, y, z, w; }; \
  inline constexpr type_##2 make_##type_##2(scalar_ x, scalar_ y) { return {x, y}; }               \
  inline constexpr type_##4 make_##type_##4(scalar_ x, scalar_ y, scalar_ z, scalar_ w) { return {x, y, z, w}; }
#define RING_VECTOR3(type_, scalar_)    \
  struct type_##3 { scalar_ x, y, z; }; \
  inline constexpr type_##3 make_##type_##3(scalar_ x, scalar_ y, scalar_ z) { return {x, y, z}; }
RING_VECTOR(char, signed char, _)
RING_VECTOR(uchar, unsigned char, _)
RING_VECTOR(short, short, _)
RING_VECTOR(ushort, unsigned short, _)
RING_VECTOR(int, int, _)
RING_VECTOR(uint, unsigned, _)
RING_VECTOR(longlong, long long, _)
RING_VECTOR(ulonglong, unsigned long long, _)
RING_VECTOR(float, float, _)
RING_VECTOR(double, double, _)
RING_VECTOR3(char, signed char)
RING_VECTOR3(uchar, unsigned char)
RING_VECTOR3(short, short)
RING_VECTOR3(ushort, unsigned short)
RING_VECTOR3(int, int)
RING_VECTOR3(longlong, long long)
RING_VECTOR3(ulonglong, unsigned long long)
RING_VECTOR3(float, float)
RING_VECTOR3(double, double)
inline constexpr uint3 make_uint3(unsigned x, unsigned y, unsigned z) { return {x, y, z}; }
#undef RING_VECTOR
#undef RING_VECTOR3

#include "cuda_math.h"

#include "cuda_integers.h"

// Bits of floating-point numbers.
inline float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
inline int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
inline float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
inline unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
inline double __longlong_as_double(long long x) { return __builtin_bit_cast(double, x); }
inline long long __double_as_longlong(double x) { return __builtin_bit_cast(long long, x); }
inline int __double2hiint(double x) { return static_cast<int>(__double_as_longlong(x) >> 32); }
inline int __double2loint(double x) { return static_cast<int>(__double_as_longlong(x)); }
inline double __hiloint2double(int high, int low) {
  const auto bits = static_cast<unsigned long long>(static_cast<unsigned>(high)) << 32 | static_cast<unsigned>(low);
  return __builtin_bit_cast(double, bits);
}

// Memory: caches are the machine's business, so that all loads and stores are plain.
#define RING_LOAD(name_)       \
  template <class T>           \
  inline T name_(const T* p) { \
    return *p;                 \
  }
RING_LOAD(__ldg)
RING_LOAD(__ldca)
RING_LOAD(__ldcg)
RING_LOAD(__ldcs)
RING_LOAD(__ldcv)
RING_LOAD(__ldlu)
#undef RING_LOAD
#define RING_STORE(name_)            \
  template <class T>                 \
  inline void name_(T* p, T value) { \
    *p = value;                      \
  }
RING_STORE(__stcg)
RING_STORE(__stcs)
RING_STORE(__stwb)
RING_STORE(__stwt)
#undef RING_STORE
inline void __threadfence_block() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
inline void __threadfence_system() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

// Atomics: the named integer types of CUDA, and float and double addition by compare-and-swap. Each returns the old
// value.
#define RING_ATOMICS(type_)                                                                          \
  inline type_ atomicAdd(type_* p, type_ v) { return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicSub(type_* p, type_ v) { return __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicAnd(type_* p, type_ v) { return __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicOr(type_* p, type_ v) { return __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST); }     \
  inline type_ atomicXor(type_* p, type_ v) { return __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicExch(type_* p, type_ v) { return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST); } \
  inline type_ atomicMin(type_* p, type_ v) { return __atomic_fetch_min(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicMax(type_* p, type_ v) { return __atomic_fetch_max(p, v, __ATOMIC_SEQ_CST); }   \
  inline type_ atomicCAS(type_* p, type_ expected, type_ v) {                                        \
    __atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);         \
    return expected;                                                                                 \
  }
RING_ATOMICS(int)
RING_ATOMICS(unsigned)
RING_ATOMICS(unsigned long long)
#undef RING_ATOMICS
/// Counts up to `limit`, then from 0 again.
inline unsigned atomicInc(unsigned* p, unsigned limit) {
  unsigned old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(p, &old, old >= limit ? 0 : old + 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}
/// Counts down from `limit` to 0, then from `limit` again.
inline unsigned atomicDec(unsigned* p, unsigned limit) {
  unsigned old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(p, &old, old == 0 || old > limit ? limit : old - 1, false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
  }
  return old;
}
inline float atomicAdd(float* p, float v) {
  int old = __atomic_load_n(reinterpret_cast<int*>(p), __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(reinterpret_cast<int*>(p), &old, __float_as_int(__int_as_float(old) + v), false,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return __int_as_float(old);
}
inline double atomicAdd(double* p, double v) {
  long long old = __atomic_load_n(reinterpret_cast<long long*>(p), __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(reinterpret_cast<long long*>(p), &old,
                                      __double_as_longlong(__longlong_as_double(old) + v), false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
  }
  return __longlong_as_double(old);
}
inline float atomicExch(float* p, float v) {
  return __int_as_float(__atomic_exchange_n(reinterpret_cast<int*>(p), __float_as_int(v), __ATOMIC_SEQ_CST));
}

// Time: the device has no cycle counter that wasm could read; both count nanoseconds of the system's clock.
inline long long clock64() { return static_cast<long long>(ring_host_now_ns()); }
inline long clock() { return static_cast<long>(clock64()); }

// The C library's memory and text functions that CUDA offers in device code.
extern "C" {
void* memcpy(void* to, const void* from, __SIZE_TYPE__ size);
void* memmove(void* to, const void* from, __SIZE_TYPE__ size);
void* memset(void* to, int value, __SIZE_TYPE__ size);
int memcmp(const void* a, const void* b, __SIZE_TYPE__ size);
__SIZE_TYPE__ strlen(const char* s);
int strcmp(const char* a, const char* b);
int vsnprintf(char* to, __SIZE_TYPE__ size, const char* format, __builtin_va_list arguments);
int snprintf(char* to, __SIZE_TYPE__ size, const char* format, ...) __attribute__((format(printf, 3, 4)));
}

/// To the studio's console, at most 1,023 bytes a call (longer text is cut). Returns the bytes of the whole text.
__attribute__((format(printf, 1, 2))) inline int printf(const char* format, ...) {
  char text[1024];
  __builtin_va_list arguments;
  __builtin_va_start(arguments, format);
  const int size = vsnprintf(text, sizeof text, format, arguments);
  __builtin_va_end(arguments);
  if (size > 0) ring::simt::print(text, size < 1023 ? static_cast<unsigned>(size) : 1023u);
  return size;
}

[[noreturn]] inline void __trap() { ::ring::detail::fail(::ring::detail::failure::trap); }

namespace ring::detail {
[[noreturn]] inline __attribute__((noinline)) void assertion_failed(const char* expression, const char* file,
                                                                    u32 line) {
  ring_host_fail_at(file, line);
  ring_host_assert(expression);
  fail(failure::assertion);
}
}  // namespace ring::detail

#include "assert.h"
