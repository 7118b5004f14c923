// What CUDA offers in device code, called where a wrong result shows.
#include <ring_kernel.cuh>
#include <cuda_runtime.h>

struct Ask {
  uint32_t value;
};

struct Bits {
  int32_t popc, clz, clz_of_zero, ffs;
  uint32_t brev, umulhi, funnel_left, funnel_right;
  float as_float;
};

struct Math {
  float saturated, other_than_nan, infinity;
  double half_pi, inverse_root;
  int32_t smaller;
  uint32_t larger;
};

struct Atomics {
  uint32_t olds[8];
  uint32_t counted_up, counted_down;
  float sum;
};

struct Memory {
  uint32_t shared, of_device, of_constant;
  int4 vector;
  float1 scalar;
  uint32_t bytes;
};

__device__ uint32_t calls = 40;
__constant__ uint32_t table[3] = {7, 8, 9};

RING_KERNEL(builtins);
RING_OUTPUT(builtins, bits, Bits);
RING_OUTPUT(builtins, math, Math);
RING_OUTPUT(builtins, atomics, Atomics);
RING_OUTPUT(builtins, memory, Memory);

__device__ Bits use_bits(uint32_t x) {
  return Bits{__popc(x),
              __clz(static_cast<int>(x)),
              __clz(0),
              __ffs(static_cast<int>(x)),
              __brev(x),
              __umulhi(x, x),
              __funnelshift_l(x, 1, 4),
              __funnelshift_r(x, 1, 4),
              __uint_as_float(0x3fc00000u)};
}

__device__ Math use_math(uint32_t x) {
  return Math{__saturatef(static_cast<float>(x)), fminf(NAN, 2.0f), INFINITY,  asin(1.0) - M_PI / 2,
              rsqrt(static_cast<double>(x)),      min(-3, 2),       max(3u, x)};
}

__device__ Atomics use_atomics() {
  unsigned word = 5, up = 0, down = 0;
  float sum = 0.5f;
  Atomics used{};
  used.olds[0] = atomicAdd(&word, 3u);
  used.olds[1] = atomicSub(&word, 2u);
  used.olds[2] = atomicMax(&word, 100u);
  used.olds[3] = atomicMin(&word, 9u);
  used.olds[4] = atomicCAS(&word, 9u, 12u);
  used.olds[5] = atomicXor(&word, 1u);
  used.olds[6] = atomicExch(&word, 1u);
  used.olds[7] = word;
  for (int i = 0; i < 7; ++i) atomicInc(&up, 4u), atomicDec(&down, 4u);
  used.counted_up = up;
  used.counted_down = down;
  atomicAdd(&sum, 0.25f);
  used.sum = sum;
  return used;
}

RING_ON(builtins, Ask) {
  __shared__ uint32_t tile[8];
  tile[threadIdx.x] += msg.value;
  calls += 1;
  ctx.emit(bits, use_bits(msg.value));
  ctx.emit(math, use_math(msg.value));
  ctx.emit(atomics, use_atomics());
  const size_t bytes = sizeof(tile);
  ctx.emit(memory, Memory{tile[0], calls, table[blockIdx.x + 1], make_int4(1, 2, 3, 4), make_float1(1.5f),
                          static_cast<uint32_t>(bytes) * blockDim.x * gridDim.x});
}
