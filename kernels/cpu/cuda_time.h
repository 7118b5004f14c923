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

/// All waiting of __nanosleep: until `ns` nanoseconds have gone by, at most CUDA's limit of a millisecond.
inline void ring_nanosleep(unsigned ns) {
  const double end = ring_host_now_ns() + (ns < 1000000u ? ns : 1000000u);
  while (ring_host_now_ns() < end) {
  }
}
inline void __nanosleep(unsigned ns) { ring_nanosleep(ns); }
