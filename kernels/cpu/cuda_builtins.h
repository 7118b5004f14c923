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
/// Not const: the host may write it, and the compiler must not know its values.
#define __constant__
/// The front end finds what the host can launch by it.
#define __global__ __attribute__((annotate("ring_global")))
#define __shared__ thread_local
#define __align__(n) __attribute__((aligned(n)))
#define __builtin_align__(n) __attribute__((aligned(n)))
#define __grid_constant__
#define __maxnreg__(...)
#define __inline_hint__
#define __nv_pure__ __attribute__((pure))
#define __assume(condition) __builtin_assume(condition)

// From the C library's <sys/types.h>, which CUDA's headers include.
using uint = unsigned;
using ushort = unsigned short;

// What sources ask to tell device code from the host's, and how new the device is.
#define __CUDACC__ 1
#define __CUDA_ARCH__ 800
#define __CUDACC_VER_MAJOR__ 13
#define __CUDACC_VER_MINOR__ 0
#define CUDART_VERSION 13000

#include "cuda_vectors.h"

#include "cuda_threads.h"

#include "cuda_casts.h"
#include "cuda_math.h"
#include "cuda_double_rounding.h"
#include "cuda_special_functions.h"
#include "cuda_integers.h"
#include "cuda_simd.h"
#include "cuda_memory.h"
#include "cuda_atomics.h"
#include "cuda_time.h"
#include "cuda_print.h"

[[noreturn]] inline void __trap() { ::ring::detail::fail(::ring::detail::failure::trap); }
/// There is no debugger to stop for, and without one CUDA ends the kernel.
inline void __brkpt() { ::ring::detail::fail(::ring::detail::failure::trap); }
/// Counts for a profiler, which the CPU device has not; a kernel cannot see it.
inline void __prof_trigger(int) {}

namespace ring::detail {
[[noreturn]] inline __attribute__((noinline)) void assertion_failed(const char* expression, const char* file,
                                                                    u32 line) {
  ring_host_fail_at(file, line);
  ring_host_assert(expression);
  fail(failure::assertion);
}
}  // namespace ring::detail

#include "assert.h"
