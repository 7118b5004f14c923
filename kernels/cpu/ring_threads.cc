// Runs the threads of blocks one after the other, each to its end: no thread waits for another one.
//
// Runs on the CPU device (Clang, wasm32). Compiled once, linked with every program.
#include "ring_threads.h"

/// The linker's: gives thread-local data its initial values at an address, and has the code use it from there on.
extern "C" void __wasm_init_tls(void* data);

namespace ring::simt {

/// Never inlined: the compiler takes the place of thread-local data for constant in a function, and the caller moves
/// it.
static __attribute__((noinline)) void run_block(const launch& l, abi::u32 block) {
  ::ring::detail::current_block = {block % l.grid_dim.x, block / l.grid_dim.x % l.grid_dim.y,
                                   block / l.grid_dim.x / l.grid_dim.y};
  detail::current_grid_dim = l.grid_dim;
  detail::current_block_dim = l.block_dim;
  for (abi::u32 z = 0; z < l.block_dim.z; ++z)
    for (abi::u32 y = 0; y < l.block_dim.y; ++y)
      for (abi::u32 x = 0; x < l.block_dim.x; ++x) {
        detail::current_thread = {x, y, z};
        ring_thread_entry(l.entry, l.argument);
      }
}

}  // namespace ring::simt

extern "C" __attribute__((export_name("ring_run_threads"))) void ring_run_threads(ring::simt::launch* launch) {
  for (ring::abi::u32 i = 0; i < launch->block_count; ++i) {
    __wasm_init_tls(ring::detail::at<void>(launch->shared + i * launch->shared_stride));
    ring::simt::run_block(*launch, launch->first_block + i);
  }
}

/// Of the thread that ran last, for whoever caught its trap: threadIdx (0 to 2) and blockIdx (3 to 5).
extern "C" __attribute__((export_name("ring_thread_position"))) ring::abi::u32 ring_thread_position(
    ring::abi::u32 which) {
  const uint3& thread = ring::simt::detail::current_thread;
  const uint3& block = ring::detail::current_block;
  const ring::abi::u32 position[6] = {thread.x, thread.y, thread.z, block.x, block.y, block.z};
  return which < 6 ? position[which] : 0;
}
