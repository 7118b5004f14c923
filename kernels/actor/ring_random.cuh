// Random numbers from a counter: the n-th number of a stream without the ones before it, so that every thread, and
// every width of a block, can take its own.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

namespace ring {

/// Philox 4x32-10, Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011: 128 random bits for each
/// counter and key. The upper half of the generator's counter is zero.
RING_HD inline uint4 philox(unsigned long long counter, unsigned long long key) {
  unsigned c0 = static_cast<unsigned>(counter), c1 = static_cast<unsigned>(counter >> 32), c2 = 0, c3 = 0;
  unsigned key_low = static_cast<unsigned>(key), key_high = static_cast<unsigned>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const unsigned long long p0 = 0xD2511F53ull * c0, p1 = 0xCD9E8D57ull * c2;
    c0 = static_cast<unsigned>(p1 >> 32) ^ c1 ^ key_low;
    c2 = static_cast<unsigned>(p0 >> 32) ^ c3 ^ key_high;
    c1 = static_cast<unsigned>(p1);
    c3 = static_cast<unsigned>(p0);
    key_low += 0x9E3779B9u;
    key_high += 0xBB67AE85u;
  }
  return make_uint4(c0, c1, c2, c3);
}

}  // namespace ring
