// Watches a word that a GPU writes. A GPU can wake no thread of the host, so one looks again and again: busily for a
// moment after each change, because more are likely to follow, then after pauses that double up to a longest one.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

namespace ring {

struct watch_options {
  /// How long it looks without a pause after a change.
  std::chrono::microseconds spin{50};
  std::chrono::microseconds shortest_pause{20};
  std::chrono::microseconds longest_pause{500};
};

struct watch_figures {
  /// Looks at the word, changes seen, and pauses made.
  uint64_t looks = 0;
  uint64_t changes = 0;
  uint64_t pauses = 0;
};

class signal_watcher {
 public:
  /// `on_change` is called on the watcher's thread. The word must stay until `stop` has returned.
  signal_watcher(const uint32_t* word, const watch_options& options, std::function<void(uint32_t)> on_change);
  ~signal_watcher() { stop(); }
  signal_watcher(const signal_watcher&) = delete;
  signal_watcher& operator=(const signal_watcher&) = delete;

  /// Returns when the thread has ended: after the longest pause at the latest. `on_change` is not called any more.
  void stop();

  watch_figures figures() const;

 private:
  void run();

  const uint32_t* const word_;
  const watch_options options_;
  const std::function<void(uint32_t)> on_change_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<uint64_t> looks_ = 0;
  std::atomic<uint64_t> changes_ = 0;
  std::atomic<uint64_t> pauses_ = 0;
  /// What the word was when the watch began: a change between then and the thread's first look counts.
  const uint32_t first_;
  std::thread thread_;
};

}
