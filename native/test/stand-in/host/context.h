// A context: its streams, what runs in it, what has gone wrong in it, what its kernels have printed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cuda_types.h"

namespace standin {

class device;
class grid;
class stream;

class context {
 public:
  explicit context(device& where);
  ~context();
  context(const context&) = delete;
  context& operator=(const context&) = delete;

  device& on() const { return device_; }

  /// Sticky: 0, or the code of the first fault.
  int fault() const { return fault_; }
  /// By any thread: ends all that runs.
  void fail(int code, const std::string& why);

  // By streams' threads.
  void begin_grid(grid& g);
  void end_grid(grid& g);

  /// A launch waits in some stream, or runs.
  unsigned long long count_launch(bool is_blocking, const std::string& name);
  void uncount_launch(unsigned long long number);
  /// The name of a kernel that is resident or waits to be; empty when there is none.
  std::string resident(bool only_blocking) const;
  /// False when that is still so after so long.
  bool wait_until_empty(bool only_blocking, long long ms);
  long long launches() const;

  /// printf: kept until the host synchronizes, the oldest lines lost when there are too many.
  void print(std::string text);
  void drain_prints();

  handle self = nullptr;
  bool is_primary = false;
  bool is_destroyed = false;
  /// Stream 0 of the context, which waits for all blocking streams and they for it.
  std::shared_ptr<stream> null_stream;
  std::vector<std::weak_ptr<stream>> streams;
  std::map<int, size_t> limits;

 private:
  device& device_;
  std::atomic<int> fault_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<grid*> running_;
  /// By number: whether in a blocking stream, and the kernel's name.
  std::map<unsigned long long, std::pair<bool, std::string>> launches_;
  unsigned long long last_launch_ = 0;
  std::mutex print_mutex_;
  std::deque<std::string> prints_;
  size_t print_bytes_ = 0;
};

}
