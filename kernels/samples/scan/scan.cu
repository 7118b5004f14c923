// Stream compaction by a scan as CUDA programmers write it: each element that stays needs to know how many stay before
// it. Blelloch, "Prefix sums and their applications", 1990: a tree in shared memory, up and down.
#include <ring_kernel.cuh>

constexpr unsigned kThreads = 256;
constexpr unsigned kTile = 2 * kThreads;  // elements of a tile: two a thread

/// Keeps what is larger than a threshold, in its order.
struct Compact {
  ring::buffer<float> values;
  ring::buffer<float> kept;  ///< at least as long as what stays
  float threshold = 0.0f;
};

/// How many stay: they are the first elements of `kept`.
struct Compacted {
  uint32_t count;
};

/// Replaces the elements of a tile by the sums of those before them; all threads get the sum of all.
__device__ inline unsigned scan_tile(unsigned (&sums)[kTile]) {
  __shared__ unsigned total;
  const unsigned thread = threadIdx.x;
  // Up: the last element of every pair, every four, … becomes the sum of them.
  for (unsigned span = 1; span < kTile; span *= 2) {
    __syncthreads();
    const unsigned last = (thread + 1) * 2 * span - 1;
    if (last < kTile) sums[last] += sums[last - span];
  }
  __syncthreads();
  if (thread == 0) {
    total = sums[kTile - 1];
    sums[kTile - 1] = 0;
  }
  // Down: the first half gets what came before the whole, the second half that and the sum of the first.
  for (unsigned span = kTile / 2; span > 0; span /= 2) {
    __syncthreads();
    const unsigned last = (thread + 1) * 2 * span - 1;
    if (last < kTile) {
      const unsigned of_first = sums[last - span];
      sums[last - span] = sums[last];
      sums[last] += of_first;
    }
  }
  __syncthreads();
  return total;
}

/// Compacts vectors.
RING_KERNEL(compact);
RING_BLOCK(compact, kThreads);

RING_ON(compact, Compact) {
  __shared__ unsigned places[kTile];
  const auto values = msg.values.read();
  const auto kept = msg.kept.write();
  unsigned count = 0;  // the same in all threads
  for (unsigned tile = 0; tile < values.size(); tile += kTile) {
    const auto stays = [&](unsigned i) { return tile + i < values.size() && values[tile + i] > msg.threshold; };
    for (unsigned i = threadIdx.x; i < kTile; i += kThreads) places[i] = stays(i) ? 1 : 0;
    const unsigned of_tile = scan_tile(places);
    for (unsigned i = threadIdx.x; i < kTile; i += kThreads)
      if (stays(i)) kept[count + places[i]] = values[tile + i];
    count += of_tile;
    __syncthreads();  // before the next tile takes the places
  }
  if (ctx.leader()) ctx.reply(Compacted{count});
}
