// Where a thread is: in an actor, whose blocks a launch holds among those of others, or in a plain function. Handlers
// see blockIdx and gridDim as on the CPU device: they count the blocks of all instances of their actor's name, whatever
// is launched together.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_arena.h"

namespace ring::detail {

using abi::u32;
using abi::u64;

struct grid_words;

/// `block_state::mark` in a block that runs an actor. In shared memory a block finds what others have left there, and
/// they take this back before they leave: so the block of a plain function finds anything but this.
inline constexpr u64 kInActor = 0xa7c3'52e1'9f04'd86bull;

/// What the threads of a block share while they run an actor: in shared memory, because several may send at a time.
struct block_state {
  u64 mark;
  u64 random_counter;
  /// Unix time in ns when %globaltimer was 0; measured at each launch, because the two drift apart.
  long long clock_origin_ns;
  grid_words* grid;  ///< what the blocks of the actor share; null where it has one
  uint3 block_index;
  uint3 grid_dim;
  u32 blocks;  ///< of the actor
  u32 actor;   ///< address
  u32 report;  ///< address, or 0
  u32 outbox_tail;
  u32 lock;
  u32 votes;        ///< of all votes of threads so far; where it began does not matter
  u32 is_meeting;   ///< a thread has undertaken to meet the other blocks
  u32 has_printed;  ///< since the host was told
  bool is_first;    ///< of the actor's blocks
};
RING_D inline block_state& this_block() {
  __shared__ block_state state;
  return state;
}

RING_D inline bool is_in_actor() { return this_block().mark == kInActor; }

/// The one thread of a block that acts for all.
RING_D inline bool is_leader() { return (threadIdx.x | threadIdx.y | threadIdx.z) == 0; }

/// In the launch.
RING_D inline u32 launched_block() { return blockIdx.x; }

/// Of the running block among those of all instances of its actor, one instance after the other.
RING_D inline u32 block_rank(const abi::actor& a) {
  const uint3 block = this_block().block_index;
  return a.first_block + block.x - a.instance * a.grid_dim[0] + a.grid_dim[0] * (block.y + a.grid_dim[1] * block.z);
}

}  // namespace ring::detail

RING_D inline uint3 ring_block_index() {
  return ::ring::detail::is_in_actor() ? ::ring::detail::this_block().block_index
                                       : make_uint3(blockIdx.x, blockIdx.y, blockIdx.z);
}
RING_D inline dim3 ring_grid_dim() {
  const uint3 dim = ::ring::detail::is_in_actor() ? ::ring::detail::this_block().grid_dim
                                                  : make_uint3(gridDim.x, gridDim.y, gridDim.z);
  return dim3(dim.x, dim.y, dim.z);
}

#undef blockIdx
#undef gridDim
#define blockIdx ring_block_index()
#define gridDim ring_grid_dim()

namespace ring::detail {

/// Where a thread is, for people: ranks in the block and in the grid that gridDim tells of.
struct thread_place {
  u32 block;
  u32 thread;
};
RING_D inline thread_place this_place() {
  const uint3 block = blockIdx;
  const dim3 blocks = gridDim;
  const u32 threads = blockDim.x * blockDim.y * blockDim.z;
  const bool is_one = is_in_actor() ? this_block().grid == nullptr : blocks.x * blocks.y * blocks.z == 1;
  if (is_one && threads == 1) return {abi::kNoPlace, abi::kNoPlace};
  return {block.x + blocks.x * (block.y + blocks.y * block.z),
          threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)};
}

}  // namespace ring::detail
