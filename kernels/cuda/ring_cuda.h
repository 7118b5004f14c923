// The CUDA device as kernels see it: the few primitives that the actor runtime stands on. Built-ins are CUDA's own.
//
// Compiles with nvcc and with NVRTC, which finds no standard headers, for compute capability 7.5 and above.
//
// Addresses in the arena stay 32-bit offsets. The arena is the host's memory, pinned once and mapped for the GPU
// (cuMemHostRegister), and never moves: `ring_arena_base` is its address for the GPU (cuMemHostGetDevicePointer), which
// is stored once, when the module has been loaded and before anything runs. Only `at` and `address_of` know it.
//
// A read-modify-write of the GPU on the arena is atomic for the GPU's threads, for the host only where the GPU says so
// (CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED): no word is changed so by one side and written by the other while
// actors run.
#pragma once

#include "ring_arena.h"
#include "ring_barriers.h"
#include "ring_faults.h"
#include "ring_print.h"

namespace ring::detail {

/// The outbox entry that the calling thread fills. Any thread of the actor may ask.
RING_D inline u32 take_outbox_entry(abi::actor&) {
  block_state& block = this_block();
  return block.grid == nullptr ? atomicAdd(&block.outbox_tail, 1u) : atomicAdd(&block.grid->outbox_tail, 1u);
}

/// Any thread of the actor may ask, each gets another number.
RING_D inline u64 take_random_counter(abi::actor&) {
  block_state& block = this_block();
  return block.grid == nullptr ? atomicAdd(&block.random_counter, 1ull) : atomicAdd(&block.grid->random_counter, 1ull);
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

// Code for __ldg may keep what it has read for as long as the kernel runs, and actors' kernels outlast every message,
// state and buffer. So it is a plain load. Headers of CUDA declare more of it, for __half for instance: what is behind
// the comma is the type of a function in a declaration, and a value in a call, so that no call finds theirs.
namespace ring::detail {
struct plain_load {};
}  // namespace ring::detail
template <class T>
RING_D inline T ring_ldg(const T* p, ::ring::detail::plain_load) {
  return *p;
}
#undef __ldg
#define __ldg(...) ring_ldg(__VA_ARGS__, ::ring::detail::plain_load())
