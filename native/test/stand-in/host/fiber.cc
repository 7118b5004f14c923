#include "fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

// Saves what a function must preserve, and exchanges stacks. swapcontext would also save the signal mask, by a system
// call: ten times as long.
extern "C" void ring_standin_switch(void** from, void* to);

#if defined(__x86_64__)
asm(R"(
.text
.globl ring_standin_switch
.hidden ring_standin_switch
.type ring_standin_switch,@function
ring_standin_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size ring_standin_switch,.-ring_standin_switch
)");
#elif defined(__aarch64__)
asm(R"(
.text
.globl ring_standin_switch
.hidden ring_standin_switch
.type ring_standin_switch,%function
ring_standin_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
.size ring_standin_switch,.-ring_standin_switch
)");
#else
#error "the driver stand-in switches stacks on x86-64 and aarch64 only"
#endif

namespace standin {

namespace {

struct pool {
  std::mutex mutex;
  std::vector<fiber_stack> free;
};

/// Never destroyed: threads of blocks may outlive the exit handlers.
pool& the_pool() {
  static pool& instance = *new pool;
  return instance;
}

}

fiber_stack take_stack(size_t bytes) {
  pool& p = the_pool();
  {
    const std::lock_guard lock(p.mutex);
    while (!p.free.empty()) {
      const fiber_stack found = p.free.back();
      p.free.pop_back();
      if (found.bytes == bytes) return found;
      munmap(found.bottom - getpagesize(), found.bytes + static_cast<size_t>(getpagesize()));
    }
  }
  const auto page = static_cast<size_t>(getpagesize());
  void* whole = mmap(nullptr, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (whole == MAP_FAILED) return {};
  mprotect(whole, page, PROT_NONE);
  return {static_cast<char*>(whole) + page, bytes};
}

void give_back_stack(const fiber_stack& stack) {
#if defined(__SANITIZE_ADDRESS__)
  // Frames of an abandoned fiber have left their marks.
  munmap(stack.bottom - getpagesize(), stack.bytes + static_cast<size_t>(getpagesize()));
#else
  pool& p = the_pool();
  const std::lock_guard lock(p.mutex);
  p.free.push_back(stack);
#endif
}

void prepare(execution& what, const fiber_stack& stack, void (*entry)()) {
  what.bottom = stack.bottom;
  what.bytes = stack.bytes;
  what.fake_stack = nullptr;
  auto top = reinterpret_cast<uintptr_t>(stack.bottom + stack.bytes) & ~uintptr_t{15};
#if defined(__x86_64__)
  auto* frame = reinterpret_cast<void**>(top) - 8;
  for (int i = 0; i < 8; ++i) frame[i] = nullptr;
  frame[6] = reinterpret_cast<void*>(entry);  // what `ret` finds; above it a null return address
#else
  auto* frame = reinterpret_cast<void**>(top - 160);
  for (int i = 0; i < 20; ++i) frame[i] = nullptr;
  frame[11] = reinterpret_cast<void*>(entry);  // x30
#endif
  what.stack_pointer = frame;
}

void switch_execution(execution& from, execution& to, [[maybe_unused]] bool ends) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(ends ? nullptr : &from.fake_stack, to.bottom, to.bytes);
#endif
  ring_standin_switch(&from.stack_pointer, to.stack_pointer);
}

void arrive([[maybe_unused]] execution& here, [[maybe_unused]] execution& from) {
#if defined(__SANITIZE_ADDRESS__)
  const void* bottom = nullptr;
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(here.fake_stack, &bottom, &bytes);
  // The host thread's own stack is not known before.
  if (from.bottom == nullptr) {
    from.bottom = bottom;
    from.bytes = bytes;
  }
#endif
}

}
