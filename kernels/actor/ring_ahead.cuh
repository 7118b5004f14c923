// What the generated unit says before the user's code: the functions that tell the identities of messages and ports are
// declared, which are defined behind it (RING_TYPE_ID, RING_PORT_ID). NVRTC 12 finds by argument-dependent lookup only
// what stands before the function that asks.
//
// Compiles in three environments: the CPU device (Clang, wasm32), which needs none of it, nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

#if defined(RING_DEVICE_CPU)
#define RING_AHEAD(...)
#else
#define RING_AHEAD(...) __VA_ARGS__
#endif

#define RING_DECLARE_TYPE_ID(type_) \
  struct type_;                     \
  RING_HD constexpr ::ring::abi::u32 ring_type_id(const type_*);

#define RING_DECLARE_PORT_ID(port_) \
  struct port_##_port;              \
  RING_HD constexpr ::ring::abi::u32 ring_port_id(const port_##_port*);
