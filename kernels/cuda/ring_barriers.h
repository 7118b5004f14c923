// Barriers of a block, and of all blocks of an actor.
//
// In CUDA a thread that has returned is not waited for. In an actor it has returned from the handler only, and must
// stay: it keeps coming to the block's barrier, and says there that it needs nothing any more, until nobody does. So
// __syncthreads and its forms count who still does, instead of waiting only.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_arena.h"
#include "ring_faults.h"
#include "ring_place.h"

namespace ring::detail {

/// What the blocks of an actor share: in the GPU's memory, where atomics need not cross PCIe, in the module, so that
/// the host has nothing to do with it. One actor has the same words for as long as the module is loaded.
struct alignas(64) grid_words {
  u32 owner;  ///< address of the actor; 0: nobody's yet
  u32 lock;
  u32 round;    ///< of the meetings of its blocks
  u32 arrived;  ///< low half: how many have come, high half: how many of them still run the handler
  u32 running;  ///< the latter, as all found it in the round before
  u32 decided;  ///< address of the message whose handler is due, 0: all leave
  u32 outbox_tail;
  u32 has_printed;
  u64 random_counter;
};

/// Actors of several blocks, over time, that one module can have.
inline constexpr u32 kGridSlots = 4096;

}  // namespace ring::detail

extern "C" {
__device__ ::ring::detail::grid_words ring_grids[::ring::detail::kGridSlots];
}

namespace ring::detail {

RING_D inline u32 load_volatile(const u32* p) { return *const_cast<const volatile u32*>(p); }

/// The words of the actor: blocks find them on their own. Null when there are no more.
RING_D inline grid_words* find_grid(u32 actor) {
  u32 index = (actor >> 7) * 0x9e3779b1u >> 20;
  for (u32 probe = 0; probe < kGridSlots; ++probe, index = (index + 1) % kGridSlots) {
    grid_words& words = ring_grids[index];
    const u32 owner = atomicCAS(&words.owner, 0u, actor);
    if (owner == 0 || owner == actor) return &words;
  }
  return nullptr;
}

/// Waits for the actor's other blocks, each of which sends one thread; how many of them still ran the handler when they
/// came. Looks again after at most `most_ns`. What any block wrote before, every block sees behind it.
RING_NOINLINE RING_D inline u32 meet(grid_words& words, u32 blocks, bool is_running, u32 most_ns) {
  const u32 round = load_volatile(&words.round);  // stays while this block has not come
  __threadfence();
  const u32 before = atomicAdd(&words.arrived, is_running ? 0x10001u : 1u);
  if ((before & 0xffff) + 1 == blocks) {
    store_volatile(&words.running, (before >> 16) + (is_running ? 1 : 0));
    store_volatile(&words.arrived, 0);
    __threadfence();
    store_volatile(&words.round, round + 1);
  } else {
    for (u32 ns = 20; load_volatile(&words.round) == round; ns = ns * 2 < most_ns ? ns * 2 : most_ns) __nanosleep(ns);
  }
  __threadfence();
  return load_volatile(&words.running);
}

/// In handlers: the blocks run.
inline constexpr u32 kBriskNs = 200;

/// When a handler has returned: helps the block's threads that have not.
RING_D inline void wait_for_handlers() {
  while (count_at_barrier(false) != 0) {
  }
}

/// With two waits, because what is counted at the barrier itself is who still runs the handler.
RING_D inline u32 count_votes(bool says_yes) {
  u32* votes = &this_block().votes;
  if (!is_in_actor()) return count_at_barrier(says_yes);
  const u32 before = load_volatile(votes);  // nobody votes again before all have come
  count_at_barrier(true);
  if (says_yes) atomicAdd(votes, 1u);
  count_at_barrier(true);
  return load_volatile(votes) - before;
}

}  // namespace ring::detail

RING_D inline void ring_syncthreads() { ::ring::detail::count_at_barrier(true); }
RING_D inline int ring_syncthreads_count(int predicate) {
  return static_cast<int>(::ring::detail::count_votes(predicate != 0));
}
RING_D inline int ring_syncthreads_and(int predicate) {
  return ::ring::detail::count_votes(predicate == 0) == 0 ? 1 : 0;
}
RING_D inline int ring_syncthreads_or(int predicate) {
  return ::ring::detail::count_votes(predicate != 0) != 0 ? 1 : 0;
}
/// A toolkit's cooperative_groups.h waits for the block by number.
RING_D inline void ring_barrier_sync(unsigned id) {
  if (id == 0)
    ring_syncthreads();
  else
    ::ring::detail::sync_barrier(id);
}
RING_D inline void ring_barrier_sync_count(unsigned id, unsigned threads) {
  // Barrier 0 is for all: it counts who still runs the handler.
  if (id == 0 && threads != blockDim.x * blockDim.y * blockDim.z)
    ::ring::detail::fail(::ring::abi::failure::bad_barrier);
  if (id == 0)
    ring_syncthreads();
  else
    ::ring::detail::sync_barrier(id, threads);
}

#undef __syncthreads
#undef __syncthreads_count
#undef __syncthreads_and
#undef __syncthreads_or
#define __syncthreads() ring_syncthreads()
#define __syncthreads_count(predicate_) ring_syncthreads_count(predicate_)
#define __syncthreads_and(predicate_) ring_syncthreads_and(predicate_)
#define __syncthreads_or(predicate_) ring_syncthreads_or(predicate_)
#undef __barrier_sync
#undef __barrier_sync_count
#define __barrier_sync(id_) ring_barrier_sync(id_)
#define __barrier_sync_count(id_, threads_) ring_barrier_sync_count(id_, threads_)

namespace ring::detail {

/// For all threads of all blocks of the actor that have not returned from the handler.
RING_D inline void sync_grid(RING_SITE) {
  block_state& block = this_block();
  if (block.grid == nullptr) return __syncthreads();
  const bool goes = atomicExch(&block.is_meeting, 1u) == 0;
  __syncthreads();
  if (goes) {
    meet(*block.grid, block.blocks, true, kBriskNs);
    store_volatile(&block.is_meeting, 0);
  }
  __syncthreads();
}

/// For as many threads of the block, or for all: those whose handler has returned among them, which do not come.
RING_D inline void named_barrier(unsigned id, unsigned threads, RING_SITE) {
  // With a count it has to be a multiple of the warp's size, which a block need not be. 0 is __syncthreads.
  const bool is_possible = threads % 32 == 0 && threads <= blockDim.x * blockDim.y * blockDim.z;
  if (id == 0 || id > 15 || !is_possible) fail(abi::failure::bad_barrier);
  if (threads == 0)
    sync_barrier(id);
  else
    sync_barrier(id, threads);
}

}  // namespace ring::detail
