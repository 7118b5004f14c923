// The CPU device as kernels see it: CUDA's qualifiers and built-ins, and the few primitives the actor runtime stands
// on. Compiles as C++17 for wasm32 with threads, bulk memory and SIMD (Clang).
//
// What CUDA has and this device has not yet is declared unavailable (cuda_unavailable.h), so that the compiler names
// the line. Where it differs from CUDA: docs/device-api.md.
#pragma once

#if !defined(__wasm__)
#error "ring_cpu.h is for the CPU device"
#endif

#define RING_D
#define RING_HD
/// On CUDA not inlined; here as the compiler likes.
#define RING_NOINLINE
#define RING_UNAVAILABLE(why) __attribute__((unavailable(why)))

#include <stddef.h>
#include <stdint.h>

#include "ring_abi.h"
#include "ring_failure.h"

extern "C" {
// Supplied by the worker. Nothing else is imported.
__attribute__((import_module("env"), import_name("ring_host_fail"))) void ring_host_fail(unsigned code);
/// Place of the failure that follows, where the code knows it.
__attribute__((import_module("env"), import_name("ring_host_fail_at"))) void ring_host_fail_at(const char* file,
                                                                                               unsigned line);
__attribute__((import_module("env"), import_name("ring_host_should_stop"))) unsigned ring_host_should_stop();
__attribute__((import_module("env"), import_name("ring_host_read_clock"))) void ring_host_read_clock(unsigned worker);
__attribute__((import_module("env"), import_name("ring_host_now_ns"))) double ring_host_now_ns();
/// `block` and `thread` are ranks, all ones in a block of one thread.
__attribute__((import_module("env"), import_name("ring_host_print"))) void ring_host_print(const char* text,
                                                                                           unsigned size,
                                                                                           unsigned block,
                                                                                           unsigned thread);
/// Detail of the failure that follows, once for each place where threads wait: `count` of them, the first with rank
/// `thread`. `what` is a ring::simt::op.
__attribute__((import_module("env"), import_name("ring_host_waits"))) void ring_host_waits(
    unsigned what, const char* file, unsigned line, unsigned thread, unsigned count);
__attribute__((import_module("env"), import_name("ring_host_assert"))) void ring_host_assert(const char* expression);
/// Detail of the failure that follows. `type` is in quotes; `capacity` is 0 where it says that too.
__attribute__((import_module("env"), import_name("ring_host_bad_index"))) void ring_host_bad_index(double index,
                                                                                                   const char* type,
                                                                                                   unsigned capacity);
/// Detail of the failure that follows. `wanted` and `found` are element types, `found` 0 where it does not matter.
__attribute__((import_module("env"), import_name("ring_host_bad_buffer"))) void ring_host_bad_buffer(
    unsigned slot, unsigned generation, unsigned wanted, unsigned found);
}

namespace ring::detail {

using abi::failure;
using abi::u32;
using abi::u64;

template <class T>
inline T* at(u32 address) {
  return reinterpret_cast<T*>(address);
}
inline u32 address_of(const void* p) { return reinterpret_cast<u32>(p); }

inline u32 load(const u32* p) { return __atomic_load_n(p, __ATOMIC_SEQ_CST); }
inline void store(u32* p, u32 value) { __atomic_store_n(p, value, __ATOMIC_SEQ_CST); }
/// Between a store and a look at what another thread stores: nothing, all of these are sequentially consistent.
inline void fence() {}
/// Orders nothing: to look again and again whether it is time to look properly.
inline u32 peek(const u32* p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
inline u64 load(const u64* p) { return __atomic_load_n(p, __ATOMIC_SEQ_CST); }
/// On failure `expected` becomes what was there.
inline bool compare_exchange(u64* p, u64& expected, u64 value) {
  return __atomic_compare_exchange_n(p, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
/// Stays where it is written in a loop; for words that others read only once this thread is dead, or at leisure.
inline void store_volatile(u32* p, u32 value) { *const_cast<volatile u32*>(p) = value; }
inline u32 fetch_or(u32* p, u32 bits) { return __atomic_fetch_or(p, bits, __ATOMIC_SEQ_CST); }
inline u32 fetch_add(u32* p, u32 n) { return __atomic_fetch_add(p, n, __ATOMIC_SEQ_CST); }
inline u64 fetch_add(u64* p, u64 n) { return __atomic_fetch_add(p, n, __ATOMIC_SEQ_CST); }
inline u32 exchange(u32* p, u32 value) { return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST); }
/// On failure `expected` becomes what was there.
inline bool compare_exchange_update(u32* p, u32& expected, u32 value) {
  return __atomic_compare_exchange_n(p, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
inline bool compare_exchange(u32* p, u32& expected, u32 value) { return compare_exchange_update(p, expected, value); }
inline void notify(u32* p) { __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(p), 1); }

[[noreturn]] inline void fail(failure why) {
  ring_host_fail(static_cast<u32>(why));
  __builtin_trap();
}

/// Of a container with checked indices. Its calls are not merged, so that each keeps its line.
[[noreturn]] inline __attribute__((noinline, nomerge)) void fail_index(const char* type, u32 index, u32 capacity) {
  ring_host_bad_index(static_cast<int>(index), type, capacity);
  fail(failure::bad_index);
}

/// Of a buffer's handle. Not merged either.
[[noreturn]] inline __attribute__((noinline, nomerge)) void fail_buffer(u32 slot, u32 generation, u32 wanted,
                                                                        u32 found) {
  ring_host_bad_buffer(slot, generation, wanted, found);
  fail(failure::bad_buffer);
}

/// The one thread of a block that acts for all.
inline bool is_leader();
/// The outbox entry that the calling thread fills.
inline u32 take_outbox_entry(abi::actor& a) { return a.outbox_tail++; }
inline u64 take_random_counter(abi::actor& a) { return a.random_counter++; }
/// One thread of the block at a time: here none is ever interrupted by another.
struct block_lock {
  block_lock() {}
};

inline void read_clock(u32 worker) { ring_host_read_clock(worker); }
inline u64 read_clock_ns() { return static_cast<u64>(ring_host_now_ns()); }

struct placement {};

}  // namespace ring::detail

inline void* operator new(__SIZE_TYPE__, void* where, ::ring::detail::placement) noexcept { return where; }

namespace ring::simt {
inline bool is_between_threads();
}

// The instrumenter calls these two: at a loop's head while the stop word is set, and when the stack is used up.
extern "C" __attribute__((export_name("ring_stop_check"), noinline)) inline void ring_stop_check() {
  if (!::ring::simt::is_between_threads() && ring_host_should_stop() != 0)
    ::ring::detail::fail(::ring::detail::failure::stopped);
}
extern "C" __attribute__((export_name("ring_stack_overflow"), noinline)) inline void ring_stack_overflow() {
  ::ring::detail::fail(::ring::detail::failure::stack_overflow);
}

// The compiler's checks call these. Without them LLVM takes what is undefined (a division by a known zero, a write
// through a known null pointer) for impossible and drops it. They bring their place along, because equal calls would be
// merged.
struct ring_place {
  const char* file;
  unsigned line;
  unsigned column;
};
struct ring_type {
  unsigned short kind;
  /// Of an integer: bit 0 says that it is signed, the others are log2 of its bits.
  unsigned short info;
  char name[];
};
struct ring_index_place {
  ring_place place;
  const ring_type* array;
  const ring_type* index;
};
[[noreturn]] inline __attribute__((noinline)) void ring_fail_at(const ring_place* place, ::ring::detail::failure why) {
  ring_host_fail_at(place->file, place->line);
  ::ring::detail::fail(why);
}
extern "C" {
__attribute__((used)) inline void __ubsan_handle_divrem_overflow_abort(const ring_place* place, unsigned, unsigned) {
  ring_fail_at(place, ::ring::detail::failure::divide_by_zero);
}
/// `value` is the index, or where it lies when it is wider than a pointer.
__attribute__((used)) inline void __ubsan_handle_out_of_bounds_abort(const ring_index_place* place, unsigned value) {
  const bool is_signed = (place->index->info & 1) != 0, is_wide = place->index->info >> 1 > 5;
  double index = is_signed ? static_cast<double>(static_cast<int>(value)) : static_cast<double>(value);
  if (is_wide) {
    const auto* wide = ::ring::detail::at<long long>(value);
    index = is_signed ? static_cast<double>(*wide) : static_cast<double>(static_cast<unsigned long long>(*wide));
  }
  ring_host_bad_index(index, place->array->name, 0);
  ring_fail_at(&place->place, ::ring::detail::failure::bad_index);
}
__attribute__((used)) inline void __ubsan_handle_type_mismatch_v1_abort(const ring_place* place, unsigned) {
  ring_fail_at(place, ::ring::detail::failure::null_pointer);
}
__attribute__((used)) inline void __ubsan_handle_builtin_unreachable(const ring_place* place) {
  ring_fail_at(place, ::ring::detail::failure::unreachable);
}
__attribute__((used)) inline void __ubsan_handle_missing_return(const ring_place* place) {
  ring_fail_at(place, ::ring::detail::failure::unreachable);
}
}

#include "cuda_builtins.h"
#include "cuda_unavailable.h"
