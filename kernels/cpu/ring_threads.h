// Threads of a block, as sources with __global__ functions see them, and how a device has them run.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

namespace ring::simt {

/// Blocks to run, one after the other. app/abi/arena-layout.ts mirrors it.
struct launch {
  abi::u32 entry;     ///< of `ring_thread_entry`
  abi::u32 argument;  ///< address of the parameter block
  uint3 grid_dim;
  uint3 block_dim;
  abi::u32 first_block;  ///< x fastest, then y, then z
  abi::u32 block_count;
  abi::u32 worker;         ///< address of the worker block
  abi::u32 shared;         ///< address of the first block's __shared__ and thread-local data
  abi::u32 shared_stride;  ///< from there to the next block's
};
static_assert(sizeof(launch) == 52, "");

namespace detail {
inline thread_local uint3 current_thread;
inline thread_local uint3 current_block_dim = {1, 1, 1};
/// All zero in handlers of actors.
inline thread_local uint3 current_grid_dim;

inline uint3 grid_dim() {
  return current_grid_dim.x != 0 ? current_grid_dim : static_cast<uint3>(::ring::detail::grid());
}
}  // namespace detail

}  // namespace ring::simt

#define threadIdx (::ring::simt::detail::current_thread)
#define blockDim (::ring::simt::detail::current_block_dim)
#undef gridDim
#define gridDim (::ring::simt::detail::grid_dim())

/// Generated: runs one thread.
extern "C" void ring_thread_entry(ring::abi::u32 entry, ring::abi::u32 argument);
extern "C" void ring_run_threads(ring::simt::launch* launch);
