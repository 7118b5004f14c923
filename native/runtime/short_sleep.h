// Sleeps of some tens of microseconds.
#pragma once

#include <chrono>

namespace ring {

/// Windows' ordinary sleep lasts up to 16 ms; there this one takes a timer of high resolution (about 0.5 ms).
class short_sleep {
 public:
  short_sleep();
  ~short_sleep();
  short_sleep(const short_sleep&) = delete;
  short_sleep& operator=(const short_sleep&) = delete;

  void wait(std::chrono::microseconds duration);

 private:
  void* timer_ = nullptr;
};

}
