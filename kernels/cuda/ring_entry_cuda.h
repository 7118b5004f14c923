// What a generated unit ends with on CUDA: for every kernel a `__global__` function that runs its actors, one a block.
// The macros are those of ring_entry.cuh for the CPU device, and so is the text of the unit.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_block.h"
#include "ring_clock.h"

// A module of the driver API is one unit: nothing is linked to it.
#include "ring_runtime.cc"

// What a kernel has that does not say RING_BLOCK or RING_GRID: looked up from its namespace, these are what is found.
inline constexpr long long ring_block[] = {1};
inline constexpr long long ring_grid[] = {1};

namespace ring::cuda {

/// Threads where the kernel says ring::any.
inline constexpr unsigned kAnyWidth = 256;
/// Threads or blocks of all dimensions.
template <int N>
RING_HD constexpr unsigned width_of(const long long (&size)[N]) {
  long long all = 1;
  for (int i = 0; i < N; ++i) all *= size[i] == any ? kAnyWidth : size[i];
  return static_cast<unsigned>(all);
}

}  // namespace ring::cuda

// Launched with one block for each actor of `launch_` and with width_of(ring_block) threads, on a stream of its own.
#define RING_ENTRY_BEGIN(kernel_)                                                                       \
  namespace ring_kernel_##kernel_ {                                                                     \
    static_assert(::ring::cuda::width_of(ring_grid) == 1,                                               \
                  "RING_GRID(" #kernel_                                                                 \
                  "): on CUDA an actor is one block; a grid needs a cooperative launch, which "         \
                  "this version does not generate");                                                    \
    extern "C" __global__ void __launch_bounds__(::ring::cuda::width_of(ring_block))                    \
        ring_run_##kernel_(const ::ring::cuda::launch launch_) {                                        \
      const ::ring::abi::u32 actor_ = ::ring::detail::at<::ring::abi::u32>(launch_.actors)[blockIdx.x]; \
      if (actor_ == 0) return;                                                                          \
      ::ring::abi::actor& block_ = *::ring::detail::at<::ring::abi::actor>(actor_);                     \
      auto& state_ = *::ring::detail::at<state_t>(block_.state_address);                                \
      auto dispatch_ = [&state_](::ring::abi::u32 type_, const void* payload_, ::ring::context& ctx_) -> bool {      \
      switch (type_) {
#define RING_ENTRY_HANDLER(kernel_, message_, id_)             \
  case id_:                                                    \
    on(*static_cast<const message_*>(payload_), ctx_, state_); \
    return true;

#define RING_ENTRY_END(kernel_, index_)                                  \
  default:                                                               \
    return false;                                                        \
    }                                                                    \
    }                                                                    \
    ;                                                                    \
    ::ring::cuda::run_block(block_, launch_.clock_origin_ns, dispatch_); \
    }                                                                    \
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
