#include "grid.h"

#include <algorithm>
#include <thread>

#include "block.h"
#include "context.h"
#include "cuda_types.h"
#include "device.h"
#include "faults.h"
#include "module.h"
#include "settings.h"

namespace standin {

namespace {

u64 next_id() {
  static std::atomic<u64> last{0};
  return ++last;
}

}

grid::grid(context& owner, launch what) : owner_(owner), what_(std::move(what)), id_(next_id()) {
  blocks_ = u64{what_.grid_dim.x} * what_.grid_dim.y * what_.grid_dim.z;
  for (const size_t offset : what_.parameter_offsets) parameters_.push_back(what_.parameter_bytes.data() + offset);
}

void grid::run() {
  if (owner_.fault() != 0) return;
  started_ns_ = monotonic_ns();
  owner_.begin_grid(*this);
  const u64 most = u64{what_.blocks_per_multiprocessor} * owner_.on().multiprocessors();
  std::vector<std::thread> threads;
  unfinished_ = std::min(blocks_, most);
  for (u64 i = unfinished_; i > 0; --i) {
    threads.emplace_back([this] {
      run_blocks();
      const std::lock_guard lock(mutex_);
      unfinished_ -= 1;
      changed_.notify_all();
    });
  }
  watch();
  for (std::thread& each : threads) each.join();
  owner_.end_grid(*this);
}

/// Until all blocks have ended.
void grid::watch() {
  std::unique_lock lock(mutex_);
  while (unfinished_ != 0) {
    changed_.wait_for(lock, std::chrono::milliseconds(10));
    const auto limit_ns = static_cast<u64>(settings::get().number("watchdog_ms")) * 1'000'000;
    if (limit_ns == 0 || must_leave_ || monotonic_ns() - started_ns_ < limit_ns) continue;
    lock.unlock();
    owner_.fail(kLaunchTimeout, "kernel " + what_.name + " has run for longer than the watchdog allows");
    lock.lock();
  }
}

/// A host thread takes one block after the other. What is left in its `__shared__` variables the next one finds, as on
/// a GPU.
void grid::run_blocks() {
  const signal_stack stack;
  const auto gives_up = [this] {
    const std::lock_guard lock(mutex_);
    return must_leave_;
  };
  occupancy& room = owner_.on().room();
  const thread_view** current = what_.module->current();
  while (next_block_ < blocks_) {
    if (!room.take(what_.blocks_per_multiprocessor, gives_up)) return;
    const u64 index = next_block_++;
    bool has_ended = index >= blocks_;
    if (!has_ended) {
      const index3 dim = what_.grid_dim;
      block running(*this,
                    {static_cast<u32>(index % dim.x), static_cast<u32>(index / dim.x % dim.y),
                     static_cast<u32>(index / dim.x / dim.y)},
                    current);
      {
        const std::lock_guard lock(mutex_);
        residents_.push_back({pthread_self(), &running});
        if (must_leave_) running.is_asked_to_leave = true;
      }
      has_ended = running.run();
      const std::lock_guard lock(mutex_);
      std::erase_if(residents_, [&](const resident& each) { return each.what == &running; });
    }
    room.give_back(what_.blocks_per_multiprocessor);
    if (!has_ended) return;
  }
}

void grid::ask_to_leave() {
  const std::lock_guard lock(mutex_);
  must_leave_ = true;
  for (const resident& each : residents_) {
    each.what->is_asked_to_leave = true;
    if (pthread_equal(each.thread, pthread_self()) == 0) pthread_kill(each.thread, leave_signal());
  }
}

void grid::fail_context(int code, const std::string& why) { owner_.fail(code, why); }

unsigned grid::arrive() {
  const std::lock_guard lock(mutex_);
  const unsigned round = round_;
  arrived_ += 1;
  if (arrived_ == blocks_) {
    arrived_ = 0;
    round_ += 1;
  }
  return round;
}

}
