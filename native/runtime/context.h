// A device's primary context, and all that lives in it. Everything here is for the context's own thread, but for what
// says otherwise.
//
// Many of the driver's calls wait until the device is idle: loading and unloading modules, allocating, registering,
// looking up functions when they are loaded lazily. While a persistent kernel runs that is never, and the call would
// hang for good. They are *housekeeping*, and refused here while any launch is in flight. All calls come from one
// thread, so none is under way when a launch starts.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "driver/cuda_driver.h"
#include "runtime/device_info.h"
#include "runtime/failure.h"
#include "runtime/launch_board.h"
#include "runtime/resource.h"

namespace ring {

struct context_options {
  /// Paths of the driver's library, or names that the system's loader looks for: the first that opens is taken.
  std::vector<std::string> libraries;
  int ordinal = 0;
  /// Work queues that the driver has between host and device; nothing: what CUDA_DEVICE_MAX_CONNECTIONS says, else 8.
  std::optional<int> connections;
};

struct memory_figures {
  uint64_t free_bytes = 0;
  uint64_t total_bytes = 0;
};

class context : public std::enable_shared_from_this<context> {
 public:
  /// Opens the library, initializes the driver and takes the context. In one process only one `context` of a device is
  /// open at a time: two would not know of each other's persistent kernels.
  static result<std::shared_ptr<context>> open(const context_options& options);
  context() = default;
  ~context() = default;

  const cuda_driver& driver() const { return driver_; }
  const device_info& info() const { return info_; }
  launch_board& launches() { return launches_; }
  int connection_count() const { return connection_count_; }
  int driver_version() const { return driver_version_; }
  /// `EAGER`, `LAZY`, or empty where the driver does not tell. Lazily loaded code is loaded by its first launch, which
  /// hangs when a persistent kernel is resident.
  const std::string& module_loading() const { return module_loading_; }

  /// May be called on any thread. The error that the context was lost by, once it is.
  std::optional<failure> lost() const;
  /// May be called on any thread. Makes a failure of an error, and the context lost if it is a fatal one.
  failure note(call_error error, std::string detail = "");
  /// The same for a call that may have succeeded.
  outcome check(std::optional<call_error> error);

  /// Why `call` cannot be made now, if so: the context is closed or lost.
  outcome begin(const char* call) const;
  /// The same for a call that would hang while a launch is in flight.
  outcome begin_housekeeping(const char* call) const;

  /// Keeps it until `release` or `close`.
  void adopt(std::shared_ptr<resource> owned) { alive_.push_back(std::move(owned)); }
  /// Frees it. Housekeeping. What depends on it is gone too.
  outcome release(resource& owned);

  /// Sees to it that no launch of a kernel with so much local memory has to enlarge the memory that all kernels share
  /// for it: the driver would wait until the device is idle. Housekeeping.
  outcome reserve_local_bytes(size_t bytes);
  size_t reserved_local_bytes() const { return local_bytes_; }

  result<memory_figures> ask_memory();
  /// Of printf's buffer or of malloc's heap; before any kernel that uses them. Housekeeping.
  outcome set_limit(context_limit limit, size_t value);
  /// Waits for the device, which also prints what kernels have printed. Housekeeping.
  outcome synchronize();

  /// Frees everything, the youngest first, and gives the context back. Refused while a launch is in flight. Of a lost
  /// context nothing is freed: every call would fail, and the process has to go anyway.
  outcome close();
  bool is_closed() const { return is_closed_; }

 private:
  outcome start(const context_options& options);
  outcome claim();
  outcome retain();
  void free_all();

  cuda_driver driver_;
  device_info info_;
  cuda_device_handle device_ = 0;
  cuda_context_handle handle_ = nullptr;
  int connection_count_ = 0;
  int driver_version_ = 0;
  std::string module_loading_;
  size_t local_bytes_ = 0;
  bool is_claimed_ = false;
  bool is_closed_ = false;
  std::vector<std::shared_ptr<resource>> alive_;
  mutable std::mutex lost_mutex_;
  std::optional<failure> lost_;
  launch_board launches_{*this};
};

}
