// Threads of a block on the CPU device: what barriers and collectives of warps and blocks stand on. Every thread is a
// fiber of the worker that runs the block (ring_threads.cc); it is left only here, in a function that waits.
//
// Runs on the CPU device only (Clang, wasm32). Nothing here may be called from two workers at once: everything that it
// touches belongs to one of them.
#include "ring_cpu.h"  // which includes this file in its place, where that has not happened yet

#if !defined(RING_THREADS_H)
#define RING_THREADS_H

#include "cuda_vectors.h"

namespace ring::simt {

using abi::u32;
using abi::u64;

inline constexpr u32 kWarpSize = 32;
inline constexpr u32 kMaxThreads = 1024;  ///< of a block
inline constexpr u32 kBarriers = 16;      ///< of a block; 0 is __syncthreads

/// One call of `ring_thread_entry(entry, argument)` by every thread of some blocks. The worker's words
/// `fiber_memory` and `fiber_stack_bytes` say where fibers may live.
struct launch {
  u32 entry;
  u32 argument;
  uint3 grid_dim;
  uint3 block_dim;
  u32 first_block;  ///< of those to run, in the grid's linear order
  u32 block_count;
  u32 worker;         ///< address of the worker block
  u32 shared;         ///< address of the first block's __shared__ data
  u32 shared_stride;  ///< bytes from one block's to the next one's
  u32 instance;       ///< threads see a grid of `instances` such grids side by side in x; 0 of one for plain kernels
  u32 instances;
};

struct fiber;

/// Where the running thread is. A block has one, in its __shared__ data; the scheduler writes it.
struct position {
  uint3 thread_index;
  uint3 block_index;
  uint3 block_dim = {1, 1, 1};
  uint3 grid_dim = {1, 1, 1};
  /// Null in a block of one thread that is a plain call: it never waits.
  fiber* self = nullptr;
  /// No thread runs: a stop waits until one does, whose line it then has.
  bool is_between = false;
};
inline thread_local position here{};
static_assert(sizeof(position) <= 64,
              "it is part of a block's __shared__ data: main/compile/diagnostics/size-problems.ts");

/// A block of one thread, which its worker runs as a plain call.
inline void enter_block(const abi::actor& a) {
  here.is_between = false;
  here.block_index.x = a.instance;
  here.grid_dim.x = a.instances;
}

inline bool is_between_threads() { return here.is_between; }

inline u32 thread_count() { return here.block_dim.x * here.block_dim.y * here.block_dim.z; }
/// In CUDA's order: x runs fastest.
inline u32 thread_rank() {
  const uint3 t = here.thread_index, d = here.block_dim;
  return t.x + d.x * (t.y + d.y * t.z);
}
inline u32 block_rank() {
  const uint3 b = here.block_index, d = here.grid_dim;
  return b.x + d.x * (b.y + d.y * b.z);
}
/// To the console, with the thread's place where there is more than one.
inline void print(const char* text, u32 size) {
  const bool is_one = here.self == nullptr;
  ring_host_print(text, size, is_one ? ~0u : block_rank(), is_one ? ~0u : thread_rank());
}
inline u32 lane() { return thread_rank() % kWarpSize; }

/// What threads do together. The numbers are known to main/devices/cpu/wait-report.ts.
enum class op : u32 {
  none = 0,
  block_barrier = 1,
  grid_barrier = 2,
  active_mask = 3,
  yield = 4,
  sync_warp = 5,
  shuffle = 6,
  shuffle_up = 7,
  shuffle_down = 8,
  shuffle_xor = 9,
  ballot = 10,
  match_any = 11,
  match_all = 12,
  add = 13,
  min_unsigned = 14,
  min_signed = 15,
  max_unsigned = 16,
  max_signed = 17,
  bit_and = 18,
  bit_or = 19,
  bit_xor = 20
};

// Each of these takes the place in the source that the thread waits at. Scalars: what these functions are given must
// not lie on the stack of who calls them again when the thread goes on.

/// Waits for all threads of the block that have not returned, or for `count` of them (a multiple of the warp's size).
/// Answers with how many came (low word) and how many of them voted yes (high word).
u64 sync_block(u32 barrier, u32 count, bool vote, const char* file, u32 line);
/// Waits for all threads of all blocks of the actor, or of a cooperative launch.
void sync_grid(const char* file, u32 line);
/// Whether all blocks of the grid run together, so that it can be waited for: not in a launch that is not cooperative.
bool is_grid_together();
/// Waits for the lanes of `mask`; answers with what `what` makes of their values. `parameter`: the other lane, or the
/// distance, and in bits 8 to 15 the width of a shuffle's segments.
u64 exchange(op what, u32 mask, u64 value, u32 parameter, const char* file, u32 line);
/// The lanes of the warp that are here: waits until none of its other lanes can go on.
u32 active_mask(const char* file, u32 line);
/// Lets all other threads of the block go on first.
void yield();

}  // namespace ring::simt

extern "C" {
/// Runs all threads of a launch to their end. Exported in programs with blocks of several threads.
void ring_run_threads(::ring::simt::launch* launch);
/// One thread. Generated.
void ring_thread_entry(::ring::abi::u32 entry, ::ring::abi::u32 argument);
}

/// Parameters of functions that wait: the place of the call.
#define RING_SITE const char *ring_file_ = __builtin_FILE(), unsigned ring_line_ = __builtin_LINE()
#define RING_HERE ring_file_, ring_line_

#endif
