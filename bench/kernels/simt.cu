// For bench/simt.bench.ts: what barriers, shuffles and work in shared memory take when the threads of a block are real.
#include <ring_kernel.cuh>

#include "simt_jobs.cuh"

constexpr unsigned kThreads = 256;
constexpr unsigned kTile = 16;

/// Waits `rounds` times.
struct Barriers {
  uint32_t rounds;
};
struct Shuffles {
  uint32_t rounds;
};

/// Comes, starts all threads, and goes.
struct Visit {
  uint32_t value = 0;
};

RING_KERNEL(waiting);
RING_BLOCK(waiting, ring::any);
RING_ON(waiting, Visit) {}
RING_ON(waiting, Barriers) {
  for (uint32_t round = 0; round < msg.rounds; ++round) __syncthreads();
  if (ctx.leader()) ctx.reply(Done{});
}
RING_ON(waiting, Shuffles) {
  float value = static_cast<float>(threadIdx.x);
  for (uint32_t round = 0; round < msg.rounds; ++round) value += __shfl_xor_sync(0xffffffffu, value, 1);
  if (ctx.leader()) ctx.reply(Done{value});
}

RING_KERNEL(block);
RING_BLOCK(block, kThreads);

RING_ON(block, Reduce) {
  __shared__ float sums[kThreads];
  const auto values = msg.values.read();
  float sum = 0;
  for (uint32_t round = 0; round < msg.rounds; ++round) {
    float mine = 0;
    for (unsigned i = threadIdx.x; i < values.size(); i += kThreads) mine += values[i];
    sums[threadIdx.x] = mine;
    __syncthreads();
    for (unsigned half = kThreads / 2; half > 0; half /= 2) {
      if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
      __syncthreads();
    }
    sum = sums[0];
    __syncthreads();
  }
  if (ctx.leader()) ctx.reply(Done{sum});
}

/// As Hillis and Steele do it, tile by tile.
RING_ON(block, Scan) {
  __shared__ float sums[kThreads];
  const auto values = msg.values.read();
  const auto prefixes = msg.prefixes.write();
  float before = 0;
  for (uint32_t round = 0; round < msg.rounds; ++round) {
    before = 0;
    for (unsigned tile = 0; tile < values.size(); tile += kThreads) {
      sums[threadIdx.x] = values[tile + threadIdx.x];
      __syncthreads();
      for (unsigned distance = 1; distance < kThreads; distance *= 2) {
        const float left = threadIdx.x >= distance ? sums[threadIdx.x - distance] : 0.0f;
        __syncthreads();
        sums[threadIdx.x] += left;
        __syncthreads();
      }
      prefixes[tile + threadIdx.x] = before + sums[threadIdx.x];
      before += sums[kThreads - 1];
      __syncthreads();
    }
  }
  if (ctx.leader()) ctx.reply(Done{before});
}

RING_KERNEL(tiles);
RING_BLOCK(tiles, kTile, kTile);

RING_ON(tiles, Multiply) {
  __shared__ float tile_a[kTile][kTile], tile_b[kTile][kTile];
  const auto a = msg.a.read(), b = msg.b.read();
  const auto c = msg.c.write();
  const unsigned n = msg.n, tx = threadIdx.x, ty = threadIdx.y;
  for (unsigned top = 0; top < n; top += kTile) {
    for (unsigned left = 0; left < n; left += kTile) {
      float sum = 0;
      for (unsigned at = 0; at < n; at += kTile) {
        tile_a[ty][tx] = a[(top + ty) * n + at + tx];
        tile_b[ty][tx] = b[(at + ty) * n + left + tx];
        __syncthreads();
        for (unsigned k = 0; k < kTile; ++k) sum += tile_a[ty][k] * tile_b[k][tx];
        __syncthreads();
      }
      c[(top + ty) * n + left + tx] = sum;
    }
  }
  if (ctx.leader()) ctx.reply(Done{c[n + 1]});
}
