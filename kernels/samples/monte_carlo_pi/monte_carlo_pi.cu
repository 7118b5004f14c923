// Monte Carlo: the share of random points that lie in a quarter of a circle gives pi. `dealer` cuts the work into jobs
// for several samplers; the points come from a counter (Philox), so that the result depends on the seed and the number
// of points only, not on who draws which.
#include <ring_kernel.cuh>

/// Asks for pi.
struct Estimate {
  uint32_t points = 10000000;  ///< made even
  uint64_t seed = 1;
  uint32_t jobs = 64;  ///< at least 1, at most 1,000
};

/// Points 2 first to 2 (first + pairs) - 1: one random block gives two.
struct Job {
  uint32_t first;
  uint32_t pairs;
  uint64_t seed;
};

/// How many of them lie in the circle.
struct Hits {
  uint64_t points;
  uint64_t inside;
};

/// The result.
struct Pi {
  double estimate;
  double standard_error;
  uint64_t points;
  uint64_t inside;
};

struct DealerState {
  uint32_t jobs_left;
  uint64_t points;
  uint64_t inside;
};

enum class DealerError : uint32_t { none = 0, busy = 1 };

/// Draws points and counts those inside.
RING_KERNEL(sampler);
RING_BLOCK(sampler, ring::any);

/// Coordinates are 32 bits each, taken at the middle of their step: inside is where (2 x + 1)² + (2 y + 1)² < 2^66.
/// With a² + a for ((2 a + 1)² - 1) / 4 that is where a sum of 64 bits does not overflow: no rounding anywhere.
__device__ inline uint32_t is_inside(uint64_t x, uint64_t y) {
  const uint64_t x_part = x * x + x, y_part = y * y + y;
  return x_part + y_part >= x_part ? 1 : 0;
}

RING_ON(sampler, Job) {
  const uint32_t inside = ctx.reduce(msg.pairs, 0u, [&](unsigned i) {
    const uint4 random = ring::philox(uint64_t{msg.first} + i, msg.seed);
    return is_inside(random.x, random.y) + is_inside(random.z, random.w);
  });
  if (ctx.leader()) ctx.reply(Hits{2 * uint64_t{msg.pairs}, inside});
}

/// Deals out jobs and adds up what comes back.
RING_KERNEL(dealer, DealerState);
RING_OUTPUT(dealer, work, Job);
RING_OUTPUT(dealer, results, Pi);

RING_ON(dealer, Estimate) {
  if (state.jobs_left > 0) {
    ctx.report_error(static_cast<uint32_t>(DealerError::busy));
    return;
  }
  const uint64_t pairs = msg.points / 2, jobs = min(max(msg.jobs, 1u), 1000u);
  state = DealerState{static_cast<uint32_t>(jobs), 0, 0};
  for (uint64_t job = 0; job < jobs; ++job) {
    const uint64_t first = pairs * job / jobs, end = pairs * (job + 1) / jobs;
    ctx.emit(work, Job{static_cast<uint32_t>(first), static_cast<uint32_t>(end - first), msg.seed});
  }
}

RING_ON(dealer, Hits) {
  state.points += msg.points;
  state.inside += msg.inside;
  state.jobs_left -= 1;
  if (state.jobs_left > 0) return;
  const double share = static_cast<double>(state.inside) / static_cast<double>(state.points);
  const double deviation = sqrt(share * (1 - share) / static_cast<double>(state.points));
  ctx.emit(results, Pi{4 * share, 4 * deviation, state.points, state.inside});
}
