// CUDA's built-in variables, its barriers and warp collectives, clocks, printf and assert, over the stand-in's
// services.
#pragma once

#include "module_abi.h"

#define threadIdx (reinterpret_cast<const uint3&>(::ring_standin::current->thread))
#define blockIdx (reinterpret_cast<const uint3&>(::ring_standin::current->block))
#define blockDim (dim3(reinterpret_cast<const uint3&>(::ring_standin::current->block_dim)))
#define gridDim (dim3(reinterpret_cast<const uint3&>(::ring_standin::current->grid_dim)))
inline constexpr int warpSize = 32;

inline void __syncthreads() { ::ring_standin::host->barrier(0, 0, false); }
inline int __syncthreads_count(int predicate) {
  return static_cast<int>(::ring_standin::host->barrier(0, 0, predicate != 0));
}
inline int __syncthreads_or(int predicate) { return ::ring_standin::host->barrier(0, 0, predicate != 0) != 0; }
inline int __syncthreads_and(int predicate) { return ::ring_standin::host->barrier(0, 0, predicate == 0) == 0; }

namespace ring_standin {

inline u32 lane() {
  const thread_view& at = *current;
  return (at.thread.x + at.block_dim.x * (at.thread.y + at.block_dim.y * at.thread.z)) & 31;
}

template <class T>
inline u64 to_bits(const T& value) {
  static_assert(sizeof(T) <= 8 && __is_trivially_copyable(T), "CUDA's shuffles take values of up to 8 bytes");
  u64 bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  return bits;
}
template <class T>
inline T from_bits(u64 bits) {
  T value;
  __builtin_memcpy(&value, &bits, sizeof(T));
  return value;
}

/// From another lane of the same section of `width` lanes, or its own value.
template <class T>
inline T read_lane(u32 mask, T value, int source, int width) {
  const int own = static_cast<int>(lane()), first = own & ~(width - 1);
  const bool is_there = source >= first && source < first + width;
  return from_bits<T>(host->warp(warp_op::shuffle, mask, to_bits(value), static_cast<u32>(is_there ? source : own)));
}

}  // namespace ring_standin

inline void __syncwarp(unsigned mask = 0xffffffffu) {
  ::ring_standin::host->warp(::ring_standin::warp_op::sync, mask, 0, 0);
}
inline unsigned __activemask() { return ::ring_standin::host->active_mask(); }
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return static_cast<unsigned>(::ring_standin::host->warp(::ring_standin::warp_op::ballot, mask, predicate != 0, 0));
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
/// By the lanes that say no: those that have returned say nothing.
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate == 0) == 0; }
inline int __uni_sync(unsigned mask, int predicate) {
  const bool first = __any_sync(mask, predicate);
  return !first || __all_sync(mask, predicate);
}

template <class T>
inline T __shfl_sync(unsigned mask, T value, int lane, int width = warpSize) {
  const int first = static_cast<int>(::ring_standin::lane()) & ~(width - 1);
  return ::ring_standin::read_lane(mask, value, first + (lane & (width - 1)), width);
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
  return ::ring_standin::read_lane(mask, value, static_cast<int>(::ring_standin::lane() - delta), width);
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = warpSize) {
  return ::ring_standin::read_lane(mask, value, static_cast<int>(::ring_standin::lane() + delta), width);
}
/// Sections below the own one can be read, those above it cannot.
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = warpSize) {
  const int own = static_cast<int>(::ring_standin::lane()), source = own ^ lane_mask;
  const bool is_there = source >= 0 && source < (own & ~(width - 1)) + width;
  return ::ring_standin::from_bits<T>(::ring_standin::host->warp(::ring_standin::warp_op::shuffle, mask,
                                                                 ::ring_standin::to_bits(value),
                                                                 static_cast<unsigned>(is_there ? source : own)));
}
template <class T>
inline unsigned __match_any_sync(unsigned mask, T value) {
  return static_cast<unsigned>(
      ::ring_standin::host->warp(::ring_standin::warp_op::match_any, mask, ::ring_standin::to_bits(value), 0));
}
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* is_equal) {
  const auto lanes = static_cast<unsigned>(
      ::ring_standin::host->warp(::ring_standin::warp_op::match_all, mask, ::ring_standin::to_bits(value), 0));
  *is_equal = lanes != 0;
  return lanes;
}

#define RING_REDUCE(name_, type_, op_)                                                                      \
  inline type_ name_(unsigned mask, type_ value) {                                                          \
    return static_cast<type_>(                                                                              \
        ::ring_standin::host->warp(::ring_standin::warp_op::op_, mask, ::ring_standin::to_bits(value), 0)); \
  }
RING_REDUCE(__reduce_add_sync, unsigned, add)
RING_REDUCE(__reduce_add_sync, int, add)
RING_REDUCE(__reduce_min_sync, unsigned, min_unsigned)
RING_REDUCE(__reduce_min_sync, int, min_signed)
RING_REDUCE(__reduce_max_sync, unsigned, max_unsigned)
RING_REDUCE(__reduce_max_sync, int, max_signed)
RING_REDUCE(__reduce_and_sync, unsigned, bit_and)
RING_REDUCE(__reduce_or_sync, unsigned, bit_or)
RING_REDUCE(__reduce_xor_sync, unsigned, bit_xor)
#undef RING_REDUCE

typedef long clock_t;
inline long long clock64() { return static_cast<long long>(::ring_standin::host->clock()); }
inline clock_t clock() { return static_cast<clock_t>(static_cast<unsigned>(clock64())); }
inline void __nanosleep(unsigned ns) { ::ring_standin::host->pause(ns == 0 ? 1 : ns); }

[[noreturn]] inline void __trap() {
  ::ring_standin::host->trap();
  __builtin_unreachable();
}
[[noreturn]] inline void __brkpt() { __trap(); }
[[noreturn]] inline void __ring_assertion_failed(const char* expression, const char* file, unsigned line,
                                                 const char* function) {
  ::ring_standin::host->assertion_failed(expression, file, line, function);
  __builtin_unreachable();
}
#if defined(NDEBUG)
#define assert(...) (void(0))
#else
#define assert(...)               \
  (static_cast<bool>(__VA_ARGS__) \
       ? void(0)                  \
       : __ring_assertion_failed(#__VA_ARGS__, __FILE__, __LINE__, __extension__ __PRETTY_FUNCTION__))
#endif

__attribute__((format(printf, 1, 2))) inline int printf(const char* format, ...) {
  __builtin_va_list arguments;
  __builtin_va_start(arguments, format);
  const int result = ::ring_standin::host->print(format, arguments);
  __builtin_va_end(arguments);
  return result;
}

inline void* malloc(size_t bytes) { return ::ring_standin::host->allocate(bytes); }
inline void free(void* p) { ::ring_standin::host->release(p); }
