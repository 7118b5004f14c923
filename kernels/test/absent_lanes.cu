// Shuffles from lanes that do not take part (simt.test.ts): the block has fewer threads, or the mask fewer lanes.
#include <cooperative_groups.h>

__global__ void absent_lanes(int* words, double* longs, int4* wides) {
  const int t = static_cast<int>(threadIdx.x);
  words[t] = __shfl_down_sync(0xffffffffu, t + 1, 8);
  longs[t] = t < 8 ? __shfl_xor_sync(0xffu, t + 1.5, 8) : __shfl_up_sync(0xffffff00u, t + 1.5, 4);
  const auto warp = cooperative_groups::tiled_partition<32>(cooperative_groups::this_thread_block());
  wides[t] = warp.shfl_down(make_int4(t + 1, t + 2, t + 3, t + 4), 8);
}
