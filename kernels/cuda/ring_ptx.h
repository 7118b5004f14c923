// What only inline PTX says: accesses to memory that the host shares, named barriers, the global timer. The compiler's
// built-ins know none of these without the toolkit's headers.
//
// Compiles with nvcc and with NVRTC. Every piece of inline PTX is here, so that whoever runs kernels without a GPU
// replaces one file.
#pragma once

#include "ring_abi_types.h"

namespace ring::detail {

using abi::u32;
using abi::u64;

// Accesses are acquires and releases: what was written before a word is seen by who sees the word. Scope sys, because
// the host is the other side. Where somebody stores a word of its own and then looks at another's, which does it the
// other way around, that is not enough: one of the two has to see the other, and `fence` stands between the store and
// the look. A fence waits until all that was written has crossed PCIe, so there is one in those places only.
__device__ inline void fence() { asm volatile("fence.sc.sys;" ::: "memory"); }

__device__ inline u32 load(const u32* p) {
  u32 value;
  asm volatile("ld.acquire.sys.u32 %0, [%1];" : "=r"(value) : "l"(p) : "memory");
  return value;
}
__device__ inline u64 load(const u64* p) {
  u64 value;
  asm volatile("ld.acquire.sys.u64 %0, [%1];" : "=l"(value) : "l"(p) : "memory");
  return value;
}
__device__ inline void store(u32* p, u32 value) {
  asm volatile("st.release.sys.u32 [%0], %1;" ::"l"(p), "r"(value) : "memory");
}
/// Orders nothing: to look again and again whether it is time to look properly.
__device__ inline u32 peek(const u32* p) {
  u32 value;
  asm volatile("ld.relaxed.sys.u32 %0, [%1];" : "=r"(value) : "l"(p) : "memory");
  return value;
}
__device__ inline u64 peek(const u64* p) {
  u64 value;
  asm volatile("ld.relaxed.sys.u64 %0, [%1];" : "=l"(value) : "l"(p) : "memory");
  return value;
}
/// Moves a word that a thread of the same GPU looks at, after all that was written before. Waits for no answer.
__device__ inline void ring_bell(u32* p) { asm volatile("red.release.gpu.add.u32 [%0], 1;" ::"l"(p) : "memory"); }

#define RING_ATOMIC(name_, type_, operation_, constraint_)       \
  __device__ inline type_ name_(type_* p, type_ value) {         \
    type_ old;                                                   \
    asm volatile("atom.acq_rel.sys." operation_ " %0, [%1], %2;" \
                 : "=" constraint_(old)                          \
                 : "l"(p), constraint_(value)                    \
                 : "memory");                                    \
    return old;                                                  \
  }
#define RING_COMPARE_EXCHANGE(type_, bits_, constraint_)                            \
  /** On failure `expected` becomes what was there. */                              \
  __device__ inline bool compare_exchange(type_* p, type_& expected, type_ value) { \
    type_ old;                                                                      \
    asm volatile("atom.acq_rel.sys.cas." bits_ " %0, [%1], %2, %3;"                 \
                 : "=" constraint_(old)                                             \
                 : "l"(p), constraint_(expected), constraint_(value)                \
                 : "memory");                                                       \
    const bool is_exchanged = old == expected;                                      \
    expected = old;                                                                 \
    return is_exchanged;                                                            \
  }
RING_ATOMIC(fetch_add, u32, "add.u32", "r")
RING_ATOMIC(fetch_add, u64, "add.u64", "l")
RING_COMPARE_EXCHANGE(u32, "b32", "r")
RING_COMPARE_EXCHANGE(u64, "b64", "l")
#undef RING_ATOMIC
#undef RING_COMPARE_EXCHANGE

/// Waits at the block's barrier 0 for all its threads that have not ended; how many of them said yes. Threads of a warp
/// may come from different places of the program, but meet at one instruction: this is called and never inlined,
/// because nothing says what a GPU does with lanes that wait at two. No other instruction waits at this barrier: those
/// that reduce must not be mixed with those that do not.
__device__ __noinline__ inline u32 count_at_barrier(bool says_yes) {
  u32 count;
  asm volatile("{\n\t.reg .pred yes;\n\tsetp.ne.u32 yes, %1, 0;\n\tbarrier.red.popc.u32 %0, 0, yes;\n\t}"
               : "=r"(count)
               : "r"(static_cast<u32>(says_yes))
               : "memory");
  return count;
}
/// Waits at another one of the block's 16 barriers for all its threads that have not ended. `barrier`, because `bar` is
/// for warps whose threads come together.
__device__ inline void sync_barrier(u32 id) { asm volatile("barrier.sync %0;" : : "r"(id) : "memory"); }
/// For so many of them, a multiple of the warp's size.
__device__ inline void sync_barrier(u32 id, u32 threads) {
  asm volatile("barrier.sync %0, %1;" : : "r"(id), "r"(threads) : "memory");
}

/// Of the running launch; no other one of the context has the same.
__device__ inline u64 read_grid_id() {
  u64 id;
  asm volatile("mov.u64 %0, %%gridid;" : "=l"(id));
  return id;
}

/// Nanoseconds since some moment of the GPU's own.
__device__ inline u64 read_global_timer() {
  u64 ns;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(ns));
  return ns;
}

}  // namespace ring::detail
