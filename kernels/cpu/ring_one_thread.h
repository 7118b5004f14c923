// For units whose blocks all have one thread: constants, so that loops over the block's threads are plain loops.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

namespace ring::detail {
__attribute__((always_inline)) inline uint3 thread_index() { return {0, 0, 0}; }
__attribute__((always_inline)) inline dim3 block_dim() { return dim3(1, 1, 1); }
}  // namespace ring::detail

namespace ring::simt {
/// Calls the handler of the message in hand; false when there is none.
template <class Handler>
__attribute__((always_inline)) inline bool run_handler(abi::actor&, u32, const abi::header&, Handler handler) {
  return handler();
}
}  // namespace ring::simt
