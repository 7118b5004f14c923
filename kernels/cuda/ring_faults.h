// How a thread fails. A GPU has no smaller unit than the context, which ends with every actor in it; why is left in a
// report in the arena, which outlives it.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_arena.h"
#include "ring_failure.h"
#include "ring_place.h"

extern "C" {
/// Address of the report of plain functions, 0: none.
__device__ ::ring::abi::u32 ring_launch_fault;
/// Some thread of the module has failed.
__device__ ::ring::abi::u32 ring_failing;
}

namespace ring::detail {

using abi::failure;

/// Where the running thread's words go; null: nowhere.
RING_D inline abi::report* this_report() {
  const u32 address = is_in_actor() ? this_block().report : *const_cast<volatile u32*>(&ring_launch_fault);
  return address == 0 ? nullptr : at<abi::report>(address);
}

struct fault {
  failure why;
  const char* file;  ///< or null
  u32 line;
  const char* text;  ///< or null
  u32 details[4];
};

RING_D inline u32 length_of(const char* text, u32 most) {
  u32 size = 0;
  while (size < most && text[size] != '\0') ++size;
  return size;
}

RING_D inline u32 copy_text(char* to, const char* text) {
  const u32 size = text == nullptr ? 0 : length_of(text, abi::kFaultTextBytes);
  for (u32 i = 0; i < size; ++i) to[i] = text[i];
  return size;
}

/// The end of a path says more than its beginning.
RING_D inline const char* end_of_path(const char* file) {
  if (file == nullptr) return nullptr;
  const u32 size = length_of(file, 4096);
  return size > abi::kFaultTextBytes ? file + size - abi::kFaultTextBytes : file;
}

RING_D inline void write_fault(abi::report& r, const fault& what) {
  const thread_place place = this_place();
  r.block = place.block;
  r.thread = place.thread;
  r.line = what.line;
  for (u32 i = 0; i < 4; ++i) r.details[i] = what.details[i];
  r.file_bytes = copy_text(r.file, end_of_path(what.file));
  r.text_bytes = copy_text(r.text, what.text);
  store(&r.code, static_cast<u32>(what.why));
  __threadfence_system();
}

/// The first thread tells why. The others stay until the context ends: their trap could come before its words.
[[noreturn]] RING_NOINLINE RING_D inline void fail_as(const fault& what) {
  while (atomicCAS(&ring_failing, 0u, 1u) != 0) __nanosleep(1000);
  if (abi::report* r = this_report()) write_fault(*r, what);
  __trap();
  __builtin_unreachable();
}

[[noreturn]] RING_D inline void fail(failure why) { fail_as({why, nullptr, 0, nullptr, {}}); }

/// Of a container with checked indices, which the host may use as well.
[[noreturn]] RING_HD inline void fail_index([[maybe_unused]] const char* type, [[maybe_unused]] u32 index,
                                            [[maybe_unused]] u32 capacity) {
#if defined(__CUDA_ARCH__)
  fail_as({failure::bad_index, nullptr, 0, type, {index, capacity, 0, 0}});
#elif !defined(__CUDACC_RTC__)
  fprintf(stderr, "index %u of %s, which holds %u\n", index, type, capacity);
  abort();
#endif
}

/// Of a buffer's handle. `wanted` and `found` are element types, `found` 0 where it does not matter.
[[noreturn]] RING_D inline void fail_buffer(u32 slot, u32 generation, u32 wanted, u32 found) {
  fail_as({failure::bad_buffer, nullptr, 0, nullptr, {slot, generation, wanted, found}});
}

}  // namespace ring::detail

[[noreturn]] RING_D inline void ring_trap() { ::ring::detail::fail(::ring::detail::failure::trap); }

[[noreturn]] RING_HD inline void ring_assertion_failed(const char* expression, const char* file, unsigned line) {
#if defined(__CUDA_ARCH__)
  ::ring::detail::fail_as({::ring::detail::failure::assertion, file, line, expression, {}});
#elif !defined(__CUDACC_RTC__)
  fprintf(stderr, "%s:%u: assertion `%s` failed\n", file, line, expression);
  abort();
#endif
}

#define __trap() ring_trap()

#undef assert
#if defined(NDEBUG)
#define assert(...) static_cast<void>(0)
#else
#define assert(...) \
  (static_cast<bool>(__VA_ARGS__) ? static_cast<void>(0) : ring_assertion_failed(#__VA_ARGS__, __FILE__, __LINE__))
#endif
