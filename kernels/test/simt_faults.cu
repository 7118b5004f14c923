// What goes wrong between threads of a block, each a message of its own.
#include <ring_kernel.cuh>

struct Branches {
  uint32_t limit;
};
struct Missing {};
struct Mask {};
struct Endless {};
struct Trap {
  uint32_t thread;
};
struct Mixed {};
struct Deep {};
struct Counts {};
struct Zero {};
struct Done {
  uint32_t threads;
};

RING_KERNEL(faulty);
RING_BLOCK(faulty, 64);
RING_OUTPUT(faulty, dones, Done);

RING_ON(faulty, Branches) {
  if (threadIdx.x < msg.limit) {
    __syncthreads();  // one
  } else {
    __syncthreads();  // other
  }
  if (ctx.leader()) ctx.emit(dones, Done{blockDim.x});
}

RING_ON(faulty, Missing) {
  if (threadIdx.x % 2 == 0) __syncwarp();  // half of them
  __syncthreads();                         // the rest
}

RING_ON(faulty, Mask) {
  if (threadIdx.x == 5) __shfl_sync(0x0fu, 1, 0);  // not named
}

RING_ON(faulty, Endless) {
  for (;;) __syncthreads();  // for ever
}

RING_ON(faulty, Trap) {
  __syncthreads();
  if (threadIdx.x == msg.thread) __trap();  // trapped
  __syncthreads();
}

RING_ON(faulty, Mixed) {
  if (threadIdx.x < 32) {
    __shfl_sync(0xffffffffu, 1, 0);
    if (threadIdx.x < 16)
      __ballot_sync(0xffffffffu, 1);  // votes
    else
      __shfl_sync(0xffffffffu, 1, 0);  // shuffles
  }
}

__device__ __noinline__ uint32_t dig(volatile uint32_t* above, uint32_t depth) {
  volatile uint32_t own[64];  // deep
  own[depth % 64] = *above;
  return dig(own, depth + 1) + own[0];
}
RING_ON(faulty, Deep) {
  volatile uint32_t top = threadIdx.x;
  __syncthreads();
  if (threadIdx.x == 40) printf("%u", dig(&top, 0));
  __syncthreads();
}

RING_ON(faulty, Counts) {
  if (threadIdx.x < 32)
    ctx.named_barrier(1, 64);
  else
    ctx.named_barrier(1, 32);  // another count
}

RING_ON(faulty, Zero) {
  ctx.named_barrier(0);  // no barrier of its own
}
