// A launched grid: what it runs, with which parameters, and how its blocks find room on the device.
#pragma once

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "../device/module_abi.h"

namespace standin {

using namespace ring_standin;

class block;
class context;
class loaded_module;

/// What a launch says, checked.
struct launch {
  std::shared_ptr<loaded_module> module;
  const kernel_record* kernel = nullptr;
  std::string name;
  index3 grid_dim{};
  index3 block_dim{};
  unsigned shared_bytes = 0;  ///< dynamic
  bool is_cooperative = false;
  /// Blocks of this shape that a multiprocessor holds.
  unsigned blocks_per_multiprocessor = 1;
  /// Parameters as the kernel finds them, one after the other at its alignment.
  std::vector<std::byte> parameter_bytes;
  std::vector<size_t> parameter_offsets;
};

class grid {
 public:
  grid(context& owner, launch what);

  /// By the stream's thread: runs all blocks, and returns when the last one has ended.
  void run();

  /// All blocks leave as soon as they can, without ending.
  void ask_to_leave();

  void fail_context(int code, const std::string& why);
  /// By a CUDA thread.
  void call() { what_.kernel->invoke(parameters_.data()); }

  index3 block_dim() const { return what_.block_dim; }
  index3 grid_dim() const { return what_.grid_dim; }
  unsigned shared_bytes() const { return what_.shared_bytes; }
  bool is_cooperative() const { return what_.is_cooperative; }
  const char* name() const { return what_.name.c_str(); }
  /// Counts all launches.
  u64 id() const { return id_; }
  context& owner() { return owner_; }
  const loaded_module& module() const { return *what_.module; }
  /// 0 until it runs.
  u64 started_ns() const { return started_ns_; }

  /// Barriers of all blocks: the round that the calling block has arrived in, and whether it is over.
  unsigned arrive();
  bool is_past(unsigned round) const { return round_ != round; }

 private:
  void run_blocks();
  void watch();

  context& owner_;
  launch what_;
  const u64 id_;
  std::vector<void*> parameters_;
  u64 blocks_ = 0;
  std::atomic<u64> next_block_{0};
  std::atomic<u64> started_ns_{0};
  std::atomic<unsigned> round_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  u64 unfinished_ = 0;
  u64 arrived_ = 0;
  bool must_leave_ = false;
  struct resident {
    pthread_t thread;
    block* what;
  };
  std::vector<resident> residents_;
};

/// Room on a device for blocks of different shapes: a block takes its share of a multiprocessor.
class occupancy {
 public:
  explicit occupancy(unsigned multiprocessors) : free_(multiprocessors * kShares) {}

  /// Waits for room for one block; false when `gives_up`.
  template <class GivesUp>
  bool take(unsigned blocks_per_multiprocessor, GivesUp gives_up) {
    std::unique_lock lock(mutex_);
    const u64 shares = kShares / blocks_per_multiprocessor;
    while (free_ < shares) {
      if (gives_up()) return false;
      changed_.wait_for(lock, std::chrono::milliseconds(5));
    }
    free_ -= shares;
    return true;
  }
  void give_back(unsigned blocks_per_multiprocessor) {
    const std::lock_guard lock(mutex_);
    free_ += kShares / blocks_per_multiprocessor;
    changed_.notify_all();
  }

 private:
  /// Divisible by nearly any number of blocks.
  static constexpr u64 kShares = 720720;
  std::mutex mutex_;
  std::condition_variable changed_;
  u64 free_;
};

}
