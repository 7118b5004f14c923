// What nvcc.test.ts looks at in the code that nvcc makes of it.
#include <cooperative_groups.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <ring_kernel.cuh>

namespace cg = cooperative_groups;

struct Number {
  uint32_t value;
  float fraction;
};

__global__ void scale(const float4* from, const uint16_t* factors, float* to) {
  const __half factor = __ldg(reinterpret_cast<const __half*>(&factors[threadIdx.x]));
  to[threadIdx.x] = __ldg(&from[threadIdx.x]).x * __half2float(factor);
}

RING_KERNEL(grouped);
RING_BLOCK(grouped, 64);
RING_OUTPUT(grouped, sums, Number);
RING_ON(grouped, Number) {
  if (threadIdx.x % 32 >= 16) return;
  __shared__ uint32_t parts[64];
  parts[threadIdx.x] = msg.value;
  const cg::thread_block block = cg::this_thread_block();
  block.sync();
  uint32_t sum = 0;
  for (int i = 0; i < 16; ++i) sum += parts[i] + parts[i + 32];
  cg::sync(block);
  if (__syncthreads_count(sum > 100) == 32 && ctx.leader()) ctx.emit(sums, Number{sum, 0});
}

struct Total {
  uint32_t value;
};
RING_KERNEL(reading, Total);
RING_OUTPUT(reading, sums, Number);
RING_ON(reading, Number) {
  state.value += __ldg(&msg.value);
  const __half half = __ldg(reinterpret_cast<const __half*>(&state.value));
  const __nv_bfloat162 pair = __ldg(reinterpret_cast<const __nv_bfloat162*>(&msg.value));
  ctx.emit(sums, Number{__ldg(&state.value), __ldg(&msg.fraction) + __half2float(half) + __bfloat162float(pair.x)});
}
