// A thread that does one piece of work after the other. Whatever may take long or never return happens on one: the
// driver's calls on that of their context, NVRTC's on that of the compiler.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace ring {

class work_thread {
 public:
  using work = std::function<void()>;

  work_thread();
  /// Lets what is running go on alone when nobody has called `end`.
  ~work_thread();
  work_thread(const work_thread&) = delete;
  work_thread& operator=(const work_thread&) = delete;

  /// False when the thread is ending: the work is not done.
  bool post(work next);

  /// Forgets what is waiting: nobody wants it any more. What is running goes on.
  void drop_waiting();

  /// Takes no more work, and returns when what is there is done or the time is over. After that the thread is left
  /// alone: it owns all that it needs, and ends by itself if its work ever returns. True when it has ended.
  bool end(std::chrono::milliseconds limit);

 private:
  /// Shared with the thread, which may outlive this object.
  struct state {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<work> waiting;
    bool is_ending = false;
    bool has_ended = false;
  };

  static void run(const std::shared_ptr<state>& shared);

  std::shared_ptr<state> state_ = std::make_shared<state>();
  std::thread thread_;
};

}
