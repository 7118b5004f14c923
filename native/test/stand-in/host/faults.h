// Signals that a kernel's thread gets: bad accesses of its own, and the request to leave.
#pragma once

namespace standin {

/// Where a thread of a block handles signals: its fiber's stack may be what has overflowed.
class signal_stack {
 public:
  signal_stack();
  ~signal_stack();
  signal_stack(const signal_stack&) = delete;
  signal_stack& operator=(const signal_stack&) = delete;

 private:
  void* memory_;
};

/// Before the first kernel runs. Signals that no kernel has caused go to whoever handled them before.
void handle_signals();

int leave_signal();

}
