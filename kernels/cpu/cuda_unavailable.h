// What CUDA has and the CPU device has not yet: declared, so that a use is a diagnostic at its line that says why.
#pragma once

#include "ring_cpu.h"

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

// Without these the linker would find the heap missing, and knows no line.
#define RING_NO_HEAP RING_UNAVAILABLE("'new' needs a heap")
RING_NO_HEAP void* operator new(__SIZE_TYPE__);
RING_NO_HEAP void* operator new[](__SIZE_TYPE__);
#undef RING_NO_HEAP
