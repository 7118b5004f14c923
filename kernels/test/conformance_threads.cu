// Kernels of the device conformance suite that say which thread runs them.
#include "conformance_messages.cuh"

struct Place {
  uint32_t thread[3];
  uint32_t block[3];
  uint32_t threads[3];
  uint32_t blocks[3];
  uint32_t index;  ///< ctx.block_index()
};

RING_KERNEL(placed);
RING_OUTPUT(placed, places, Place);
RING_BLOCK(placed, 4, 2);
RING_GRID(placed, 2, 1, 2);
/// 1: every thread says where it is. 6: the last thread of the second block fails. 8: it prints.
RING_ON(placed, Order) {
  const bool is_last = threadIdx.x + 1 == blockDim.x && threadIdx.y + 1 == blockDim.y;
  const bool is_second = blockIdx.x % 2 == 1 && blockIdx.z == 0;
  if (msg.what == 1)
    ctx.emit(places, Place{{threadIdx.x, threadIdx.y, threadIdx.z},
                           {blockIdx.x, blockIdx.y, blockIdx.z},
                           {blockDim.x, blockDim.y, blockDim.z},
                           {gridDim.x, gridDim.y, gridDim.z},
                           ctx.block_index()});
  if (msg.what == 6 && is_second && is_last) __trap();
  if (msg.what == 8 && is_second && is_last) printf("order %u\n", msg.argument);
}
