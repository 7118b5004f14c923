// Groups of whole blocks, and the base of all groups.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "lanes.h"

namespace cooperative_groups {

namespace details {
enum class kind : u32 { block, grid, lanes };

/// What is known of lanes of one warp that are a group.
struct lanes_data {
  u32 mask;
  u32 meta_rank;
  u32 meta_size;
};

/// Within the grid that `gridDim` tells of.
inline dim3 grid_thread_index() {
  const ::ring::simt::position& p = ::ring::simt::here;
  return dim3(p.block_index.x * p.block_dim.x + p.thread_index.x, p.block_index.y * p.block_dim.y + p.thread_index.y,
              p.block_index.z * p.block_dim.z + p.thread_index.z);
}
inline u64 block_count() {
  const uint3 d = ::ring::simt::here.grid_dim;
  return static_cast<u64>(d.x) * d.y * d.z;
}
}  // namespace details

/// Any group, by a type that says nothing about it.
class thread_group {
 public:
  void sync(RING_SITE) const {
    switch (kind_) {
      case details::kind::block:
        ::ring::simt::sync_block(0, 0, false, RING_HERE);
        return;
      case details::kind::grid:
        ::ring::simt::sync_grid(RING_HERE);
        return;
      case details::kind::lanes:
        ::ring::simt::exchange(details::op::sync_warp, lanes_.mask, 0, 0, RING_HERE);
    }
  }
  unsigned long long num_threads() const {
    switch (kind_) {
      case details::kind::block:
        return ::ring::simt::thread_count();
      case details::kind::grid:
        return details::block_count() * ::ring::simt::thread_count();
      case details::kind::lanes:
        return details::count(lanes_.mask);
    }
  }
  unsigned long long size() const { return num_threads(); }
  unsigned long long thread_rank() const {
    switch (kind_) {
      case details::kind::block:
        return ::ring::simt::thread_rank();
      case details::kind::grid:
        return static_cast<details::u64>(::ring::simt::block_rank()) * ::ring::simt::thread_count() +
               ::ring::simt::thread_rank();
      case details::kind::lanes:
        return details::count(lanes_.mask & details::below(::ring::simt::lane()));
    }
  }

 protected:
  explicit thread_group(details::kind kind) : kind_(kind) {}
  explicit thread_group(const details::lanes_data& lanes) : kind_(details::kind::lanes), lanes_(lanes) {}
  static const details::lanes_data& lanes_of(const thread_group& group) { return group.lanes_; }

 private:
  friend thread_group tiled_partition(const thread_group& parent, unsigned size);
  details::kind kind_;
  details::lanes_data lanes_{};
};

class thread_block : public thread_group {
 public:
  struct arrival_token {};

  static void sync(RING_SITE) { ::ring::simt::sync_block(0, 0, false, RING_HERE); }
  /// As in CUDA, where it does nothing either: who waits, waits until all wait.
  arrival_token barrier_arrive() const { return {}; }
  void barrier_wait(arrival_token&&, RING_SITE) const { ::ring::simt::sync_block(0, 0, false, RING_HERE); }

  static unsigned num_threads() { return ::ring::simt::thread_count(); }
  static unsigned size() { return num_threads(); }
  static unsigned thread_rank() { return ::ring::simt::thread_rank(); }
  static dim3 thread_index() { return dim3(threadIdx); }
  static dim3 group_index() { return dim3(blockIdx); }
  static dim3 dim_threads() { return blockDim; }
  static dim3 group_dim() { return dim_threads(); }

 private:
  friend thread_block this_thread_block();
  thread_block() : thread_group(details::kind::block) {}
};

inline thread_block this_thread_block() { return {}; }

/// Counts as `gridDim` and `blockIdx` do, over all instances of an actor; `sync` waits for the blocks of one's own.
class grid_group : public thread_group {
 public:
  struct arrival_token {};

  static bool is_valid() { return ::ring::simt::is_grid_together(); }
  static void sync(RING_SITE) { ::ring::simt::sync_grid(RING_HERE); }
  arrival_token barrier_arrive() const { return {}; }
  void barrier_wait(arrival_token&&, RING_SITE) const { ::ring::simt::sync_grid(RING_HERE); }

  static unsigned long long num_threads() { return details::block_count() * ::ring::simt::thread_count(); }
  static unsigned long long size() { return num_threads(); }
  static unsigned long long thread_rank() {
    return block_rank() * ::ring::simt::thread_count() + ::ring::simt::thread_rank();
  }
  static dim3 thread_index() { return details::grid_thread_index(); }
  static dim3 dim_threads() {
    const dim3 grid = dim_blocks(), block = blockDim;
    return dim3(grid.x * block.x, grid.y * block.y, grid.z * block.z);
  }
  static unsigned long long num_blocks() { return details::block_count(); }
  static unsigned long long block_rank() { return ::ring::simt::block_rank(); }
  static dim3 block_index() { return dim3(blockIdx); }
  static dim3 dim_blocks() { return gridDim; }
  static dim3 group_dim() { return gridDim; }

 private:
  friend grid_group this_grid();
  grid_group() : thread_group(details::kind::grid) {}
};

inline grid_group this_grid() { return {}; }

}  // namespace cooperative_groups
