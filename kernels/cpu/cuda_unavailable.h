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
RING_NEEDS_SIMT(__nanosleep) void __nanosleep(unsigned);

#undef RING_NEEDS_SIMT
