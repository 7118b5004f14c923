// What people include to write a ring kernel: the macros of a kernel's declaration and the context of its handlers.
//
//   RING_KERNEL(mean, MeanState);            // the state may be left out
//   RING_OUTPUT(mean, averages, Average);
//   RING_ON(mean, Reading) {                 // msg, ctx, state and the outputs' names are in scope
//     ctx.emit(averages, Average{msg.sensor, state.sum / state.count});
//   }
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

#include "ring_buffer.cuh"
#include "ring_context.cuh"

/// Declares a kernel, and the struct that holds its state: RING_KERNEL(name) or RING_KERNEL(name, State).
#define RING_KERNEL(kernel_, ...)                                              \
  namespace ring_kernel_##kernel_ {                                            \
    using state_t = typename ::ring::detail::state_or_none<__VA_ARGS__>::type; \
    struct kernel_tag {};                                                      \
  }                                                                            \
  static_assert(true, "")

/// Declares an output port that carries messages of one type.
#define RING_OUTPUT(kernel_, port_, ...)                                  \
  namespace ring_kernel_##kernel_ {                                       \
    struct port_##_port : ::ring::port_tag {                              \
      using message = __VA_ARGS__;                                        \
    };                                                                    \
    [[maybe_unused]] inline constexpr ::ring::port<port_##_port> port_{}; \
  }                                                                       \
  static_assert(true, "")

/// Opens the handler of one message type.
#define RING_ON(kernel_, ...)                                                     \
  namespace ring_kernel_##kernel_ {                                               \
    RING_D void on(const __VA_ARGS__& msg, ::ring::context& ctx, state_t& state); \
  }                                                                               \
  RING_D void ring_kernel_##kernel_::on([[maybe_unused]] const __VA_ARGS__& msg,  \
                                        [[maybe_unused]] ::ring::context& ctx, [[maybe_unused]] state_t& state)

/// Threads of a block in up to three dimensions, RING_BLOCK(name, 16, 16), or ring::any. 1 without it.
#define RING_BLOCK(kernel_, ...)                                              \
  namespace ring_kernel_##kernel_ {                                           \
    [[maybe_unused]] inline constexpr long long ring_block[] = {__VA_ARGS__}; \
  }                                                                           \
  static_assert(true, "")

/// Blocks of one actor in up to three dimensions: RING_GRID(name, 4, 2). 1 without it.
#define RING_GRID(kernel_, ...)                                              \
  namespace ring_kernel_##kernel_ {                                          \
    [[maybe_unused]] inline constexpr long long ring_grid[] = {__VA_ARGS__}; \
  }                                                                          \
  static_assert(true, "")
