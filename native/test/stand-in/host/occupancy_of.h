// How many blocks of a kernel a multiprocessor holds.
#pragma once

#include <algorithm>

#include "device.h"
#include "module.h"
#include "settings.h"

namespace standin {

inline unsigned registers_of(const function&) { return static_cast<unsigned>(settings::get().number("registers")); }

/// By its registers, and by its __launch_bounds__.
inline unsigned max_threads_of(const function& f) {
  const unsigned by_registers = kRegistersPerMultiprocessor / registers_of(f) / 32 * 32;
  const unsigned bound = f.kernel->max_threads == 0 ? kMaxThreadsPerBlock : f.kernel->max_threads;
  return std::min({kMaxThreadsPerBlock, by_registers, bound});
}

inline unsigned blocks_per_multiprocessor(const function& f, unsigned threads, size_t dynamic_shared) {
  const unsigned rounded = (threads + 31) / 32 * 32;
  const size_t shared = f.module->shared_bytes() + dynamic_shared + kReservedSharedPerBlock;
  const size_t by_shared = kSharedPerMultiprocessor / shared;
  return std::min({kMaxBlocksPerMultiprocessor, kMaxThreadsPerMultiprocessor / rounded,
                   kRegistersPerMultiprocessor / (registers_of(f) * rounded), static_cast<unsigned>(by_shared)});
}

}
