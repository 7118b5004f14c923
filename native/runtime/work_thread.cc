#include "runtime/work_thread.h"

#include <utility>

namespace ring {

work_thread::work_thread() : thread_([shared = state_] { run(shared); }) {}

work_thread::~work_thread() {
  if (thread_.joinable()) end(std::chrono::milliseconds(0));
}

bool work_thread::post(work next) {
  const std::lock_guard lock(state_->mutex);
  if (state_->is_ending) return false;
  state_->waiting.push_back(std::move(next));
  state_->changed.notify_all();
  return true;
}

void work_thread::drop_waiting() {
  // Destroyed after the lock: what the work holds may be much.
  std::deque<work> dropped;
  const std::lock_guard lock(state_->mutex);
  dropped.swap(state_->waiting);
}

bool work_thread::end(std::chrono::milliseconds limit) {
  if (!thread_.joinable()) return true;
  std::unique_lock lock(state_->mutex);
  state_->is_ending = true;
  state_->changed.notify_all();
  const bool has_ended = state_->changed.wait_for(lock, limit, [this] { return state_->has_ended; });
  std::deque<work> never;
  // Nobody wants any more what the thread would do after the work that it hangs in.
  if (!has_ended) never.swap(state_->waiting);
  lock.unlock();
  if (has_ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
  return has_ended;
}

void work_thread::run(const std::shared_ptr<state>& shared) {
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->is_ending || !shared->waiting.empty(); });
    if (shared->waiting.empty()) break;
    work next = std::move(shared->waiting.front());
    shared->waiting.pop_front();
    lock.unlock();
    next();
    // What the work holds is let go before others are told that it is done.
    next = nullptr;
    lock.lock();
  }
  shared->has_ended = true;
  shared->changed.notify_all();
}

}
