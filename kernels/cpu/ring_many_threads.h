// For units that have blocks of several threads.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

namespace ring::detail {
__attribute__((always_inline)) inline uint3 thread_index() { return ::ring::simt::here.thread_index; }
__attribute__((always_inline)) inline dim3 block_dim() { return dim3(::ring::simt::here.block_dim); }
}  // namespace ring::detail

namespace ring::simt {

/// What the threads of an actor run together.
struct handler_call {
  abi::actor* actor;
  const abi::header* message;
  bool is_handled;
};

/// Has all threads of the actor's blocks call its handler; false when there is none for the message.
template <class Handler>
__attribute__((always_inline)) inline bool run_handler(abi::actor& a, u32 entry, const abi::header& message,
                                                       Handler handler) {
  const u32 threads = a.block_dim[0] * a.block_dim[1] * a.block_dim[2];
  const u32 blocks = a.grid_dim[0] * a.grid_dim[1] * a.grid_dim[2];
  if (threads * blocks == 1) return handler();
  handler_call call{&a, &message, false};
  launch all{entry,
             detail::address_of(&call),
             {a.grid_dim[0], a.grid_dim[1], a.grid_dim[2]},
             {a.block_dim[0], a.block_dim[1], a.block_dim[2]},
             0,
             blocks,
             a.worker,
             a.shared_data,
             a.shared_stride,
             a.instance,
             a.instances};
  ring_run_threads(&all);
  return call.is_handled;
}

}  // namespace ring::simt
