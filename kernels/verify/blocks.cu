// What only blocks on a GPU show: barriers that lanes of one warp come to from several places, grids beside each other,
// the steps of the clock.
#include <cooperative_groups.h>
#include <ring_kernel.cuh>

namespace cg = cooperative_groups;

struct Rounds {
  uint32_t count;
};
struct Met {
  uint32_t threads;  ///< that have stayed
  uint32_t wrong;    ///< words of other threads that were not those of the round, and counts
};
struct Question {
  uint32_t value;
};
struct Answer {
  uint32_t value;
  uint32_t threads;
};

constexpr uint32_t kMostThreads = 64;
constexpr uint32_t kStaying = 16;  ///< lanes of each warp

/// The upper half of each warp returns at once. The rest meets at three kinds of barriers in turn, and the lanes of a
/// warp come to them from two places.
RING_KERNEL(halves);
RING_BLOCK(halves, kMostThreads);
RING_ON(halves, Rounds) {
  __shared__ uint32_t words[kMostThreads];
  __shared__ uint32_t all_wrong;
  __shared__ volatile uint32_t at_even, at_odd;
  const uint32_t me = threadIdx.x, lane = me % 32;
  if (lane >= kStaying) return;
  const uint32_t rest = blockDim.x % 32;
  const uint32_t threads = blockDim.x / 32 * kStaying + (rest < kStaying ? rest : kStaying);
  const uint32_t next = lane + 1 < kStaying && me + 1 < blockDim.x ? me + 1 : 0;
  const cg::thread_block block = cg::this_thread_block();
  if (me == 0) all_wrong = 0;
  uint32_t wrong = 0;
  for (uint32_t round = 1; round <= msg.count; ++round) {
    words[me] = round * kMostThreads + me;
    // Different stores keep the two calls apart.
    if (round % 2 == 0) {
      block.sync();
    } else if (lane % 2 == 0) {
      at_even = round;
      __syncthreads();
    } else {
      at_odd = round;
      __syncthreads();
    }
    if (words[next] != round * kMostThreads + next) ++wrong;
    const uint32_t counted = static_cast<uint32_t>(__syncthreads_count(me % 32 < round % kStaying));
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < blockDim.x; ++i) wanted += i % 32 < round % kStaying ? 1 : 0;
    if (counted != wanted) ++wrong;
  }
  atomicAdd(&all_wrong, wrong);
  __syncthreads();
  if (me == 0) ctx.reply(Met{threads, all_wrong});
}

/// More of them than a multiprocessor holds.
constexpr uint32_t kBlocks = 10;
__device__ uint32_t marks[kBlocks];
__device__ uint32_t wrong_marks;

RING_KERNEL(across);
RING_BLOCK(across, 256);
RING_GRID(across, kBlocks);
RING_ON(across, Rounds) {
  if (threadIdx.x >= 128 && blockIdx.x % 2 == 1) return;
  const bool acts = threadIdx.x == 0;
  if (acts && blockIdx.x == 0) wrong_marks = 0;
  ctx.sync_grid();
  for (uint32_t round = 1; round <= msg.count; ++round) {
    if (acts) marks[blockIdx.x] = round * kBlocks + blockIdx.x;
    ctx.sync_grid();
    const uint32_t other = (blockIdx.x + round) % kBlocks;
    if (acts && marks[other] != round * kBlocks + other) atomicAdd(&wrong_marks, 1u);
    ctx.sync_grid();
  }
  if (acts && blockIdx.x == 0) ctx.reply(Met{kBlocks, wrong_marks});
}

/// Launched in blocks of several sizes, each of which is a grid of its own.
RING_KERNEL(resident);
RING_BLOCK(resident, kMostThreads);
RING_ON(resident, Question) {
  if (ctx.leader()) ctx.reply(Answer{msg.value + 1, blockDim.x});
}

/// Blocks of a cooperative launch write a word each, meet, and read another block's.
__global__ void meet_in_grid(uint32_t rounds, uint32_t* words, uint32_t* wrong) {
  const cg::grid_group grid = cg::this_grid();
  for (uint32_t round = 1; round <= rounds; ++round) {
    if (threadIdx.x == 0) words[blockIdx.x] = round * gridDim.x + blockIdx.x;
    grid.sync();
    const uint32_t other = (blockIdx.x + round) % gridDim.x;
    if (threadIdx.x == 0 && words[other] != round * gridDim.x + other) atomicAdd(wrong, 1u);
    grid.sync();
  }
}

__device__ uint32_t tally;
/// What the host writes goes there, and back, beside what is resident.
__global__ void count_up(uint32_t by) { tally += by; }

/// Looks at the clock until it has moved so often: shortest and longest step in ns, steps, steps back.
__global__ void watch_clock(uint32_t changes, uint32_t* found) {
  uint32_t shortest = ~0u, longest = 0, steps = 0, back = 0;
  uint64_t last = ring::detail::read_clock_ns();
  for (uint32_t looks = 0; steps < changes && looks < 100'000'000; ++looks) {
    const uint64_t now = ring::detail::read_clock_ns();
    if (now == last) continue;
    const uint64_t step = now - last;
    last = now;
    ++steps;
    if (step >> 63 != 0) {
      ++back;
      continue;
    }
    const uint32_t ns = step > 0xffffffffull ? 0xffffffffu : static_cast<uint32_t>(step);
    shortest = ns < shortest ? ns : shortest;
    longest = ns > longest ? ns : longest;
  }
  found[0] = shortest;
  found[1] = longest;
  found[2] = steps;
  found[3] = back;
}
