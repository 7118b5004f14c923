// cooperative_groups::memcpy_async: each thread of the group copies a part, at once.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "../cooperative_groups.h"

#if !defined(RING_TYPES_ONLY)
namespace cooperative_groups {

/// Bytes that all threads of the group copy together. They are there once `wait` has returned.
template <class Group, class T, class Size>
void memcpy_async(const Group& group, T* to, const T* from, const Size& size) {
  constexpr size_t step = 16;
  const size_t bytes = static_cast<size_t>(size);
  const size_t threads = static_cast<size_t>(group.num_threads());
  const size_t steps = (bytes + step - 1) / step;
  const size_t part = (steps + threads - 1) / threads * step;
  const size_t begin = part * static_cast<size_t>(group.thread_rank());
  if (begin >= bytes) return;
  __builtin_memcpy(reinterpret_cast<char*>(to) + begin, reinterpret_cast<const char*>(from) + begin,
                   bytes - begin < part ? bytes - begin : part);
}

/// The same for as many elements as both have.
template <class Group, class T, class ToLayout, class FromLayout>
void memcpy_async(const Group& group, T* to, const ToLayout& to_count, const T* from, const FromLayout& from_count) {
  const size_t room = static_cast<size_t>(to_count), there = static_cast<size_t>(from_count);
  memcpy_async(group, to, from, (room < there ? room : there) * sizeof(T));
}

/// Waits for all threads of the group, and so for what they copied.
template <class Group>
void wait(const Group& group, RING_SITE) {
  group.sync(RING_HERE);
}
/// The same: nothing is under way when a copy's call returns.
template <unsigned Stages, class Group>
void wait_prior(const Group& group, RING_SITE) {
  group.sync(RING_HERE);
}

}  // namespace cooperative_groups
#endif
