// The device that a unit is compiled for: its qualifiers, its built-ins and the primitives below the actor runtime.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#if defined(RING_DEVICE_CPU)
#include "ring_cpu.h"
#else
#include "ring_cuda.h"
#endif
