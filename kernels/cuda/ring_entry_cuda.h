// What a generated unit ends with on CUDA: for every kernel a `__global__` function that runs its actors, one a block.
// The macros are those of ring_entry.cuh for the CPU device, and so is the text of the unit.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_block.h"
#include "ring_clock.h"

// A module of the driver API is one unit: nothing is linked to it.
#include "ring_runtime.cc"

// What a kernel has that does not say RING_BLOCK: looked up from its namespace, this is what is found.
inline constexpr long long ring_block[] = {1};

namespace ring::cuda {

/// Threads where the kernel says ring::any.
inline constexpr unsigned kAnyWidth = 256;

/// Threads of a block that the compiler may count on: a launch can ask for others than RING_BLOCK says, in units that
/// are made for several.
template <int N>
RING_HD constexpr unsigned most_threads(const long long (&size)[N]) {
  long long all = 1;
  for (int i = 0; i < N; ++i) all *= size[i] == any ? kAnyWidth : size[i];
#if !defined(RING_MANY_THREADS)
  if (all == 1) return 1;
#endif
  return 1024;
}

}  // namespace ring::cuda

// Launched as ring_abi_cuda.h says. One block of a multiprocessor at least: else ptxas keeps registers free for more of
// them, and stores what the loop holds to memory.
#define RING_ENTRY_BEGIN(kernel_)                                                                        \
  namespace ring_kernel_##kernel_ {                                                                      \
    extern "C" __global__ void __launch_bounds__(::ring::cuda::most_threads(ring_block), 1)              \
        ring_run_##kernel_(const ::ring::abi::actor_launch launch_) {                                    \
      auto dispatch_ = [](::ring::abi::u32 state_address_, ::ring::abi::u32 type_, const void* payload_, \
                          ::ring::context& ctx_) -> bool {                                                       \
        auto& state_ = *::ring::detail::at<state_t>(state_address_);                                       \
        switch (type_) {
#define RING_ENTRY_HANDLER(kernel_, message_, id_)             \
  case id_:                                                    \
    on(*static_cast<const message_*>(payload_), ctx_, state_); \
    return true;

#define RING_ENTRY_END(kernel_, index_)          \
  default:                                       \
    return false;                                \
    }                                            \
    }                                            \
    ;                                            \
    ::ring::cuda::run_block(launch_, dispatch_); \
    }                                            \
    }

// The default values of structs are read from the CPU's compile of the same source.
#define RING_DEFAULTS_BEGIN
#define RING_DEFAULT(index_, type_)
#define RING_DEFAULTS_END

// Here every thread runs the entry itself.
#define RING_THREADS_BEGIN
#define RING_THREADS_HANDLER(index_, kernel_)
#define RING_THREADS_END

// The driver launches `__global__` functions by their names, with parameters as nvcc lays them out, and finds symbols.
#define RING_THREADS_FUNCTION(entry_, ...)
#define RING_PARAMETERS_STRUCT(struct_, size_, ...)
#define RING_PROVE_PARAMETER(struct_, field_, offset_, size_)
#define RING_LAUNCHES_FUNCTIONS
#define RING_PROVE_SYMBOL(name_, ...)
#define RING_SYMBOLS_BEGIN
#define RING_SYMBOL(index_, name_)
#define RING_SYMBOLS_END
