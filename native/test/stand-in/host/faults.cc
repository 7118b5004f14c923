#include "faults.h"

#include <signal.h>
#include <sys/mman.h>

#include <cstdio>
#include <mutex>
#include <string>

#include "block.h"
#include "cuda_types.h"

namespace standin {

namespace {

constexpr size_t kStackBytes = 128 << 10;
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};

struct sigaction previous[NSIG];

std::string describe(int signal, const void* address, const block& b) {
  char text[160];
  switch (signal) {
    case SIGFPE:
      return "an integer division that the host's processor refuses (a GPU goes on)";
    case SIGILL:
      return "an instruction that the host's processor refuses";
    default:
      if (b.is_overflow(address)) return "the stack of the thread is too small (stack_kb)";
      std::snprintf(text, sizeof text, "access to %p, which is neither registered nor allocated", address);
      return text;
  }
}

void pass_on(int signal, siginfo_t* information, void* machine) {
  const struct sigaction& before = previous[signal];
  if ((before.sa_flags & SA_SIGINFO) != 0 && before.sa_sigaction != nullptr)
    return before.sa_sigaction(signal, information, machine);
  if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
  // Happens again when this returns, and ends the process.
  ::signal(signal, SIG_DFL);
}

void on_fault(int signal, siginfo_t* information, void* machine) {
  block* b = block::here();
  if (b == nullptr) return pass_on(signal, information, machine);
  const bool is_access = signal == SIGSEGV || signal == SIGBUS;
  b->fail(is_access ? kIllegalAddress : kLaunchFailed, describe(signal, information->si_addr, *b));
}

void on_leave(int) {
  if (block* b = block::here()) b->leave_when_asked();
}

}

signal_stack::signal_stack() {
  memory_ = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t stack{};
  stack.ss_sp = memory_;
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, nullptr);
}

signal_stack::~signal_stack() {
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
  munmap(memory_, kStackBytes);
}

int leave_signal() { return SIGRTMIN + 4; }

void handle_signals() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action{};
    // A handler never returns where it ends a block: nothing may stay blocked.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    action.sa_sigaction = on_fault;
    for (const int signal : kFaults) sigaction(signal, &action, &previous[signal]);
    struct sigaction leave{};
    leave.sa_flags = SA_ONSTACK | SA_NODEFER;
    leave.sa_handler = on_leave;
    sigaction(leave_signal(), &leave, nullptr);
  });
}

}
