#include "call.h"

#include "context.h"
#include "handles.h"
#include "journal.h"
#include "settings.h"

namespace standin {

namespace {

bool is_initialized = false;
thread_local handle current = nullptr;

}

std::mutex& driver_mutex() {
  static std::mutex& instance = *new std::mutex;
  return instance;
}

uintptr_t next_handle() {
  static uintptr_t last = 0x5e0000000000;
  return last += 16;
}

all_handles& handles() {
  static all_handles& instance = *new all_handles;
  return instance;
}

void set_initialized() { is_initialized = true; }

bool& is_in_host_function() {
  thread_local bool is_in = false;
  return is_in;
}

std::shared_ptr<context> current_context() { return handles().contexts.find(current); }
void set_current_context(handle which) { current = which; }
handle current_context_handle() { return current; }

result enter_call(const char* name, needs what) {
  if (const int code = begin_call(name)) return code;
  if (is_in_host_function()) return refuse(kNotPermitted, "called by a function of cuLaunchHostFunc");
  if (what == needs::nothing) return kSuccess;
  if (!is_initialized) return refuse(kNotInitialized, "called before cuInit");
  if (what == needs::driver) return kSuccess;
  if (current == nullptr) return refuse(kInvalidContext, "the thread has no current context");
  const auto c = current_context();
  if (c == nullptr) return refuse(kContextIsDestroyed, "the thread's current context has been destroyed");
  if (c->fault() != 0) return refuse(c->fault(), "the context has failed before, and stays so");
  return kSuccess;
}

result wait_for_kernels(context& c, driver_lock& lock, bool only_blocking) {
  if (c.resident(only_blocking).empty()) return kSuccess;
  const bool is_strict = settings::get().number("strict") != 0;
  const auto kept = handles().contexts.find(c.self);
  lock.unlock();
  const bool is_empty = c.wait_until_empty(only_blocking, is_strict ? settings::get().number("grace_ms") : -1);
  lock.lock();
  if (!is_empty)
    return refuse(kNotPermitted, "kernel %s is resident: a driver waits here until it ends",
                  c.resident(only_blocking).c_str());
  if (c.is_destroyed) return refuse(kContextIsDestroyed, "the context was destroyed meanwhile");
  return c.fault() == 0 ? kSuccess : refuse(c.fault(), "the context has failed meanwhile");
}

}
