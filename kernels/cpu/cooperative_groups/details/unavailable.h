// What cooperative groups have on GPUs only: declared, so that a use is a diagnostic at its line that says why.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "groups.h"

#define RING_NO_CLUSTERS_ RING_UNAVAILABLE("thread block clusters are not supported by the CPU device")
#define RING_NO_MULTI_GRID_ RING_UNAVAILABLE("groups of several grids are not supported by the CPU device")
#define RING_NO_LARGE_TILES_ \
  RING_UNAVAILABLE("tiles of more than 32 threads are not supported by the CPU device: use the block")

namespace cooperative_groups {

class RING_NO_CLUSTERS_ cluster_group : public thread_group {
 public:
  unsigned block_rank() const;
  unsigned num_blocks() const;
  template <class T>
  T* map_shared_rank(T*, int) const;
};
RING_NO_CLUSTERS_ cluster_group this_cluster();

class RING_NO_MULTI_GRID_ multi_grid_group : public thread_group {
 public:
  unsigned grid_rank() const;
  unsigned num_grids() const;
};
RING_NO_MULTI_GRID_ multi_grid_group this_multi_grid();

/// Memory that larger tiles need.
template <unsigned MaxThreads = 1024>
struct RING_NO_LARGE_TILES_ block_tile_memory {};
template <class Memory>
RING_NO_LARGE_TILES_ thread_block this_thread_block(Memory&);

namespace experimental {
template <unsigned MaxThreads = 1024>
struct RING_NO_LARGE_TILES_ block_tile_memory {};
}  // namespace experimental

}  // namespace cooperative_groups

#undef RING_NO_CLUSTERS_
#undef RING_NO_MULTI_GRID_
#undef RING_NO_LARGE_TILES_
