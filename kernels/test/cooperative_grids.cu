// Cooperative groups of a whole grid; cooperative_groups.test.ts computes the places itself.
#include <cooperative_groups.h>
#include <ring_kernel.cuh>

namespace cg = cooperative_groups;

struct Do {
  uint32_t a;
};
/// Where threads are in blocks and in a grid of three dimensions, and the grid's barrier.
struct Places {
  uint32_t ranks[48];
  uint32_t all, blocks, sum;
};
__device__ uint32_t places_of_grid[48];
RING_KERNEL(grids);
RING_BLOCK(grids, 3, 2, 2);
RING_GRID(grids, 2, 1, 2);
RING_OUTPUT(grids, places, Places);
RING_ON(grids, Do) {
  const cg::grid_group grid = cg::this_grid();
  const cg::thread_block block = cg::this_thread_block();
  const dim3 at = block.thread_index(), size = block.dim_threads(), home = block.group_index();
  const uint32_t rank = at.x + size.x * (at.y + size.y * at.z);
  const uint32_t index = home.x + grid.dim_blocks().x * (home.y + grid.dim_blocks().y * home.z);
  places_of_grid[grid.thread_rank()] = rank | index << 8 | static_cast<uint32_t>(grid.block_rank()) << 16;
  if (grid.is_valid()) grid.sync();
  if (grid.thread_rank() == msg.a) {
    Places all{};
    for (int i = 0; i < 48; ++i) all.ranks[i] = places_of_grid[i];
    all.all = static_cast<uint32_t>(grid.size());
    all.blocks = static_cast<uint32_t>(grid.num_blocks());
    all.sum = block.size() * 100 + block.thread_rank();
    ctx.emit(places, all);
  }
  cg::sync(grid);
}

/// Of a plain kernel: whether its grid can be waited for.
__global__ void tell_validity(uint32_t* counts) {
  if (cg::this_grid().is_valid()) atomicAdd(counts, 1u);
}
