// CUDA's cooperative groups: blocks, grids, tiles of a warp, and lanes that are at the same place.
//
// Runs on the CPU device only (Clang, wasm32). Groups are small values; what waits names the line of who called it.
#pragma once

#include "ring_cpu.h"

#if defined(RING_TYPES_ONLY)
namespace cooperative_groups {
class thread_group;
class thread_block;
class grid_group;
class coalesced_group;
template <unsigned, class = void>
class thread_block_tile;
}  // namespace cooperative_groups
#else
#include "cooperative_groups/details/lanes.h"
#include "cooperative_groups/details/groups.h"
#include "cooperative_groups/details/warp_groups.h"
#include "cooperative_groups/details/partitions.h"
#include "cooperative_groups/details/unavailable.h"
#endif
