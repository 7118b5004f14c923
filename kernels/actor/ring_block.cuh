// The block that runs a handler, as the collectives see it: its width, the calling thread, a barrier, scratch memory.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

namespace ring::detail {

/// Threads of the block. A constant in a unit whose kernels all have one.
RING_D inline unsigned block_width() { return blockDim.x * blockDim.y * blockDim.z; }

RING_D inline unsigned thread_rank() { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }

RING_D inline void sync_block() { __syncthreads(); }

/// CUDA's largest block: the scratch memory has an element for every thread.
inline constexpr unsigned kScratchElements = 1024;

template <unsigned kBytes>
RING_D inline void* scratch_bytes() {
  __shared__ __align__(16) unsigned char bytes[kBytes];
  return bytes;
}

/// Shared memory of the block for kScratchElements elements; the same for all types of one size, and in use from the
/// first barrier of a collective to its last.
template <class T>
RING_D inline T* block_scratch() {
  static_assert(__is_trivially_copyable(T), "collectives copy their elements byte by byte");
  static_assert(sizeof(T) <= 32 && alignof(T) <= 16, "collectives take elements of at most 32 bytes");
  return static_cast<T*>(scratch_bytes<kScratchElements * sizeof(T)>());
}

}  // namespace ring::detail
