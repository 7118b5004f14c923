// What everything on CUDA begins with: qualifiers, the integers that NVRTC lacks, and where the arena is.
//
// Compiles with nvcc and with NVRTC, which finds no standard headers, for compute capability 7.5 and above.
#pragma once

#if !defined(__CUDACC__)
#error "ring_cuda.h is for CUDA: compile with nvcc or NVRTC, or with RING_DEVICE_CPU for the CPU device"
#endif
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 750
#error "ring kernels need compute capability 7.5 or above: compile with -arch=sm_75, or a later one"
#endif

#define RING_D __device__
// The place of a call that waits: only the CPU device says where it was.
#define RING_SITE unsigned = 0
#define RING_HERE 0
#define RING_HD __host__ __device__
/// A part of the runtime that is called, not inlined: every kernel has all of it, and ptxas takes minutes for one large
/// function.
#define RING_NOINLINE __noinline__

#if defined(__CUDACC_RTC__)
// Knows no such attribute. The compile for the CPU, which comes first, has told by then.
#define RING_UNAVAILABLE(why)
// GCC's spellings of what NVRTC has by other names.
#define __builtin_memcpy memcpy
#define __builtin_clzll __clzll
#define __builtin_offsetof(type_, member_) __INTADDR__(&static_cast<type_*>(nullptr)->member_)
#define offsetof(type_, member_) __builtin_offsetof(type_, member_)

using int8_t = signed char;
using int16_t = short;
using int32_t = int;
using int64_t = long long;
using uint8_t = unsigned char;
using uint16_t = unsigned short;
using uint32_t = unsigned int;
using uint64_t = unsigned long long;
#define INT8_MIN (-128)
#define INT16_MIN (-32768)
#define INT32_MIN (-2147483647 - 1)
#define INT64_MIN (-9223372036854775807ll - 1)
#define INT8_MAX 127
#define INT16_MAX 32767
#define INT32_MAX 2147483647
#define INT64_MAX 9223372036854775807ll
#define UINT8_MAX 255
#define UINT16_MAX 65535
#define UINT32_MAX 4294967295u
#define UINT64_MAX 18446744073709551615ull
#define INFINITY (__int_as_float(0x7f800000))
#define NAN (__int_as_float(0x7fc00000))
#else
#define RING_UNAVAILABLE(why) __attribute__((unavailable(why)))

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cstdio>
#endif

#include "ring_abi.h"
#include "ring_abi_cuda.h"
#include "ring_ptx.h"

extern "C" {
/// Where the GPU sees the arena. No handler can change it.
__constant__ ::ring::abi::u64 ring_arena_base;
}

namespace ring::detail {

using abi::u32;
using abi::u64;

template <class T>
RING_D inline T* at(u32 address) {
  return reinterpret_cast<T*>(ring_arena_base + address);
}
RING_D inline u32 address_of(const void* p) { return static_cast<u32>(reinterpret_cast<u64>(p) - ring_arena_base); }

/// Stays where it is written in a loop; for words that others read only once this block has left, or at leisure.
RING_D inline void store_volatile(u32* p, u32 value) { *const_cast<volatile u32*>(p) = value; }

}  // namespace ring::detail
