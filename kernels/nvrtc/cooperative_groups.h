// Cooperative groups for NVRTC where no CUDA toolkit is found: grids, blocks, tiles of a warp, lanes that are at the
// same place. They are made of built-ins.
#pragma once

#include "ring_cuda.h"

namespace cooperative_groups {

namespace details {

/// Where blocks of a launch meet: 0 while nobody does, else the launch's number, how many have come and how many have
/// gone on (32, 16 and 16 bits). Launches that share a word take turns.
inline constexpr unsigned kMeetings = 64;
__device__ unsigned long long meetings[kMeetings];

/// Called by one thread of each block of the launch. Other blocks see behind it what was written before it.
RING_D inline void meet(unsigned blocks) {
  constexpr unsigned long long kCome = 0x10000, kGone = 1;
  if (blocks >= kCome) ring::detail::fail(ring::abi::failure::too_many_threads);
  const unsigned long long id = ring::detail::read_grid_id(), launch = (id % 0xffffffff + 1) << 32;
  const unsigned long long all_have_come = launch + blocks * kCome;
  unsigned long long* const word = &meetings[id % kMeetings];
  const auto seen = [word] { return *const_cast<const volatile unsigned long long*>(word); };
  __threadfence();
  for (;;) {
    const unsigned long long before = seen();
    const unsigned long long own = before == 0 ? launch : before;
    // Not while it is another launch's, or blocks are still to go on from the meeting before.
    const bool is_open = own >= launch && own < all_have_come;
    if (is_open && atomicCAS(word, before, own + kCome) == before) break;
    if (!is_open) __nanosleep(ring::detail::kBriskNs);
  }
  while (seen() < all_have_come)
    __nanosleep(ring::detail::kBriskNs);  // stays this meeting's until this block has gone on
  for (;;) {
    const unsigned long long before = seen();
    const bool is_last = before + kGone == all_have_come + blocks;
    if (atomicCAS(word, before, is_last ? 0 : before + kGone) == before) break;
  }
  __threadfence();
}

RING_D inline unsigned rank_in_block() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }
RING_D inline unsigned block_size() { return blockDim.x * blockDim.y * blockDim.z; }
RING_D inline unsigned lane() { return rank_in_block() % 32; }

/// Lanes of a warp, in the order of their numbers.
class lanes {
 public:
  RING_D explicit lanes(unsigned mask) : mask_(mask) {}

  RING_D unsigned thread_rank() const { return __popc(mask_ & ((1u << lane()) - 1)); }
  RING_D unsigned num_threads() const { return __popc(mask_); }
  RING_D unsigned size() const { return num_threads(); }
  RING_D void sync() const { __syncwarp(mask_); }
  RING_D int any(int predicate) const { return __any_sync(mask_, predicate); }
  RING_D int all(int predicate) const { return __all_sync(mask_, predicate); }
  /// A bit for each thread by its rank.
  RING_D unsigned ballot(int predicate) const { return by_rank(__ballot_sync(mask_, predicate)); }
  template <class T>
  RING_D unsigned match_any(T value) const {
    return by_rank(__match_any_sync(mask_, value));
  }
  template <class T>
  RING_D unsigned match_all(T value, int& predicate) const {
    return by_rank(__match_all_sync(mask_, value, &predicate));
  }
  template <class T>
  RING_D T shfl(T value, unsigned rank) const {
    return __shfl_sync(mask_, value, static_cast<int>(lane_of(rank)));
  }
  /// Who has nobody so far away keeps its own.
  template <class T>
  RING_D T shfl_up(T value, unsigned delta) const {
    const unsigned rank = thread_rank();
    return shfl(value, rank < delta ? rank : rank - delta);
  }
  template <class T>
  RING_D T shfl_down(T value, unsigned delta) const {
    const unsigned rank = thread_rank();
    return shfl(value, rank + delta < num_threads() ? rank + delta : rank);
  }

 private:
  /// The number of the lane with so many others of the group below it.
  RING_D unsigned lane_of(unsigned rank) const {
    unsigned rest = mask_;
    for (unsigned i = 0; i < rank; ++i) rest &= rest - 1;
    return static_cast<unsigned>(__ffs(static_cast<int>(rest))) - 1;
  }
  RING_D unsigned by_rank(unsigned lanes_of_warp) const {
    unsigned ranks = 0;
    unsigned rank = 0;
    for (unsigned rest = mask_; rest != 0; rest &= rest - 1, ++rank) {
      if ((lanes_of_warp & rest & (0u - rest)) != 0) ranks |= 1u << rank;
    }
    return ranks;
  }

  unsigned mask_;
};

}  // namespace details

class thread_block {
 public:
  RING_D static void sync() { __syncthreads(); }
  RING_D static unsigned thread_rank() { return details::rank_in_block(); }
  RING_D static unsigned num_threads() { return details::block_size(); }
  RING_D static unsigned size() { return num_threads(); }
  RING_D static dim3 group_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  RING_D static dim3 thread_index() { return dim3(threadIdx.x, threadIdx.y, threadIdx.z); }
  RING_D static dim3 dim_threads() { return dim3(blockDim.x, blockDim.y, blockDim.z); }
  RING_D static dim3 group_dim() { return dim_threads(); }
};

class grid_group {
 public:
  RING_D static unsigned long long thread_rank() {
    return block_rank() * details::block_size() + details::rank_in_block();
  }
  RING_D static unsigned long long num_threads() { return num_blocks() * details::block_size(); }
  RING_D static unsigned long long size() { return num_threads(); }
  RING_D static unsigned long long block_rank() {
    return blockIdx.x + gridDim.x * (blockIdx.y + static_cast<unsigned long long>(gridDim.y) * blockIdx.z);
  }
  RING_D static unsigned long long num_blocks() {
    return static_cast<unsigned long long>(gridDim.x) * gridDim.y * gridDim.z;
  }
  RING_D static dim3 group_dim() { return dim3(gridDim.x, gridDim.y, gridDim.z); }
  RING_D static dim3 dim_blocks() { return group_dim(); }
  RING_D static dim3 block_index() { return dim3(blockIdx.x, blockIdx.y, blockIdx.z); }
  /// Of a launch that is cooperative; in others it may wait for ever. In a handler for the actor's blocks.
  RING_D static void sync() {
    if (ring::detail::is_in_actor()) return ring::detail::sync_grid();
    __syncthreads();
    if (ring::detail::is_leader()) details::meet(static_cast<unsigned>(num_blocks()));
    __syncthreads();
  }
  /// Whether the launch is cooperative, which nothing here tells.
  template <class T = void>
  RING_D static bool is_valid() {
    static_assert(sizeof(T*) == 0,
                  "is_valid() needs the cooperative_groups.h of a CUDA toolkit: install one and set CUDA_PATH");
    return false;
  }
};

class coalesced_group : public details::lanes {
 public:
  using details::lanes::lanes;
};

template <unsigned N, class Parent = void>
class thread_block_tile : public details::lanes {
 public:
  static_assert(N != 0 && N <= 32 && (N & (N - 1)) == 0, "a tile has 1, 2, 4, 8, 16 or 32 threads");

  RING_D thread_block_tile() : details::lanes((~0u >> (32 - N)) << (details::lane() & ~(N - 1))) {}

  RING_D static unsigned thread_rank() { return details::lane() % N; }
  RING_D static constexpr unsigned num_threads() { return N; }
  RING_D static constexpr unsigned size() { return N; }
  RING_D static unsigned meta_group_rank() { return details::rank_in_block() / N; }
  RING_D static unsigned meta_group_size() { return (details::block_size() + N - 1) / N; }
  template <class T>
  RING_D T shfl_xor(T value, unsigned mask) const {
    return this->shfl(value, thread_rank() ^ mask);
  }
};

RING_D inline thread_block this_thread_block() { return thread_block(); }
RING_D inline grid_group this_grid() { return grid_group(); }
RING_D inline coalesced_group coalesced_threads() { return coalesced_group(__activemask()); }
template <unsigned N, class Parent>
RING_D inline thread_block_tile<N, Parent> tiled_partition(const Parent&) {
  return thread_block_tile<N, Parent>();
}
template <class Group>
RING_D inline void sync(const Group& group) {
  group.sync();
}
template <class Group>
RING_D inline auto thread_rank(const Group& group) {
  return group.thread_rank();
}
template <class Group>
RING_D inline auto group_size(const Group& group) {
  return group.num_threads();
}

}  // namespace cooperative_groups
