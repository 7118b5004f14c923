// CUDA's built-in variables, and its barriers and collectives of blocks and warps.
//
// Runs on the CPU device only (Clang, wasm32). As in CUDA, the lanes that a mask names must all come, and what a lane
// reads from one that the mask does not name is undefined (here: 0).
#include "ring_cpu.h"  // which includes this file in its place, where that has not happened yet

#if !defined(RING_CUDA_THREADS_H)
#define RING_CUDA_THREADS_H

#include "ring_threads.h"

// Defined by the unit, before the user's file: ring_one_thread.h or ring_many_threads.h.
namespace ring::detail {
uint3 thread_index();
dim3 block_dim();
/// The one thread of the block that acts for all.
inline bool is_leader() {
  const uint3 thread = thread_index();
  return (thread.x | thread.y | thread.z) == 0;
}
/// Of the running block among those of all instances of its actor, one instance after the other.
inline u32 block_rank(const abi::actor& a) {
  const uint3 block = ::ring::simt::here.block_index;
  const u32 x = block.x - a.instance * a.grid_dim[0];
  return a.first_block + x + a.grid_dim[0] * (block.y + a.grid_dim[1] * block.z);
}
inline void sync_grid(RING_SITE) { ::ring::simt::sync_grid(RING_HERE); }
inline void named_barrier(unsigned id, unsigned threads, RING_SITE) {
  // 0 is __syncthreads: beyond the last one it is refused.
  ::ring::simt::sync_block(id == 0 ? ::ring::simt::kBarriers : id, threads, false, RING_HERE);
}
}  // namespace ring::detail

#define threadIdx (::ring::detail::thread_index())
#define blockDim (::ring::detail::block_dim())
#define blockIdx (::ring::simt::here.block_index)
#define gridDim (dim3(::ring::simt::here.grid_dim))
inline constexpr int warpSize = 32;

inline void __syncthreads(RING_SITE) { ::ring::simt::sync_block(0, 0, false, RING_HERE); }
inline int __syncthreads_count(int predicate, RING_SITE) {
  return static_cast<int>(::ring::simt::sync_block(0, 0, predicate != 0, RING_HERE) >> 32);
}
inline int __syncthreads_and(int predicate, RING_SITE) {
  return ::ring::simt::sync_block(0, 0, predicate == 0, RING_HERE) >> 32 == 0 ? 1 : 0;
}
inline int __syncthreads_or(int predicate, RING_SITE) {
  return ::ring::simt::sync_block(0, 0, predicate != 0, RING_HERE) >> 32 != 0 ? 1 : 0;
}
inline void __syncwarp(unsigned mask = 0xffffffffu, RING_SITE) {
  ::ring::simt::exchange(::ring::simt::op::sync_warp, mask, 0, 0, RING_HERE);
}
inline unsigned __activemask(RING_SITE) { return ::ring::simt::active_mask(RING_HERE); }
inline unsigned __ballot_sync(unsigned mask, int predicate, RING_SITE) {
  return static_cast<unsigned>(
      ::ring::simt::exchange(::ring::simt::op::ballot, mask, predicate != 0 ? 1 : 0, 0, RING_HERE));
}
inline int __any_sync(unsigned mask, int predicate, RING_SITE) {
  return ::ring::simt::exchange(::ring::simt::op::ballot, mask, predicate != 0 ? 1 : 0, 0, RING_HERE) != 0;
}
inline int __all_sync(unsigned mask, int predicate, RING_SITE) {
  // The lanes that said no: none, whichever of those that the mask names have returned.
  return ::ring::simt::exchange(::ring::simt::op::ballot, mask, predicate != 0 ? 0 : 1, 0, RING_HERE) == 0;
}

namespace ring::simt {
template <class T>
inline constexpr bool is_word = __is_trivially_copyable(T) && sizeof(T) <= 8;
template <class T>
inline u64 to_bits(const T& value) {
  static_assert(is_word<T>, "CUDA's shuffles take values of up to 8 bytes");
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
template <class T>
inline T shuffle(op how, unsigned mask, const T& value, unsigned lane, int width, const char* file, u32 line) {
  return from_bits<T>(exchange(how, mask, to_bits(value), (lane & 0xff) | static_cast<u32>(width) << 8, file, line));
}
}  // namespace ring::simt

template <class T>
inline T __shfl_sync(unsigned mask, T value, int lane, int width = warpSize, RING_SITE) {
  const auto from = static_cast<unsigned>(lane) & 31;
  return ::ring::simt::shuffle(::ring::simt::op::shuffle, mask, value, from, width, RING_HERE);
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = warpSize, RING_SITE) {
  return ::ring::simt::shuffle(::ring::simt::op::shuffle_up, mask, value, delta < 32 ? delta : 32, width, RING_HERE);
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = warpSize, RING_SITE) {
  return ::ring::simt::shuffle(::ring::simt::op::shuffle_down, mask, value, delta < 32 ? delta : 32, width, RING_HERE);
}
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = warpSize, RING_SITE) {
  const auto with = static_cast<unsigned>(lanes) & 31;
  return ::ring::simt::shuffle(::ring::simt::op::shuffle_xor, mask, value, with, width, RING_HERE);
}

template <class T>
inline unsigned __match_any_sync(unsigned mask, T value, RING_SITE) {
  const ::ring::abi::u64 bits = ::ring::simt::to_bits(value);
  return static_cast<unsigned>(::ring::simt::exchange(::ring::simt::op::match_any, mask, bits, 0, RING_HERE));
}
template <class T>
inline unsigned __match_all_sync(unsigned mask, T value, int* all, RING_SITE) {
  const ::ring::abi::u64 bits = ::ring::simt::to_bits(value);
  const auto same =
      static_cast<unsigned>(::ring::simt::exchange(::ring::simt::op::match_all, mask, bits, 0, RING_HERE));
  *all = same != 0 ? 1 : 0;
  return same;
}

#define RING_REDUCE(name_, type_, op_)                                                                  \
  inline type_ name_(unsigned mask, type_ value, RING_SITE) {                                           \
    const auto bits = static_cast<::ring::abi::u64>(static_cast<unsigned>(value));                      \
    return static_cast<type_>(::ring::simt::exchange(::ring::simt::op::op_, mask, bits, 0, RING_HERE)); \
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

#endif
