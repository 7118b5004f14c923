// The launches that are in flight in a context: each on a stream of its own, watched until it ends.
//
// Streams and events are made when the context is, and used again: making one while a persistent kernel is resident is
// not known to be safe. Two streams that share one of the driver's work queues wait for each other, so there are no
// more streams than queues, and one of them is for copies.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "driver/cuda_types.h"
#include "runtime/failure.h"
#include "runtime/occupancy_budget.h"

namespace ring {

class context;

struct launch_end {
  std::optional<failure> why;
  /// Between the launch's first and last moment on the device; nothing where that was not recorded.
  std::optional<float> gpu_ms;
};

/// What the board keeps of a launch.
struct launch_entry {
  uint64_t id = 0;
  grid_load load;
  bool is_resident = false;
  /// Called once, on the board's thread.
  std::function<void(launch_end)> on_end;
};

class launch_board {
 public:
  explicit launch_board(context& owner) : owner_(owner) {}
  ~launch_board() = default;
  launch_board(const launch_board&) = delete;
  launch_board& operator=(const launch_board&) = delete;

  /// On the context's thread, as all but what says otherwise.
  outcome start(int connection_count, cuda_context_handle handle);
  /// Ends the thread. Gives streams and events back if the driver may still be asked.
  void stop(bool may_free);

  cuda_stream_handle copy_stream() const { return copy_stream_; }

  /// Asks for room and for a stream, has `launch` use it, and watches it from then on.
  result<uint64_t> run(launch_entry entry, const std::function<outcome(cuda_stream_handle)>& launch);

  /// May be called on any thread: a launch is about to end; look often for a while.
  void expect_end();

  /// May be called on any thread.
  std::vector<std::string> kernels_in_flight() const;
  std::vector<launch_entry> in_flight() const;

 private:
  struct slot {
    cuda_stream_handle stream = nullptr;
    cuda_event_handle begin = nullptr;
    cuda_event_handle end = nullptr;
    /// `end` is that of the entry's launch, and not of one before.
    bool has_end = false;
    std::optional<launch_entry> entry;
  };

  outcome make_slot(slot& made);
  outcome find_room(const launch_entry& entry) const;
  slot* find_free_slot();
  void watch(cuda_context_handle handle);
  bool look_at(slot& one, std::unique_lock<std::mutex>& lock);
  std::chrono::microseconds pause() const;
  void measure(const slot& one, launch_end& end);

  context& owner_;
  cuda_stream_handle copy_stream_ = nullptr;
  /// Not resized once the thread runs.
  std::vector<slot> slots_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  uint64_t last_id_ = 0;
  std::chrono::steady_clock::time_point busy_since_;
};

}
