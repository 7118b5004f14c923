// The stand-in's version of kernels/cuda/ring_ptx.h: the same functions, without inline PTX. A program that brings a
// header of that name gets this one.
#pragma once

#include "ring_abi_types.h"

namespace ring::detail {

using abi::u32;
using abi::u64;

inline void fence() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

/// The pointer itself, if the device may touch what is there.
template <class T>
inline T* checked(T* p) {
  ::ring_standin::host->check(p, sizeof(T));
  return p;
}

inline u32 load(const u32* p) {
  ::ring_standin::spin();
  return __atomic_load_n(checked(p), __ATOMIC_ACQUIRE);
}
inline u64 load(const u64* p) {
  ::ring_standin::spin();
  return __atomic_load_n(checked(p), __ATOMIC_ACQUIRE);
}
inline void store(u32* p, u32 value) { __atomic_store_n(checked(p), value, __ATOMIC_RELEASE); }
inline u32 peek(const u32* p) {
  ::ring_standin::spin();
  return __atomic_load_n(checked(p), __ATOMIC_RELAXED);
}
inline u64 peek(const u64* p) {
  ::ring_standin::spin();
  return __atomic_load_n(checked(p), __ATOMIC_RELAXED);
}
inline void ring_bell(u32* p) { __atomic_fetch_add(checked(p), 1, __ATOMIC_RELEASE); }

inline u32 fetch_add(u32* p, u32 value) { return __atomic_fetch_add(checked(p), value, __ATOMIC_ACQ_REL); }
inline u64 fetch_add(u64* p, u64 value) { return __atomic_fetch_add(checked(p), value, __ATOMIC_ACQ_REL); }
inline bool compare_exchange(u32* p, u32& expected, u32 value) {
  ::ring_standin::spin();
  return __atomic_compare_exchange_n(checked(p), &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}
inline bool compare_exchange(u64* p, u64& expected, u64 value) {
  ::ring_standin::spin();
  return __atomic_compare_exchange_n(checked(p), &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

inline u32 count_at_barrier(bool says_yes) { return ::ring_standin::host->barrier(0, 0, says_yes); }
inline void sync_barrier(u32 id) { ::ring_standin::host->barrier(id, 0, false); }
inline void sync_barrier(u32 id, u32 threads) { ::ring_standin::host->barrier(id, threads, false); }

inline u64 read_grid_id() { return ::ring_standin::host->grid_id(); }

inline u64 read_global_timer() { return ::ring_standin::host->global_timer(); }

}  // namespace ring::detail
