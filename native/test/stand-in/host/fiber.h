// CUDA threads as fibers of their block's host thread: stacks, and the switch between two of them.
#pragma once

#include <cstddef>

namespace standin {

/// Memory for one fiber, with a page below it that nobody may touch.
struct fiber_stack {
  char* bottom = nullptr;
  size_t bytes = 0;
};

/// From a pool: threads of blocks come and go by the thousand.
fiber_stack take_stack(size_t bytes);
void give_back_stack(const fiber_stack& stack);

/// Where execution is suspended: of a fiber, or of the host thread that runs the fibers.
struct execution {
  void* stack_pointer = nullptr;
  // For AddressSanitizer, which must know of every stack.
  const void* bottom = nullptr;
  size_t bytes = 0;
  void* fake_stack = nullptr;
};

/// Prepares `entry` to run on `stack` at the first switch to it. It must not return.
void prepare(execution& what, const fiber_stack& stack, void (*entry)());

/// Suspends `from`, which runs, and resumes `to`. `ends`: `from` is never resumed.
void switch_execution(execution& from, execution& to, bool ends);

/// Called first by what a switch resumes or begins.
void arrive(execution& here, execution& from);

}
