// What one environment (a JavaScript thread with its own heap) has here. All of it is for that thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <napi.h>

#include "addon/channel.h"
#include "addon/errors.h"
#include "addon/handle_table.h"
#include "driver/nvml_library.h"
#include "runtime/compiler.h"
#include "runtime/context.h"
#include "runtime/signal_watcher.h"
#include "runtime/work_thread.h"

namespace ring {

struct context_session {
  work_thread thread;
  /// Set and used on `thread`.
  std::shared_ptr<context> opened;
  /// The same, once the JavaScript thread has been told.
  std::shared_ptr<context> known;
  /// How long launches have at the environment's end to leave by themselves.
  std::chrono::milliseconds patience{0};
};

struct compiler_session {
  work_thread thread;
  std::shared_ptr<compiler> opened;
};

class environment {
 public:
  static environment& of(Napi::Env env) { return *env.GetInstanceData<environment>(); }

  /// Makes the one of `env`, which goes when that goes. False when Node has no means for it.
  static bool attach(Napi::Env env);
  explicit environment(Napi::Env env);
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;

  handle_table& handles() { return handles_; }
  const std::shared_ptr<ring::channel>& messages() const { return channel_; }

  /// A handle for it. When there are too many, undefined and a pending exception.
  Napi::Value give_handle(handle_kind kind, std::shared_ptr<void> object);
  /// The same for what lives on a device; it is found by `resource`.
  Napi::Value give_handle(std::shared_ptr<resource> object);

  void add(const std::shared_ptr<context_session>& session) { contexts_.push_back(session); }
  void add(const std::shared_ptr<compiler_session>& session) { compilers_.push_back(session); }
  std::shared_ptr<context_session> session_of(const context& one) const;
  /// Its handles, its memory's views and its thread go.
  void forget(const std::shared_ptr<context_session>& session);
  void forget(const std::shared_ptr<compiler_session>& session);
  /// Handles of resources that were released, by themselves or with what they belong to, go.
  void sweep();

  /// NVML once it was opened and has begun.
  std::optional<nvml_library> nvml;

  /// Keeps a view, and with it the memory that something native looks at.
  uint64_t pin(const Napi::TypedArray& view);
  void unpin(uint64_t id) { views_.erase(id); }
  void note_pin(const resource* of, uint64_t id) { pins_[of] = id; }

  /// Keeps a function until `drop_callback`.
  uint64_t keep_callback(const Napi::Function& callback);
  void drop_callback(uint64_t id) { callbacks_.erase(id); }
  /// Nothing happens when it was dropped.
  void call(uint64_t id, const std::vector<napi_value>& arguments);

  /// Does `work` on `thread` and answers with a promise, of what `to_js` makes of the value, or throws. When the work
  /// fails, `on_failure` first undoes what was prepared here.
  template <class T>
  Napi::Value promise(work_thread& thread, std::function<result<T>()> work,
                      std::function<Napi::Value(environment&, Napi::Env, T&)> to_js,
                      std::function<void(environment&)> on_failure = nullptr);

 private:
  static void clean_up(void* self);
  /// Watches end, contexts are closed as far as launches leave, the rest is left alone.
  void end();

  Napi::Env env_;
  handle_table handles_;
  std::shared_ptr<ring::channel> channel_;
  std::vector<std::shared_ptr<context_session>> contexts_;
  std::vector<std::shared_ptr<compiler_session>> compilers_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, Napi::Reference<Napi::TypedArray>> views_;
  std::map<const resource*, uint64_t> pins_;
  std::map<uint64_t, Napi::FunctionReference> callbacks_;
};

template <class T>
Napi::Value environment::promise(work_thread& thread, std::function<result<T>()> work,
                                 std::function<Napi::Value(environment&, Napi::Env, T&)> to_js,
                                 std::function<void(environment&)> on_failure) {
  const Napi::Promise::Deferred deferred = Napi::Promise::Deferred::New(env_);
  const auto settle = [deferred, to_js = std::move(to_js), on_failure = std::move(on_failure)](Napi::Env env,
                                                                                               result<T>& done) {
    environment& self = of(env);
    self.channel_->let_go();
    if (!done.is_ok()) {
      if (on_failure) on_failure(self);
      deferred.Reject(to_error(env, done.why()));
      return;
    }
    const Napi::Value value = to_js(self, env, done.value());
    if (env.IsExceptionPending()) {
      deferred.Reject(env.GetAndClearPendingException().Value());
    } else {
      deferred.Resolve(value);
    }
  };
  channel_->hold();
  auto run = [back = channel_, settle, work = std::move(work)] {
    auto done = std::make_shared<result<T>>(work());
    back->post([done, settle](Napi::Env env) { settle(env, *done); });
  };
  if (!thread.post(std::move(run))) {
    result<T> refused = RING_REFUSE("call", "RING_STALE_HANDLE", programmer, "its thread has ended");
    settle(env_, refused);
  }
  return deferred.Promise();
}

}
