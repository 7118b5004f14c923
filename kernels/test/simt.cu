// What threads of a block do together, each thread's result in its place of a row. simt.test.ts computes them itself.
#include <ring_kernel.cuh>

struct Do {
  uint32_t what;
  uint32_t a = 0;
  uint32_t b = 0;
};
struct Row {
  uint32_t values[96];
};

/// A value that differs from thread to thread.
__device__ inline uint32_t scramble(uint32_t x) {
  x = (x ^ (x >> 16)) * 0x45d9f3bu;
  return x ^ (x >> 16);
}

/// Waits in a function that is called from a loop.
__device__ __noinline__ uint32_t rotate(uint32_t* shared, uint32_t by) {
  const uint32_t value = shared[(threadIdx.x + by) % blockDim.x];
  __syncthreads();
  shared[threadIdx.x] = value;
  __syncthreads();
  return value;
}

/// Waits in every level of a recursion.
__device__ __noinline__ uint32_t deep(uint32_t depth) {
  if (depth == 0) return __shfl_xor_sync(0xffffffffu, threadIdx.x, 1);
  const uint32_t below = deep(depth - 1);
  __syncthreads();
  return below + 1;
}

__device__ uint32_t shuffled(const Do& msg, uint32_t value, uint32_t mask) {
  const int width = static_cast<int>(msg.b);
  switch (msg.what) {
    case 0:
      return __shfl_sync(mask, value, static_cast<int>(msg.a), width);
    case 1:
      return __shfl_up_sync(mask, value, msg.a, width);
    case 2:
      return __shfl_down_sync(mask, value, msg.a, width);
    default:
      return __shfl_xor_sync(mask, value, static_cast<int>(msg.a), width);
  }
}

__device__ uint32_t voted(const Do& msg, uint32_t value, uint32_t mask) {
  const bool yes = value % msg.a == 0;
  int all = 0;
  switch (msg.what) {
    case 4:
      return __ballot_sync(mask, yes);
    case 5:
      return static_cast<uint32_t>(__any_sync(mask, yes));
    case 6:
      return static_cast<uint32_t>(__all_sync(mask, yes));
    case 7:
      return __match_any_sync(mask, value % msg.a);
    default:
      return __match_all_sync(mask, value % msg.a, &all) | static_cast<uint32_t>(all) << 31;
  }
}

__device__ uint32_t reduced(const Do& msg, uint32_t value, uint32_t mask) {
  switch (msg.what) {
    case 9:
      return __reduce_add_sync(mask, value);
    case 10:
      return __reduce_min_sync(mask, value);
    case 11:
      return __reduce_max_sync(mask, value);
    case 12:
      return static_cast<uint32_t>(__reduce_min_sync(mask, static_cast<int>(value)));
    case 13:
      return static_cast<uint32_t>(__reduce_max_sync(mask, static_cast<int>(value)));
    case 14:
      return __reduce_and_sync(mask, value);
    case 15:
      return __reduce_or_sync(mask, value);
    default:
      return __reduce_xor_sync(mask, value);
  }
}

__device__ uint32_t together(const Do& msg, uint32_t value, uint32_t* shared) {
  const uint32_t rank = threadIdx.x;
  switch (msg.what) {
    case 17:
      return static_cast<uint32_t>(__syncthreads_count(value % msg.a == 0));
    case 18:
      return static_cast<uint32_t>(__syncthreads_and(value % msg.a == 0));
    case 19:
      return static_cast<uint32_t>(__syncthreads_or(value % msg.a == 0));
    case 20: {
      uint32_t last = 0;
      shared[rank] = value;
      __syncthreads();
      for (uint32_t round = 0; round < msg.a; ++round) last = rotate(shared, 1);
      return last;
    }
    case 21:
      return deep(msg.a);
    case 22: {
      // Lanes that take different ways each find who went with them.
      uint32_t here = 0;
      if (rank % msg.a == 0) {
        here = __activemask();
      } else {
        here = __activemask();
      }
      return here;
    }
    case 23:
      return static_cast<uint32_t>(__shfl_sync(0xffffffffu, static_cast<double>(value) + 0.5, static_cast<int>(msg.a)));
    default:
      return static_cast<uint32_t>(__shfl_sync(0xffffffffu, static_cast<unsigned long long>(value) << 20, 3) >> 20);
  }
}

RING_KERNEL(wide);
RING_BLOCK(wide, 96);
RING_OUTPUT(wide, rows, Row);
RING_ON(wide, Do) {
  __shared__ uint32_t shared[96];
  __shared__ Row row;
  const uint32_t value = scramble(threadIdx.x + msg.a);
  // As in CUDA, lanes that the mask does not name do not call: every third lane stays away where b asks for it.
  const bool stays_away = msg.what < 17 && msg.what >= 4 && msg.b != 0 && threadIdx.x % 3 == 2;
  const uint32_t mask = msg.what >= 4 && msg.b != 0 ? __ballot_sync(0xffffffffu, !stays_away) : 0xffffffffu;
  uint32_t result = 0;
  if (!stays_away) {
    if (msg.what < 4) {
      result = shuffled(msg, value, mask);
    } else if (msg.what < 9) {
      result = voted(msg, value, mask);
    } else if (msg.what < 17) {
      result = reduced(msg, value, mask);
    } else {
      result = together(msg, value, shared);
    }
  }
  row.values[threadIdx.x] = result;
  __syncthreads();
  if (ctx.leader()) ctx.emit(rows, row);
}

/// Threads in three dimensions, in two blocks, and the grid's barrier between writing and reading.
struct Where {
  uint32_t ranks[48];
  uint32_t blocks;
  uint32_t sum;
};
__device__ uint32_t written[4][48];
RING_KERNEL(cube);
RING_BLOCK(cube, 4, 3, 2);
RING_GRID(cube, 2, 2);
RING_OUTPUT(cube, places, Where);
RING_ON(cube, Do) {
  const uint32_t rank = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const uint32_t block = blockIdx.x + gridDim.x * blockIdx.y;
  written[block][rank] = msg.a + block * 100 + rank;
  ctx.sync_grid();
  if (block == 0 && ctx.leader()) {
    Where all{};
    all.blocks = gridDim.x * gridDim.y * gridDim.z;
    for (uint32_t from = 0; from < 2; ++from)
      for (uint32_t other = 0; other < 24; ++other) all.ranks[from * 24 + other] = written[from + 2][other];
    for (uint32_t from = 0; from < 4; ++from)
      for (uint32_t other = 0; other < 24; ++other) all.sum += written[from][other];
    ctx.emit(places, all);
  }
}

/// Named barriers: the block's first warp makes, the others take.
struct Taken {
  uint32_t sum;
};
RING_KERNEL(pipelined);
RING_BLOCK(pipelined, 128);
RING_OUTPUT(pipelined, sums, Taken);
RING_ON(pipelined, Do) {
  __shared__ uint32_t item[2];
  __shared__ uint32_t sum;
  if (threadIdx.x == 0) sum = 0;
  __syncthreads();
  for (uint32_t round = 0; round < msg.a; ++round) {
    if (threadIdx.x < 32) {
      if (threadIdx.x == 0) item[round % 2] = round;
      ctx.named_barrier(1 + round % 2);
    } else {
      ctx.named_barrier(1 + round % 2);
      atomicAdd(&sum, item[round % 2]);
    }
  }
  __syncthreads();
  if (ctx.leader()) ctx.emit(sums, Taken{sum});
}

/// 1,024 threads, of which most return before the barrier.
RING_KERNEL(crowd);
RING_BLOCK(crowd, 1024);
RING_OUTPUT(crowd, sums, Taken);
RING_ON(crowd, Do) {
  __shared__ uint32_t parts[1024];
  if (threadIdx.x >= msg.a) return;
  parts[threadIdx.x] = threadIdx.x;
  __syncthreads();
  if (threadIdx.x != 0) return;
  uint32_t sum = 0;
  for (uint32_t other = 0; other < msg.a; ++other) sum += parts[other];
  ctx.emit(sums, Taken{sum});
}

/// A thread that waits for another one of its block lets it go on.
RING_KERNEL(spinning);
RING_BLOCK(spinning, 64);
RING_OUTPUT(spinning, sums, Taken);
RING_ON(spinning, Do) {
  __shared__ uint32_t turn;
  if (threadIdx.x == 0) turn = 0;
  __syncthreads();
  // In the reverse of the order in which they would come.
  while (atomicAdd(&turn, 0u) != blockDim.x - 1 - threadIdx.x) __nanosleep(100);
  atomicAdd(&turn, 1u);
  __syncthreads();
  if (ctx.leader()) ctx.emit(sums, Taken{turn});
}

/// Every thread sends, and prints.
struct Hello {
  uint32_t thread;
};
RING_KERNEL(chorus);
RING_BLOCK(chorus, 3);
RING_GRID(chorus, 2);
RING_OUTPUT(chorus, hellos, Hello);
RING_ON(chorus, Do) {
  printf("block %u thread %u\n", blockIdx.x, threadIdx.x);
  __syncthreads();
  ctx.emit(hellos, Hello{blockIdx.x * blockDim.x + threadIdx.x});
}
