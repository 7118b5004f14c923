// The CUDA device as kernels see it: the few primitives that the actor runtime stands on. Built-ins are CUDA's own.
//
// Compiles with nvcc and with NVRTC, which finds no standard headers, for compute capability 7.5 and above.
//
// Addresses in the arena stay 32-bit offsets. The arena is the host's memory, pinned once and mapped for the GPU
// (cuMemHostRegister), and never moves: `ring_arena_base` is its address for the GPU (cuMemHostGetDevicePointer), which
// is stored once, when the module has been loaded and before anything runs. Only `at` and `address_of` know it.
//
// Limits, until the CUDA device moves these words into the GPU's own memory: a read-modify-write on the arena crosses
// PCIe, and is atomic for the host only where the GPU says so (CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED). It
// concerns what both sides change: host_ready, doorbells, lists of waiters.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#endif

#include "ring_abi.h"
#include "ring_abi_cuda.h"
#include "ring_failure.h"

#include "ring_ptx.h"

extern "C" {
/// Where the GPU sees the arena. No handler can change it.
__constant__ ::ring::abi::u64 ring_arena_base;
}

namespace ring::detail {

using abi::failure;
using abi::u32;
using abi::u64;

template <class T>
RING_D inline T* at(u32 address) {
  return reinterpret_cast<T*>(ring_arena_base + address);
}
RING_D inline u32 address_of(const void* p) { return static_cast<u32>(reinterpret_cast<u64>(p) - ring_arena_base); }

/// Stays where it is written in a loop; for words that others read only once this block has left, or at leisure.
RING_D inline void store_volatile(u32* p, u32 value) { *const_cast<volatile u32*>(p) = value; }

RING_D inline bool compare_exchange_update(u32* p, u32& expected, u32 value) {
  return compare_exchange(p, expected, value);
}

/// Nobody can be woken from here: who sleeps on the host polls the doorbell that was rung.
RING_D inline void notify(const u32*) {}

/// What the threads of a block share while they run an actor: in shared memory, because several may send at a time.
struct block_state {
  u64 random_counter;
  /// Unix time in ns when %globaltimer was 0; measured at each launch, because the two drift apart.
  long long clock_origin_ns;
  u32 actor;
  u32 outbox_tail;
  u32 lock;
};
RING_D inline block_state& this_block() {
  __shared__ block_state state;
  return state;
}

/// An actor is one block here (ring_entry_cuda.h).
RING_D inline u32 block_rank(const abi::actor& a) { return a.first_block; }
RING_D inline void sync_grid(RING_SITE) { __syncthreads(); }
RING_D inline void named_barrier(unsigned id, unsigned threads, RING_SITE) {
  // With a count it has to be a multiple of the warp's size, which a block need not be.
  if (threads == 0)
    sync_barrier(id);
  else
    sync_barrier(id, threads);
}
/// The one thread of a block that acts for all.
RING_D inline bool is_leader() { return (threadIdx.x | threadIdx.y | threadIdx.z) == 0; }

/// The outbox entry that the calling thread fills. Any thread of the block may ask.
RING_D inline u32 take_outbox_entry(abi::actor&) { return atomicAdd(&this_block().outbox_tail, 1u); }

/// Any thread of the block may ask, each gets another number.
RING_D inline u64 take_random_counter(abi::actor&) { return atomicAdd(&this_block().random_counter, 1ull); }

/// One thread of the block at a time. Threads of a warp make progress independently since compute capability 7.0.
class block_lock {
 public:
  RING_D block_lock() {
    while (atomicCAS(&this_block().lock, 0u, 1u) != 0) __nanosleep(20);
    __threadfence_block();
  }
  RING_D ~block_lock() {
    __threadfence_block();
    atomicExch(&this_block().lock, 0u);
  }
  block_lock(const block_lock&) = delete;
  block_lock& operator=(const block_lock&) = delete;
};

/// Ends the context, and with it every actor in it: a GPU has no smaller unit. What failed is left in the arena, which
/// outlives it: of a bad index that and the capacity, of a bad buffer slot and generation.
[[noreturn]] RING_D inline void fail_with(failure why, u32 first, u32 second) {
  abi::report& r = *at<abi::report>(at<abi::worker>(at<abi::actor>(this_block().actor)->worker)->report);
  store_volatile(&r.details[0], first);
  store_volatile(&r.details[1], second);
  store(&r.code, static_cast<u32>(why));
  __threadfence_system();
  __trap();
  __builtin_unreachable();
}

[[noreturn]] RING_D inline void fail(failure why) { fail_with(why, 0, 0); }

/// Of a container with checked indices, which the host may use as well.
[[noreturn]] RING_HD inline void fail_index([[maybe_unused]] const char* type, [[maybe_unused]] u32 index,
                                            [[maybe_unused]] u32 capacity) {
#if defined(__CUDA_ARCH__)
  fail_with(failure::bad_index, index, capacity);
#elif !defined(__CUDACC_RTC__)
  fprintf(stderr, "index %u of %s, which holds %u\n", index, type, capacity);
  abort();
#endif
}

/// Of a buffer's handle.
[[noreturn]] RING_D inline void fail_buffer(u32 slot, u32 generation, u32, u32) {
  fail_with(failure::bad_buffer, slot, generation);
}

/// Unix time. The timer's own steps are about 1 µs on many GPUs, and 32 ns at best.
RING_D inline u64 read_clock_ns() { return read_global_timer() + static_cast<u64>(this_block().clock_origin_ns); }

/// Puts the time into the worker's block, as a hybrid logical clock has it: 42 bits of ms, 22 of their fraction.
RING_D inline void read_clock(u32 worker) {
  const u64 ns = read_clock_ns();
  const u64 ms = ns / 1'000'000;
  at<abi::worker>(worker)->clock = (ms << 22) | (((ns - ms * 1'000'000) << 22) / 1'000'000);
}

}  // namespace ring::detail
