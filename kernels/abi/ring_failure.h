// Why a handler was ended, as the device tells the host.
//
// Compiles in three environments: C++17 for the CPU device (Clang, wasm32), CUDA C++ (nvcc, NVRTC) and plain C++ on the
// host. Needs no other header.
#pragma once

namespace ring::abi {

/// Why a handler was ended; main/devices/arena/fault-cause.ts holds the same list.
enum class failure : unsigned {
  stopped = 1,
  stack_overflow = 2,
  outbox_overflow = 3,
  assertion = 4,
  trap = 5,
  divide_by_zero = 6,
  null_pointer = 7,
  unreachable = 8,
  bad_index = 9,
  bad_buffer = 10,
  too_many_topics = 11,
  divergence = 12,
  too_many_threads = 13,
  bad_barrier = 14,
  not_in_mask = 15,
  not_cooperative = 16
};

}  // namespace ring::abi
