// CUDA's clocks and __nanosleep.
//
// Runs on the CPU device only (Clang, wasm32), which has no counter of cycles: clocks count nanoseconds of the
// system's.
#pragma once

#include "ring_cpu.h"

typedef long clock_t;
inline long long clock64() { return static_cast<long long>(ring_host_now_ns()); }
/// The low bits, which wrap about every four seconds: as in CUDA, only differences mean something.
inline clock_t clock() { return static_cast<clock_t>(static_cast<unsigned long>(clock64())); }

/// The block's other threads go on meanwhile. As in CUDA the time is a hint: here at least `ns` nanoseconds, at most a
/// millisecond, in a block of one thread; in others as long as it takes until the thread's turn comes.
inline void __nanosleep(unsigned ns) {
  ::ring::simt::yield();
  if (::ring::simt::thread_count() > 1) return;
  const double end = ring_host_now_ns() + (ns < 1000000u ? ns : 1000000u);
  while (ring_host_now_ns() < end) {
  }
}
