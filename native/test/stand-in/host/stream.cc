#include "stream.h"

#include <chrono>
#include <mutex>

#include "context.h"

namespace standin {

namespace {

/// Of all streams' queues.
struct queues {
  std::mutex mutex;
  std::condition_variable changed;
};

queues& all_queues() {
  static queues& instance = *new queues;
  return instance;
}

}

bool stream_place::is_done() const {
  const std::lock_guard lock(all_queues().mutex);
  return where == nullptr || where->done_ >= number;
}

stream::stream(context& owner, bool is_null, bool is_blocking)
    : owner_(owner), is_null_(is_null), is_blocking_(is_blocking) {}

stream::~stream() {
  if (!thread_.joinable()) return;
  // It has nothing left to do; the last one to let go may be the thread itself.
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else
    thread_.join();
}

void stream::close() {
  const std::lock_guard lock(all_queues().mutex);
  is_closed_ = true;
  all_queues().changed.notify_all();
}

/// With the queues' lock held.
std::vector<stream_place> stream::others_first() {
  std::vector<stream_place> after;
  if (is_null_) {
    for (const auto& weak : owner_.streams)
      if (auto other = weak.lock(); other != nullptr && other->is_blocking_) after.push_back({other, other->put_});
  } else if (is_blocking_) {
    after.push_back({owner_.null_stream, owner_.null_stream->put_});
  }
  return after;
}

stream_place stream::put(std::function<void()> work, bool always) {
  const std::lock_guard lock(all_queues().mutex);
  queue_.push_back({std::move(work), others_first(), always});
  put_ += 1;
  if (!thread_.joinable()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
  all_queues().changed.notify_all();
  return {shared_from_this(), put_};
}

stream_place stream::end() {
  const std::lock_guard lock(all_queues().mutex);
  return {shared_from_this(), put_};
}

void stream::run() {
  std::unique_lock lock(all_queues().mutex);
  for (;;) {
    all_queues().changed.wait(lock, [this] { return is_closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    {
      const item next = std::move(queue_.front());
      queue_.pop_front();
      for (const stream_place& each : next.after)
        all_queues().changed.wait(lock, [&] { return each.where->done_ >= each.number || owner_.fault() != 0; });
      lock.unlock();
      if (next.always || owner_.fault() == 0) next.work();
    }
    lock.lock();
    done_ += 1;
    all_queues().changed.notify_all();
  }
}

bool wait_for(const stream_place& place, long long ms) {
  if (place.where == nullptr) return true;
  if (ms < 0) {
    while (!wait_for(place, 1000)) {
    }
    return true;
  }
  std::unique_lock lock(all_queues().mutex);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
  while (place.where->done_ < place.number) {
    if (all_queues().changed.wait_until(lock, until) == std::cv_status::timeout)
      return place.where->done_ >= place.number;
  }
  return true;
}

}
