// What every entry point of the driver begins with.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "cuda_types.h"

namespace standin {

class context;

enum class needs { nothing, driver, context };

using driver_lock = std::unique_lock<std::mutex>;

/// One call at a time, but for those that wait.
std::mutex& driver_mutex();

void set_initialized();

/// 0, or why the call fails before it begins: injected, not initialized, no current context, a context that failed.
result enter_call(const char* name, needs what);

/// The thread's, checked by needs::context. Nullptr when there is none.
std::shared_ptr<context> current_context();
void set_current_context(handle which);
handle current_context_handle();

/// True in a function of cuLaunchHostFunc, which must not call the driver.
bool& is_in_host_function();

template <class F>
result driver_call(const char* name, needs what, F body) {
  driver_lock lock(driver_mutex());
  const result code = enter_call(name, what);
  if (code != kSuccess) return code;
  return body(lock);
}

/// With the current context.
template <class F>
result context_call(const char* name, F body) {
  return driver_call(name, needs::context, [&](driver_lock& lock) -> result { return body(*current_context(), lock); });
}

/// Where a driver waits until no kernel runs: so does this, for a while; then the call is refused, because a persistent
/// kernel would have it wait for ever. `only_blocking`: kernels of non-blocking streams do not matter.
result wait_for_kernels(context& c, driver_lock& lock, bool only_blocking = false);

}
