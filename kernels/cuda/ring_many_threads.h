// For units whose blocks have several threads: on CUDA they are compiled alike.
//
// Compiles in two environments: nvcc and NVRTC.
#pragma once

#include "ring_cuda.h"
