// For units whose blocks have one thread: on CUDA only the entries' bounds differ.
//
// Compiles in two environments: nvcc and NVRTC.
#pragma once

#include "ring_cuda.h"
