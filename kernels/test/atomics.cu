// CUDA's atomics on every type that they have, in every scope.
#include <ring_kernel.cuh>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

struct Ask {
  int32_t three;
};
struct Olds {
  int64_t olds[12];
  int64_t last;
};
struct Others {
  double olds[12];
  uint32_t counts[8];
};

RING_KERNEL(atomics);
RING_OUTPUT(atomics, signed_words, Olds);
RING_OUTPUT(atomics, unsigned_words, Olds);
RING_OUTPUT(atomics, signed_longs, Olds);
RING_OUTPUT(atomics, unsigned_longs, Olds);
RING_OUTPUT(atomics, others, Others);

__device__ int word;
__device__ unsigned unsigned_word;
__device__ long long signed_long;
__device__ unsigned long long unsigned_long;
__device__ float number;
__device__ double wide_number;
__device__ unsigned short narrow;
__device__ __half half_number;
__device__ __half2 half_pair;
__device__ __nv_bfloat16 brain_number;
__device__ __nv_bfloat162 brain_pair;
__device__ float2 pair;
__device__ float4 four;

template <class T>
__device__ Olds use(T* p, T three) {
  *p = 5;
  Olds found{};
  found.olds[0] = atomicAdd(p, three);
  found.olds[1] = atomicAdd_block(p, three);
  found.olds[2] = atomicExch_system(p, static_cast<T>(6));
  found.olds[3] = atomicMin(p, static_cast<T>(-1));
  found.olds[4] = atomicMax_block(p, static_cast<T>(9));
  found.olds[5] = atomicAnd_system(p, static_cast<T>(12));
  found.olds[6] = atomicOr(p, three);
  found.olds[7] = atomicXor_block(p, static_cast<T>(1));
  found.olds[8] = atomicCAS(p, static_cast<T>(1), static_cast<T>(2));
  found.olds[9] = atomicCAS_system(p, static_cast<T>(10), static_cast<T>(20));
  found.last = static_cast<int64_t>(*p);
  return found;
}
/// What CUDA gives signed long long.
__device__ Olds use_signed_long(long long three) {
  signed_long = 6;
  Olds found{};
  found.olds[0] = atomicMin(&signed_long, -three);
  found.olds[1] = atomicMax_system(&signed_long, 9ll);
  found.olds[2] = atomicAnd_block(&signed_long, 12ll);
  found.olds[3] = atomicOr(&signed_long, three);
  found.olds[4] = atomicXor(&signed_long, -1ll);
  found.last = signed_long;
  return found;
}

RING_ON(atomics, Ask) {
  const int three = msg.three;
  ctx.emit(signed_words, use(&word, three));
  ctx.emit(unsigned_words, use(&unsigned_word, static_cast<unsigned>(three)));
  ctx.emit(signed_longs, use_signed_long(three));
  ctx.emit(unsigned_longs, use(&unsigned_long, static_cast<unsigned long long>(three)));
  Others found{};
  narrow = 7;
  found.olds[0] = atomicAdd(&number, 1.5f) + atomicAdd_block(&number, 0.25f) + atomicExch_system(&number, 8.0f);
  found.olds[1] = number;
  found.olds[2] = atomicAdd_system(&wide_number, 0.1) + atomicAdd(&wide_number, 0.2);
  found.olds[3] = wide_number;
  found.olds[4] = atomicCAS(&narrow, static_cast<unsigned short>(7), static_cast<unsigned short>(9));
  found.olds[5] = narrow;
  atomicAdd(&half_number, __half(1.5f)), atomicAdd(&half_pair, __half2(1.0f, 2.5f));
  atomicAdd(&brain_number, __nv_bfloat16(3.0f)), atomicAdd(&brain_pair, __nv_bfloat162(4.0f, 5.0f));
  found.olds[6] = float(half_number) + 10 * __high2float(half_pair);
  found.olds[7] = float(brain_number) + 10 * __high2float(brain_pair);
  found.olds[8] = atomicAdd(&pair, make_float2(1, 2)).y + atomicAdd(&pair, make_float2(1, 2)).y;
  found.olds[9] = atomicAdd(&four, make_float4(1, 2, 3, 4)).w + atomicAdd(&four, make_float4(1, 2, 3, 4)).w;
  unsigned counter = 3;
  found.counts[0] = atomicInc(&counter, 4u);
  found.counts[1] = atomicInc_block(&counter, 4u);
  found.counts[2] = atomicInc_system(&counter, 4u);
  found.counts[3] = atomicDec(&counter, 4u);
  found.counts[4] = atomicDec_block(&counter, 4u);
  found.counts[5] = atomicSub(&counter, 1u);
  found.counts[6] = atomicSub_system(&counter, 1u);
  found.counts[7] = counter;
  ctx.emit(others, found);
}
