// FNV-1a, as app/base/fnv1a.ts computes it on the host: keys of channels by 32 bits, names of actors and topics by 64.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

#include "ring_abi.h"

namespace ring::detail {

/// Of `size` bytes.
RING_HD constexpr abi::u32 fnv1a32(const unsigned char* bytes, unsigned size) {
  abi::u32 hash = 0x811c9dc5u;
  for (unsigned i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * 0x01000193u;
  return hash;
}

/// Characters without a NUL behind them.
struct text_span {
  const char* text;
  unsigned size;
};

RING_HD constexpr text_span span_of(const char* text) {
  unsigned size = 0;
  while (text[size] != '\0') ++size;
  return {text, size};
}

/// Of UTF-8 text. Never 0, which marks a free entry of a table, nor 1, which marks one that was removed.
RING_HD constexpr abi::u64 hash_name(const text_span& name) {
  abi::u64 hash = 0xcbf29ce484222325ull;
  for (unsigned i = 0; i < name.size; ++i) hash = (hash ^ static_cast<unsigned char>(name.text[i])) * 0x100000001b3ull;
  return hash < 2 ? hash + 2 : hash;
}

}  // namespace ring::detail
