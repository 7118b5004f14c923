#include "addon/environment.h"

#include <algorithm>
#include <atomic>
#include <thread>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace ring {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// On top of the patience for launches: what closing itself may take.
constexpr milliseconds kClosing{2000};
constexpr milliseconds kCompilerEnds{500};
constexpr milliseconds kLook{1};

/// 1 to 2^13 − 1, then again: two environments that live at a time differ unless there were thousands in between.
uint32_t next_environment() {
  static std::atomic<uint32_t> last = 0;
  constexpr uint32_t kCount = (uint32_t{1} << handle_table::kEnvironmentBits) - 1;
  return last.fetch_add(1) % kCount + 1;
}

/// Node closes an addon with the worker thread that loaded it; threads that were left alone still run its code.
void pin_this_library() {
#ifdef _WIN32
  HMODULE self = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&pin_this_library), &self);
#else
  Dl_info self = {};
  if (dladdr(reinterpret_cast<void*>(&pin_this_library), &self) == 0 || self.dli_fname == nullptr) return;
  // Never closed.
  (void)dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
#endif
}

handle_kind kind_of(const resource& one) {
  switch (one.kind()) {
    case resource_kind::host_memory:
      return handle_kind::host_memory;
    case resource_kind::device_memory:
      return handle_kind::device_memory;
    case resource_kind::module:
      return handle_kind::module;
    case resource_kind::function:
      return handle_kind::function;
  }
  return handle_kind::function;
}

/// On the context's thread: waits for launches to leave, a while, then frees what can be freed.
void close_when_idle(const std::shared_ptr<context_session>& session) {
  const std::shared_ptr<context> opened = session->opened;
  if (opened == nullptr || opened->is_closed()) return;
  const auto until = steady_clock::now() + session->patience;
  while (!opened->lost() && !opened->launches().kernels_in_flight().empty() && steady_clock::now() < until) {
    std::this_thread::sleep_for(kLook);
  }
  // Never destroyed: its watching thread goes on, and the driver must not be asked to free what a kernel uses.
  if (opened->close()) (void)new std::shared_ptr<context>(opened);
}

}

environment::environment(Napi::Env env) : env_(env), handles_(next_environment()), channel_(channel::create(env)) {}

bool environment::attach(Napi::Env env) {
  pin_this_library();
  auto made = std::make_unique<environment>(env);
  if (made->channel_ == nullptr) return false;
  env.SetInstanceData<environment>(made.get());
  // After the channel was made: hooks run in the opposite order, and the channel's own one would take it away.
  napi_add_env_cleanup_hook(env, clean_up, made.release());
  return true;
}

Napi::Value environment::give_handle(handle_kind kind, std::shared_ptr<void> object) {
  const std::optional<uint64_t> number = handles_.insert(kind, std::move(object));
  if (number) return Napi::Number::New(env_, static_cast<double>(*number));
  return raise(env_, RING_REFUSE("handle", "RING_TOO_MANY_HANDLES", resource, "65,536 handles are in use"));
}

Napi::Value environment::give_handle(std::shared_ptr<resource> object) {
  const handle_kind kind = kind_of(*object);
  return give_handle(kind, std::shared_ptr<void>(std::move(object)));
}

std::shared_ptr<context_session> environment::session_of(const context& one) const {
  const auto found = std::find_if(contexts_.begin(), contexts_.end(),
                                  [&one](const auto& session) { return session->known.get() == &one; });
  return found == contexts_.end() ? nullptr : *found;
}

void environment::forget(const std::shared_ptr<context_session>& session) {
  sweep();
  std::vector<uint64_t> gone;
  handles_.for_each([&](uint64_t number, const handle_table::entry& entry) {
    if (entry.object == session) gone.push_back(number);
  });
  for (const uint64_t number : gone) handles_.erase(static_cast<double>(number));
  // It has nothing to do any more.
  session->thread.end(kClosing);
  std::erase(contexts_, session);
}

void environment::forget(const std::shared_ptr<compiler_session>& session) {
  session->thread.end(kCompilerEnds);
  std::erase(compilers_, session);
}

void environment::sweep() {
  std::vector<uint64_t> gone;
  handles_.for_each([&gone](uint64_t number, const handle_table::entry& entry) {
    const bool is_resource =
        entry.kind != handle_kind::context && entry.kind != handle_kind::compiler && entry.kind != handle_kind::watch;
    if (is_resource && static_cast<resource*>(entry.object.get())->is_released()) gone.push_back(number);
  });
  for (const uint64_t number : gone) {
    const auto* released = static_cast<resource*>(handles_.find(static_cast<double>(number)).found->object.get());
    if (const auto pinned = pins_.find(released); pinned != pins_.end()) {
      unpin(pinned->second);
      pins_.erase(pinned);
    }
    handles_.erase(static_cast<double>(number));
  }
}

uint64_t environment::pin(const Napi::TypedArray& view) {
  views_.emplace(++last_id_, Napi::Persistent(view));
  return last_id_;
}

uint64_t environment::keep_callback(const Napi::Function& callback) {
  callbacks_.emplace(++last_id_, Napi::Persistent(callback));
  return last_id_;
}

void environment::call(uint64_t id, const std::vector<napi_value>& arguments) {
  const auto found = callbacks_.find(id);
  if (found == callbacks_.end()) return;
  // What the function drops meanwhile may be itself.
  const Napi::Function callback = found->second.Value();
  callback.Call(arguments);
}

void environment::clean_up(void* self) { static_cast<environment*>(self)->end(); }

void environment::end() {
  channel_->close();
  // Their destructors stop watches. Handles that others hold by their owners go with these.
  handles_.clear();
  for (const auto& session : contexts_) session->thread.drop_waiting();
  // The youngest first: it may map what an older one has registered.
  for (auto next = contexts_.rbegin(); next != contexts_.rend(); ++next) {
    const std::shared_ptr<context_session> session = *next;
    session->thread.post([session] { close_when_idle(session); });
    // Never destroyed either: its thread hangs in a call, and comes back to it if that ever returns.
    if (!session->thread.end(session->patience + kClosing)) (void)new std::shared_ptr<context_session>(session);
  }
  for (const auto& session : compilers_) {
    session->thread.drop_waiting();
    session->thread.end(kCompilerEnds);
  }
  contexts_.clear();
  compilers_.clear();
  callbacks_.clear();
  pins_.clear();
  views_.clear();
}

}
