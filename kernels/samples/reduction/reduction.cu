// A reduction as CUDA programmers write it: each thread adds up its share, warps add by shuffles, and the warps' sums
// meet in shared memory.
#include <ring_kernel.cuh>

constexpr unsigned kThreads = 256;
constexpr unsigned kWarps = kThreads / 32;
constexpr unsigned kAll = 0xffffffffu;

/// Values to be summed up.
struct Values {
  ring::buffer<float> values;
};

/// What they are like.
struct Summary {
  double sum;
  float smallest;
  float largest;
  uint32_t count;
};

struct Partial {
  double sum;
  float smallest, largest;
};

__device__ inline Partial combine(const Partial& a, const Partial& b) {
  return {a.sum + b.sum, fminf(a.smallest, b.smallest), fmaxf(a.largest, b.largest)};
}

/// Of the lanes of a warp, in lane 0: each takes in the one that is `distance` above it, which halves every time.
__device__ inline Partial reduce_warp(Partial mine) {
  for (unsigned distance = 16; distance > 0; distance /= 2) {
    const Partial other = {__shfl_down_sync(kAll, mine.sum, distance), __shfl_down_sync(kAll, mine.smallest, distance),
                           __shfl_down_sync(kAll, mine.largest, distance)};
    mine = combine(mine, other);
  }
  return mine;
}

/// Sums up vectors.
RING_KERNEL(reduction);
RING_BLOCK(reduction, kThreads);

RING_ON(reduction, Values) {
  __shared__ Partial of_warps[kWarps];
  const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const Partial nothing = {0.0, INFINITY, -INFINITY};

  const auto values = msg.values.read();
  Partial mine = nothing;
  for (unsigned i = threadIdx.x; i < values.size(); i += blockDim.x) {
    mine = combine(mine, Partial{values[i], values[i], values[i]});
  }

  mine = reduce_warp(mine);
  if (lane == 0) of_warps[warp] = mine;
  __syncthreads();
  if (warp == 0) {
    const Partial total = reduce_warp(lane < kWarps ? of_warps[lane] : nothing);
    if (lane == 0) ctx.reply(Summary{total.sum, total.smallest, total.largest, values.size()});
  }
}
