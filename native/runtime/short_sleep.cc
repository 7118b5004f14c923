#include "runtime/short_sleep.h"

#ifdef _WIN32
#include <windows.h>
// Windows 10 1803; older SDKs do not have it.
#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif
#endif
#include <thread>

namespace ring {

#ifdef _WIN32

short_sleep::short_sleep()
    : timer_(CreateWaitableTimerExW(nullptr, nullptr, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TIMER_ALL_ACCESS)) {}

short_sleep::~short_sleep() {
  if (timer_ != nullptr) CloseHandle(timer_);
}

void short_sleep::wait(std::chrono::microseconds duration) {
  LARGE_INTEGER due;
  // In units of 100 ns; negative is from now.
  due.QuadPart = -duration.count() * 10;
  if (timer_ != nullptr && SetWaitableTimer(timer_, &due, 0, nullptr, nullptr, FALSE)) {
    WaitForSingleObject(timer_, INFINITE);
  } else {
    std::this_thread::sleep_for(duration);
  }
}

#else

short_sleep::short_sleep() = default;
short_sleep::~short_sleep() = default;

void short_sleep::wait(std::chrono::microseconds duration) { std::this_thread::sleep_for(duration); }

#endif

}
