#include "context.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "grid.h"
#include "journal.h"
#include "memory.h"

namespace standin {

namespace {
constexpr int kPrintfFifoSize = 1;
}

context::context(device& where) : device_(where) {
  limits = {{0, 1024}, {kPrintfFifoSize, 1 << 20}, {2, 8 << 20}, {5, 128}};
}

context::~context() = default;

void context::fail(int code, const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (fault_ == 0) {
    complain("%s (%s, %d)", why.c_str(), name_of_error(code), code);  // before anybody can complain of the fault
    fault_ = code;
  }
  for (grid* each : running_) each->ask_to_leave();
}

void context::begin_grid(grid& g) {
  show_host_writes(*this);
  const std::lock_guard lock(mutex_);
  running_.push_back(&g);
  if (fault_ != 0) g.ask_to_leave();
}

void context::end_grid(grid& g) {
  show_kernel_writes(*this);
  const std::lock_guard lock(mutex_);
  std::erase(running_, &g);
}

unsigned long long context::count_launch(bool is_blocking, const std::string& name) {
  const std::lock_guard lock(mutex_);
  launches_[++last_launch_] = {is_blocking, name};
  return last_launch_;
}

void context::uncount_launch(unsigned long long number) {
  const std::lock_guard lock(mutex_);
  launches_.erase(number);
  changed_.notify_all();
}

std::string context::resident(bool only_blocking) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, each] : launches_)
    if (each.first || !only_blocking) return each.second;
  return "";
}

bool context::wait_until_empty(bool only_blocking, long long ms) {
  const auto is_empty = [&] {
    return std::ranges::none_of(launches_, [&](const auto& each) { return each.second.first || !only_blocking; });
  };
  std::unique_lock lock(mutex_);
  if (ms >= 0) return changed_.wait_for(lock, std::chrono::milliseconds(ms), is_empty);
  changed_.wait(lock, is_empty);
  return true;
}

long long context::launches() const {
  const std::lock_guard lock(mutex_);
  return static_cast<long long>(launches_.size());
}

void context::print(std::string text) {
  const std::lock_guard lock(print_mutex_);
  print_bytes_ += text.size();
  prints_.push_back(std::move(text));
  while (print_bytes_ > limits[kPrintfFifoSize] && prints_.size() > 1) {
    print_bytes_ -= prints_.front().size();
    prints_.pop_front();
  }
}

void context::drain_prints() {
  std::deque<std::string> taken;
  {
    const std::lock_guard lock(print_mutex_);
    taken.swap(prints_);
    print_bytes_ = 0;
  }
  for (const std::string& text : taken)
    for (size_t done = 0; done < text.size();) {
      const ssize_t written = write(STDOUT_FILENO, text.data() + done, text.size() - done);
      if (written <= 0) return;
      done += static_cast<size_t>(written);
    }
}

}
