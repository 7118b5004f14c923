// For units whose blocks have several threads: on CUDA only the entries' bounds differ.
//
// Compiles in two environments: nvcc and NVRTC.
#pragma once

#include "ring_cuda.h"

#define RING_MANY_THREADS
