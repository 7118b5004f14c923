#include "runtime/launch_board.h"

#include <algorithm>
#include <utility>

#include "runtime/context.h"

namespace ring {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// Looking costs a few microseconds of the driver's time: often after a launch and when an end is expected, then less
/// and less.
constexpr microseconds kShortestPause{50};
constexpr microseconds kLongestPause{2000};

}

outcome launch_board::start(int connection_count, cuda_context_handle handle) {
  const cuda_driver& driver = owner_.driver();
  if (outcome why = owner_.check(RING_CALL(driver, cuStreamCreateWithPriority, &copy_stream_, kStreamNonBlocking, 0))) {
    return why;
  }
  // One queue is for copies.
  slots_.resize(static_cast<size_t>(std::max(connection_count - 1, 1)));
  for (slot& one : slots_) {
    if (outcome why = make_slot(one)) return why;
  }
  thread_ = std::thread([this, handle] { watch(handle); });
  return std::nullopt;
}

outcome launch_board::make_slot(slot& made) {
  const cuda_driver& driver = owner_.driver();
  if (outcome why = owner_.check(RING_CALL(driver, cuStreamCreateWithPriority, &made.stream, kStreamNonBlocking, 0))) {
    return why;
  }
  // Without events a launch is not measured, and that is all.
  if (driver.cuEventCreate == nullptr || driver.cuEventRecord == nullptr) return std::nullopt;
  if (outcome why = owner_.check(RING_CALL(driver, cuEventCreate, &made.begin, kEventDefault))) return why;
  return owner_.check(RING_CALL(driver, cuEventCreate, &made.end, kEventDefault));
}

void launch_board::stop(bool may_free) {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  const cuda_driver& driver = owner_.driver();
  if (may_free) {
    for (const slot& one : slots_) {
      if (one.end != nullptr) (void)RING_CALL(driver, cuEventDestroy_v2, one.end);
      if (one.begin != nullptr) (void)RING_CALL(driver, cuEventDestroy_v2, one.begin);
      if (one.stream != nullptr) (void)RING_CALL(driver, cuStreamDestroy_v2, one.stream);
    }
    if (copy_stream_ != nullptr) (void)RING_CALL(driver, cuStreamDestroy_v2, copy_stream_);
  }
  slots_.clear();
  copy_stream_ = nullptr;
}

result<uint64_t> launch_board::run(launch_entry entry, const std::function<outcome(cuda_stream_handle)>& launch) {
  slot* free_slot = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (outcome why = find_room(entry)) return std::move(*why);
    free_slot = find_free_slot();
    if (free_slot == nullptr) {
      return RING_REFUSE("launch", "RING_NO_STREAM", resource,
                         std::to_string(slots_.size()) +
                             " launches are in flight, and the driver has no more queues for others: set "
                             "CUDA_DEVICE_MAX_CONNECTIONS (at most 32) before the process starts");
    }
  }
  // Nobody else takes or touches a slot without an entry.
  const cuda_driver& driver = owner_.driver();
  if (free_slot->begin != nullptr) {
    if (outcome why = owner_.check(RING_CALL(driver, cuEventRecord, free_slot->begin, free_slot->stream))) {
      return std::move(*why);
    }
  }
  if (outcome why = launch(free_slot->stream)) return std::move(*why);
  // Even where this fails the kernel is on its way: its end is what tells the rest.
  const bool has_end =
      free_slot->end != nullptr && !owner_.check(RING_CALL(driver, cuEventRecord, free_slot->end, free_slot->stream));
  const std::lock_guard lock(mutex_);
  entry.id = ++last_id_;
  free_slot->has_end = has_end;
  free_slot->entry = std::move(entry);
  busy_since_ = steady_clock::now();
  changed_.notify_all();
  return last_id_;
}

outcome launch_board::find_room(const launch_entry& entry) const {
  std::vector<grid_load> grids;
  for (const slot& one : slots_) {
    if (one.entry) grids.push_back(one.entry->load);
  }
  grids.push_back(entry.load);
  const std::optional<std::string> shortage = find_shortage(owner_.info().multiprocessor_count, grids);
  if (!shortage) return std::nullopt;
  return RING_REFUSE("launch", "RING_DOES_NOT_FIT", resource, *shortage);
}

launch_board::slot* launch_board::find_free_slot() {
  const auto found = std::find_if(slots_.begin(), slots_.end(), [](const slot& one) { return !one.entry; });
  return found == slots_.end() ? nullptr : &*found;
}

void launch_board::expect_end() {
  const std::lock_guard lock(mutex_);
  busy_since_ = steady_clock::now();
  changed_.notify_all();
}

std::vector<std::string> launch_board::kernels_in_flight() const {
  std::vector<std::string> kernels;
  for (const launch_entry& entry : in_flight()) kernels.push_back(entry.load.kernel);
  return kernels;
}

std::vector<launch_entry> launch_board::in_flight() const {
  const std::lock_guard lock(mutex_);
  std::vector<launch_entry> entries;
  for (const slot& one : slots_) {
    if (one.entry) entries.push_back({one.entry->id, one.entry->load, one.entry->is_resident, nullptr});
  }
  return entries;
}

void launch_board::watch(cuda_context_handle handle) {
  (void)owner_.check(RING_CALL(owner_.driver(), cuCtxSetCurrent, handle));
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    bool is_watching = false;
    for (slot& one : slots_) {
      if (one.entry) is_watching = !look_at(one, lock) || is_watching;
    }
    if (is_stopping_) break;
    if (is_watching) {
      changed_.wait_for(lock, pause());
    } else {
      const auto has_launch = [this] {
        return is_stopping_ || std::any_of(slots_.begin(), slots_.end(), [](const slot& one) { return !!one.entry; });
      };
      changed_.wait(lock, has_launch);
    }
  }
}

/// True when the launch has ended. The lock is not held while the driver is asked, nor while its end is told.
bool launch_board::look_at(slot& one, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  launch_end end;
  std::optional<call_error> error = RING_CALL(owner_.driver(), cuStreamQuery, one.stream);
  const bool has_ended = !error || error->code != kCudaNotReady;
  if (has_ended) {
    if (error)
      end.why = owner_.note(std::move(*error));
    else
      measure(one, end);
  }
  lock.lock();
  if (!has_ended) return false;
  std::function<void(launch_end)> on_end = std::move(one.entry->on_end);
  one.entry.reset();
  // Told after the slot is free: who is told may launch again, or load, at once.
  lock.unlock();
  on_end(std::move(end));
  on_end = nullptr;
  lock.lock();
  return true;
}

microseconds launch_board::pause() const {
  const auto elapsed = std::chrono::duration_cast<microseconds>(steady_clock::now() - busy_since_);
  return std::clamp(elapsed / 20, kShortestPause, kLongestPause);
}

/// Of a launch that has ended. That it cannot be measured is no failure of it, unless the context has failed.
void launch_board::measure(const slot& one, launch_end& end) {
  if (!one.has_end) return;
  float milliseconds = 0;
  std::optional<call_error> error = RING_CALL(owner_.driver(), cuEventElapsedTime, &milliseconds, one.begin, one.end);
  if (!error) {
    end.gpu_ms = milliseconds;
    return;
  }
  failure why = owner_.note(std::move(*error));
  if (why.kind == error_class::fatal) end.why = std::move(why);
}

}
