// What goes wrong between members of a group: the lines of the user's file are named, not those of the headers.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <ring_kernel.cuh>

namespace cg = cooperative_groups;

struct Blocks {};
struct Tiles {};
struct Reductions {};

RING_KERNEL(faulty);
RING_BLOCK(faulty, 64);

RING_ON(faulty, Blocks) {
  const cg::thread_block block = cg::this_thread_block();
  if (threadIdx.x < 16) {
    block.sync();  // some
  } else {
    cg::sync(block);  // others
  }
}

RING_ON(faulty, Tiles) {
  const auto tile = cg::tiled_partition<8>(cg::this_thread_block());
  if (threadIdx.x % 2 == 0) tile.shfl(threadIdx.x, 0);  // even lanes
  cg::this_thread_block().sync();                       // odd lanes
}

RING_ON(faulty, Reductions) {
  const cg::thread_group tile = cg::tiled_partition(cg::this_thread_block(), 16);
  const auto warp = cg::tiled_partition<32>(cg::this_thread_block());
  if (tile.thread_rank() < 3) {
    tile.sync();  // waits
  } else {
    cg::reduce(warp, static_cast<float>(threadIdx.x), cg::plus<float>());  // adds
  }
}
