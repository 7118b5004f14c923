// What CUDA has and the CPU device has not yet: declared, so that a use is a diagnostic at its line that says why.
#pragma once

#include "ring_cpu.h"

#define __global__ \
  _Pragma("GCC error \"__global__ kernels are not supported yet: write an actor with RING_KERNEL and RING_ON\"")
