// For bench/simt.bench.ts: the jobs of simt.cu by collectives, which are loops in a block of one thread.
#include <ring_kernel.cuh>

#include "simt_jobs.cuh"

/// The compiler must not take a round for the same as the one before.
__device__ inline void next_round() { asm volatile("" ::: "memory"); }

RING_KERNEL(alone);
RING_BLOCK(alone, ring::any);

RING_ON(alone, Reduce) {
  const auto values = msg.values.read();
  float sum = 0;
  for (uint32_t round = 0; round < msg.rounds; ++round) {
    sum = ctx.reduce(values.size(), 0.0f, [&](unsigned i) { return values[i]; });
    next_round();
  }
  if (ctx.leader()) ctx.reply(Done{sum});
}

RING_ON(alone, Scan) {
  const auto values = msg.values.read();
  const auto prefixes = msg.prefixes.write();
  float sum = 0;
  for (uint32_t round = 0; round < msg.rounds; ++round) {
    sum = ctx.scan(
        values.size(), 0.0f, [&](unsigned i) { return values[i]; },
        [&](unsigned i, float prefix) { prefixes[i] = prefix; });
    next_round();
  }
  if (ctx.leader()) ctx.reply(Done{sum});
}

RING_ON(alone, Multiply) {
  const float* a = msg.a.read().data();
  const float* b = msg.b.read().data();
  float* c = msg.c.write().data();
  const unsigned n = msg.n;
  ctx.parallel_for(n, [&](unsigned row) {
    for (unsigned column = 0; column < n; ++column) c[row * n + column] = 0;
    for (unsigned k = 0; k < n; ++k)
      for (unsigned column = 0; column < n; ++column) c[row * n + column] += a[row * n + k] * b[k * n + column];
  });
  if (ctx.leader()) ctx.reply(Done{c[n + 1]});
}

RING_ON(alone, Saxpy) {
  const auto x = msg.x.read();
  const auto y = msg.y.write();
  for (uint32_t round = 0; round < msg.rounds; ++round)
    ctx.parallel_for(y.size(), [&](unsigned i) { y[i] += msg.a * x[i]; });
  if (ctx.leader()) ctx.reply(Done{y[0]});
}
