// What CUDA has and the CPU device has not yet: declared, so that a use is a diagnostic at its line that says why.
#pragma once

#include "ring_cpu.h"

#define RING_NEEDS_SIMT(name_) \
  RING_UNAVAILABLE(#name_ " needs SIMT (blocks of several threads), which the CPU device does not support yet")

RING_NEEDS_SIMT(__syncthreads) void __syncthreads();
RING_NEEDS_SIMT(__syncthreads_count) int __syncthreads_count(int);
RING_NEEDS_SIMT(__syncthreads_and) int __syncthreads_and(int);
RING_NEEDS_SIMT(__syncthreads_or) int __syncthreads_or(int);
RING_NEEDS_SIMT(__syncwarp) void __syncwarp(unsigned mask = 0xffffffffu);
RING_NEEDS_SIMT(__activemask) unsigned __activemask();
RING_NEEDS_SIMT(__all_sync) int __all_sync(unsigned, int);
RING_NEEDS_SIMT(__any_sync) int __any_sync(unsigned, int);
RING_NEEDS_SIMT(__ballot_sync) unsigned __ballot_sync(unsigned, int);
template <class T>
RING_NEEDS_SIMT(__shfl_sync)
T __shfl_sync(unsigned, T, int, int width = 32);
template <class T>
RING_NEEDS_SIMT(__shfl_up_sync)
T __shfl_up_sync(unsigned, T, unsigned, int width = 32);
template <class T>
RING_NEEDS_SIMT(__shfl_down_sync)
T __shfl_down_sync(unsigned, T, unsigned, int width = 32);
template <class T>
RING_NEEDS_SIMT(__shfl_xor_sync)
T __shfl_xor_sync(unsigned, T, int, int width = 32);
template <class T>
RING_NEEDS_SIMT(__match_any_sync)
unsigned __match_any_sync(unsigned, T);
template <class T>
RING_NEEDS_SIMT(__match_all_sync)
unsigned __match_all_sync(unsigned, T, int*);
template <class T>
RING_NEEDS_SIMT(__reduce_add_sync)
T __reduce_add_sync(unsigned, T);
template <class T>
RING_NEEDS_SIMT(__reduce_min_sync)
T __reduce_min_sync(unsigned, T);
template <class T>
RING_NEEDS_SIMT(__reduce_max_sync)
T __reduce_max_sync(unsigned, T);

#undef RING_NEEDS_SIMT

#define RING_NO_ADDRESS_SPACES(name_) \
  RING_UNAVAILABLE(#name_ ": memory of the CPU device is one, and an address does not tell what it was declared as")
#define RING_ADDRESS_SPACE(name_, space_)                                                            \
  RING_NO_ADDRESS_SPACES(__is##name_) unsigned __is##name_(const void*);                             \
  RING_NO_ADDRESS_SPACES(__cvta_generic_to_##space_) size_t __cvta_generic_to_##space_(const void*); \
  RING_NO_ADDRESS_SPACES(__cvta_##space_##_to_generic) void* __cvta_##space_##_to_generic(size_t);
RING_ADDRESS_SPACE(Global, global)
RING_ADDRESS_SPACE(Shared, shared)
RING_ADDRESS_SPACE(Constant, constant)
RING_ADDRESS_SPACE(Local, local)
RING_ADDRESS_SPACE(GridConstant, grid_constant)
#undef RING_ADDRESS_SPACE
#undef RING_NO_ADDRESS_SPACES

#define RING_NO_COUNTER(name_) \
  RING_UNAVAILABLE(#name_ " reads a counter of the GPU's profiler, which the CPU device has not") unsigned name_();
RING_NO_COUNTER(__pm0)
RING_NO_COUNTER(__pm1)
RING_NO_COUNTER(__pm2)
RING_NO_COUNTER(__pm3)
#undef RING_NO_COUNTER

#define RING_NO_CLUSTERS _Pragma("GCC error \"thread block clusters are not supported by the CPU device\"")
#define __cluster_dims__(...) RING_NO_CLUSTERS
#define __block_size__(...) RING_NO_CLUSTERS

#define __global__ \
  _Pragma("GCC error \"__global__ kernels are not supported yet: write an actor with RING_KERNEL and RING_ON\"")
