#include "addon/channel.h"

#include <utility>

namespace ring {

std::shared_ptr<channel> channel::create(Napi::Env env) {
  auto made = std::make_shared<channel>();
  made->env_ = env;
  const napi_value name = Napi::String::New(env, "ring_native");
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                                             nullptr, deliver, &made->function_);
  if (status != napi_ok) return nullptr;
  // Watching keeps no process alive, waiting for an answer does.
  napi_unref_threadsafe_function(env, made->function_);
  return made;
}

void channel::post(message next) {
  auto owned = std::make_unique<message>(std::move(next));
  const std::lock_guard lock(mutex_);
  if (function_ == nullptr) return;
  // Node deletes nothing of a message that it refuses.
  if (napi_call_threadsafe_function(function_, owned.get(), napi_tsfn_nonblocking) == napi_ok) (void)owned.release();
}

void channel::hold() {
  if (held_++ == 0 && function_ != nullptr) napi_ref_threadsafe_function(env_, function_);
}

void channel::let_go() {
  if (--held_ == 0 && function_ != nullptr) napi_unref_threadsafe_function(env_, function_);
}

void channel::close() {
  const std::lock_guard lock(mutex_);
  if (function_ == nullptr) return;
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
  function_ = nullptr;
}

/// Without an environment when it is going: then the message is only deleted.
void channel::deliver(napi_env env, napi_value callback, void* owner, void* data) {
  const std::unique_ptr<message> next(static_cast<message*>(data));
  if (env == nullptr) return;
  (*next)(Napi::Env(env));
  bool is_pending = false;
  if (napi_is_exception_pending(env, &is_pending) != napi_ok || !is_pending) return;
  napi_value error = nullptr;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

}
