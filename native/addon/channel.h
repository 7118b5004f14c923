// The way from other threads to the JavaScript thread of one environment.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <napi.h>

namespace ring {

class channel {
 public:
  using message = std::function<void(Napi::Env)>;

  /// Nothing when Node cannot make one.
  static std::shared_ptr<channel> create(Napi::Env env);
  channel() = default;
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;

  /// On any thread, also after `close`: then the message is dropped. What it throws is an uncaught exception.
  void post(message next);

  /// On the JavaScript thread. Somebody waits for an answer: the process does not end meanwhile.
  void hold();
  void let_go();

  /// On the JavaScript thread. Nothing is called any more.
  void close();

 private:
  static void deliver(napi_env env, napi_value callback, void* owner, void* data);

  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;
  napi_env env_ = nullptr;
  size_t held_ = 0;
};

}
