#include "runtime/signal_watcher.h"

#include <algorithm>
#include <utility>

#include "runtime/short_sleep.h"

#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
#include <intrin.h>
#endif

namespace ring {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// The word is JavaScript's and the GPU's: no C++ object that could be an atomic lives there.
uint32_t load(const uint32_t* word) {
#ifdef _MSC_VER
  const uint32_t value = *static_cast<const volatile uint32_t*>(word);
  std::atomic_thread_fence(std::memory_order_acquire);
  return value;
#else
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
#endif
}

/// Tells the processor that this is a loop that waits.
void relax() {
#if defined(_MSC_VER) && (defined(_M_X64) || defined(_M_IX86))
  _mm_pause();
#elif defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// The clock is not read at each look.
constexpr int kLooksPerClock = 64;

}

signal_watcher::signal_watcher(const uint32_t* word, const watch_options& options,
                               std::function<void(uint32_t)> on_change)
    : word_(word), options_(options), on_change_(std::move(on_change)), first_(load(word)), thread_([this] {
        run();
      }) {}

void signal_watcher::stop() {
  is_stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

watch_figures signal_watcher::figures() const { return {looks_.load(), changes_.load(), pauses_.load()}; }

void signal_watcher::run() {
  short_sleep sleep;
  uint32_t seen = first_;
  microseconds pause = options_.shortest_pause;
  auto spin_until = steady_clock::now() + options_.spin;
  bool is_spinning = true;
  while (!is_stopping_.load(std::memory_order_relaxed)) {
    for (int look = 0; look < (is_spinning ? kLooksPerClock : 1); look++) {
      looks_.fetch_add(1, std::memory_order_relaxed);
      const uint32_t value = load(word_);
      if (value != seen) {
        seen = value;
        changes_.fetch_add(1, std::memory_order_relaxed);
        on_change_(value);
        spin_until = steady_clock::now() + options_.spin;
        pause = options_.shortest_pause;
        is_spinning = true;
        break;
      }
      if (is_spinning) relax();
    }
    if (is_spinning) {
      is_spinning = steady_clock::now() < spin_until;
      continue;
    }
    pauses_.fetch_add(1, std::memory_order_relaxed);
    sleep.wait(pause);
    pause = std::min(pause * 2, options_.longest_pause);
  }
}

}
