// CUDA C++ as NVRTC offers it without any header, for the system's C++ compiler: every program that the stand-in
// compiles begins with it. Math, integers, vectors and atomics are those of kernels/cpu.
//
// A block is one host thread, its CUDA threads are fibers of that: `thread_local` is what `__shared__` means. What
// waits for another thread without a built-in that says so (a loop on a volatile variable) waits for ever.
#pragma once

#include "module_abi.h"

namespace ring_standin {

inline const services* host = nullptr;
inline thread_local const thread_view* current = nullptr;
inline const kernel_record* kernels = nullptr;
inline thread_local u32 spins = 0;

/// Called where code may be looking again and again for what another thread does.
inline void spin() {
  if ((++spins & 31) == 0) host->pause(0);
}

template <class T>
struct plain {
  using type = T;
};
template <class T>
struct plain<const T> {
  using type = T;
};
template <class T, T... values>
struct numbers {};

/// In the place of the compilers' built-in.
template <class T>
inline constexpr bool is_integral = false;
template <class T>
inline constexpr bool is_integral<const T> = is_integral<T>;
#define RING_INTEGRAL(type_) \
  template <>                \
  inline constexpr bool is_integral<type_> = true;
RING_INTEGRAL(bool)
RING_INTEGRAL(char)
RING_INTEGRAL(signed char)
RING_INTEGRAL(unsigned char)
RING_INTEGRAL(wchar_t)
RING_INTEGRAL(char16_t)
RING_INTEGRAL(char32_t)
RING_INTEGRAL(short)
RING_INTEGRAL(unsigned short)
RING_INTEGRAL(int)
RING_INTEGRAL(unsigned)
RING_INTEGRAL(long)
RING_INTEGRAL(unsigned long)
RING_INTEGRAL(long long)
RING_INTEGRAL(unsigned long long)
#undef RING_INTEGRAL

/// Calls a `__global__` function with parameters that lie somewhere, as the driver gets them.
template <class F>
struct launcher;
template <class... P>
struct launcher<void (*)(P...)> {
  static constexpr u32 bytes[] = {sizeof(P)..., 0};
  static constexpr u32 alignment[] = {alignof(P)..., 0};
  static constexpr u32 count = sizeof...(P);
  template <void (*function)(P...), u32... i>
  static void call(void* const* parameters, numbers<u32, i...>) {
    function(*static_cast<typename plain<P>::type*>(parameters[i])...);
  }
  template <void (*function)(P...)>
  static void invoke(void* const* parameters) {
    call<function>(parameters, numbers<u32, __integer_pack(sizeof...(P))...>{});
  }
};

template <auto function>
struct registered {
  kernel_record record;
  explicit registered(u32 max_threads) {
    using F = launcher<decltype(function)>;
    static_assert(F::count <= kMaxParameters, "a __global__ function with more than 64 parameters");
    record = {kernels,
              reinterpret_cast<const void*>(function),
              &F::template invoke<function>,
              F::count,
              F::bytes,
              F::alignment,
              max_threads};
    kernels = &record;
  }
};

/// Of a name expression: a kernel's instance is registered as well.
template <auto entity>
struct named {};
template <class... P, void (*function)(P...)>
struct named<function> {
  registered<function> kernel{0};
};

}  // namespace ring_standin

using size_t = decltype(sizeof 0);
using ptrdiff_t = decltype(static_cast<char*>(nullptr) - static_cast<char*>(nullptr));
using uint = unsigned;
using ushort = unsigned short;
using ulong = unsigned long;

// __global__, __shared__ and __launch_bounds__ are read by the stand-in (source_rewriter.cc).
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __maxnreg__(...)
#define __cluster_dims__(...)
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
#define __align__(n_) __attribute__((aligned(n_)))
#define __builtin_align__(n_) __attribute__((aligned(n_)))
#define __nv_pure__ __attribute__((pure))
#define __builtin_assume(condition_) ((condition_) ? void() : __builtin_unreachable())
#define __assume __builtin_assume

// What Clang has as built-ins, which the headers of kernels/cpu count on.
template <class T>
inline T __atomic_fetch_min(T* p, T value, int) {
  T old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (value < old && !__atomic_compare_exchange_n(p, &old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}
template <class T>
inline T __atomic_fetch_max(T* p, T value, int) {
  T old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (old < value && !__atomic_compare_exchange_n(p, &old, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}
inline unsigned __builtin_bitreverse32(unsigned x) {
  unsigned reversed = 0;
  for (int bit = 0; bit < 32; ++bit) reversed |= (x >> bit & 1u) << (31 - bit);
  return reversed;
}
inline unsigned long long __builtin_bitreverse64(unsigned long long x) {
  return static_cast<unsigned long long>(__builtin_bitreverse32(static_cast<unsigned>(x))) << 32 |
         __builtin_bitreverse32(static_cast<unsigned>(x >> 32));
}

#define RING_UNAVAILABLE(why_) __attribute__((unavailable(why_)))
#include "cuda_vectors.h"
#include "cuda_casts.h"
#include "cuda_math.h"
#include "cuda_integers.h"
#include "cuda_memory.h"
#include "cuda_atomics.h"
#undef RING_UNAVAILABLE
#undef NAN
#undef INFINITY

#include "standin_threads.h"

#define atomicCAS(...) (::ring_standin::spin(), atomicCAS(__VA_ARGS__))
#define atomicExch(...) (::ring_standin::spin(), atomicExch(__VA_ARGS__))
#define atomicAdd(...) (::ring_standin::spin(), atomicAdd(__VA_ARGS__))
#define atomicOr(...) (::ring_standin::spin(), atomicOr(__VA_ARGS__))
#define __threadfence() (::ring_standin::spin(), __threadfence())
#define __threadfence_block() (::ring_standin::spin(), __threadfence_block())
#define __threadfence_system() (::ring_standin::spin(), __threadfence_system())

extern "C" {
__attribute__((visibility("default"))) inline const ring_standin::module_info* ring_standin_describe(
    const char* target) {
  static ring_standin::module_info info;
  info = {ring_standin::kModuleMagic,
          sizeof(ring_standin::services),
          ring_standin::kernels,
          target,
          [](const ring_standin::services* host) { ring_standin::host = host; },
          [] { return &ring_standin::current; }};
  return &info;
}
}
