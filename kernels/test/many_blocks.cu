// Actors of several blocks, and what kernels say besides messages: run by the driver stand-in (stand-in.test.ts).
#include <ring_kernel.cuh>

struct Locate {};
struct Exchange {
  uint32_t rounds;
};
struct Leave {};
struct Share {};
struct Draw {};
struct Say {
  uint32_t times = 1;
};
struct Fail {
  uint32_t how;
};

struct Place {
  uint32_t thread[3];
  uint32_t block[3];
  uint32_t threads[3];
  uint32_t blocks[3];
  uint32_t index;
};
struct Sum {
  uint64_t value;
};

__device__ uint32_t written[8][24];
__device__ uint32_t wrong;

RING_KERNEL(cube);
RING_BLOCK(cube, 4, 3, 2);
RING_GRID(cube, 2, 1, 2);
RING_OUTPUT(cube, places, Place);

__device__ uint32_t rank_of_thread() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }
__device__ uint32_t rank_of_block() { return blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z); }

RING_ON(cube, Locate) {
  ctx.emit(places, Place{{threadIdx.x, threadIdx.y, threadIdx.z},
                         {blockIdx.x, blockIdx.y, blockIdx.z},
                         {blockDim.x, blockDim.y, blockDim.z},
                         {gridDim.x, gridDim.y, gridDim.z},
                         ctx.block_index()});
}

/// Every thread reads what another one has written, in all blocks of its actor.
RING_ON(cube, Exchange) {
  const uint32_t rank = rank_of_thread(), next = (rank + 1) % 24, first = blockIdx.x & ~1u;
  for (uint32_t round = 0; round < msg.rounds; ++round) {
    written[rank_of_block()][rank] = round * 100 + rank;
    ctx.sync_grid();
    for (uint32_t other = 0; other < 4; ++other) {
      const uint32_t block = first + (other & 1) + gridDim.x * (other >> 1);
      if (written[block][next] != round * 100 + next) atomicAdd(&wrong, 1u);
    }
    ctx.sync_grid();
  }
  if (ctx.leader() && ctx.block_index() % 4 == 0) ctx.reply(Sum{wrong});
}

/// Threads return, those that do all else among them, and whole blocks. The others wait for each other alone.
RING_ON(cube, Leave) {
  if (threadIdx.x != 1 || blockIdx.z != 0) return;
  uint32_t count = 0;
  for (uint32_t round = 0; round < 3; ++round) {
    ctx.sync_grid();
    count += static_cast<uint32_t>(__syncthreads_count(threadIdx.y == 0));
    if (__syncthreads_or(threadIdx.y == 7) || !__syncthreads_and(threadIdx.y < 3)) count += 1000;
  }
  ctx.reply(Sum{count});
}

RING_ON(cube, Share) {
  extern __shared__ uint32_t dynamic[];
  __shared__ uint32_t fixed[24];
  const uint32_t rank = rank_of_thread();
  dynamic[rank] = rank * 10 + ctx.block_index();
  fixed[rank] = rank;
  __syncthreads();
  if (ctx.leader()) ctx.reply(Sum{dynamic[23] + fixed[22] * 1000});
}

RING_ON(cube, Draw) {
  const unsigned drawn = ctx.random();
  if (drawn == 0) ctx.report_error(1);
}

RING_ON(cube, Say) {
  if (rank_of_thread() != 7 || ctx.block_index() % 4 != 1) return;
  const char* nothing = nullptr;
  char text[4] = {'a', 'b', 'c', 'd'};
  const long long wide = -(1ll << 40);
  for (uint32_t i = 0; i < msg.times; ++i)
    printf("%s|%5.1f%%|%-4d|%lld|%c|%.*s|%s|%x %u\n", "done", 12.5f, -3, wide, 'x', 4, text, nothing, 0xbeefu, i);
}

RING_ON(cube, Fail) {
  if (rank_of_thread() != 7 || ctx.block_index() % 4 != 1) return;
  assert(msg.how != 1 && "as told");
  if (msg.how == 2) __trap();
}

/// A block of its own, of one thread.
RING_KERNEL(alone);
RING_ON(alone, Say) {
  ctx.reply(Sum{static_cast<uint64_t>(printf("%d of %u\n", 1, msg.times))});
  if (msg.times > 1) ctx.request_termination();
}

__global__ void shout(uint32_t* out, uint32_t fails) {
  const uint32_t index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index == 3) printf("%u of %u\n", blockIdx.x, gridDim.x);
  __syncthreads();
  out[index] = static_cast<uint32_t>(__syncthreads_count(threadIdx.x == 1)) * 100 + blockIdx.x * 10 + gridDim.x;
  assert(index != 3 || fails == 0);
}
