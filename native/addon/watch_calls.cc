#include <atomic>
#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"

namespace ring {

namespace {

constexpr uint64_t kMostSpinUs = 1000000;
constexpr uint64_t kMostPauseUs = 100000;

/// Between the watching thread and JavaScript's: a change that comes before JavaScript was told of the last one is told
/// with it.
struct pending_change {
  std::atomic<bool> is_posted = false;
  std::atomic<uint32_t> value = 0;
};

struct kept_watch {
  uint64_t view = 0;
  uint64_t callback = 0;
};

/// A watch and what it keeps, which is the JavaScript thread's to let go.
class owned_watch : public signal_watcher {
 public:
  owned_watch(const uint32_t* word, const watch_options& options, std::function<void(uint32_t)> on_change,
              kept_watch kept)
      : signal_watcher(word, options, std::move(on_change)), kept_(kept) {}
  const kept_watch& kept() const { return kept_; }

 private:
  const kept_watch kept_;
};

/// watchWord(view, spinUs, shortestPauseUs, longestPauseUs, onChange): watches the view's first element.
Napi::Value watch_word(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "watchWord", 5);
  const byte_view view = arguments.shared_view(0, "view", {napi_int32_array, napi_uint32_array});
  watch_options options;
  options.spin = std::chrono::microseconds(arguments.number(1, "spinUs", 0, kMostSpinUs));
  options.shortest_pause = std::chrono::microseconds(arguments.number(2, "shortestPauseUs", 1, kMostPauseUs));
  options.longest_pause = std::chrono::microseconds(arguments.number(3, "longestPauseUs", 1, kMostPauseUs));
  const Napi::Function on_change = arguments.function(4, "onChange");
  if (arguments.is_good() && options.shortest_pause > options.longest_pause) {
    arguments.refuse_argument("the shortest pause is longer than the longest");
  }
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  const kept_watch kept{self.pin(arguments.typed_array(0)), self.keep_callback(on_change)};
  auto change = std::make_shared<pending_change>();
  auto tell = [messages = self.messages(), change, callback = kept.callback](uint32_t value) {
    change->value.store(value);
    if (change->is_posted.exchange(true)) return;
    messages->post([change, callback](Napi::Env env) {
      // First: what comes from here on is told again.
      change->is_posted.store(false);
      environment::of(env).call(callback, {Napi::Number::New(env, change->value.load())});
    });
  };
  const auto* word = reinterpret_cast<const uint32_t*>(view.begin);
  return self.give_handle(handle_kind::watch, std::shared_ptr<signal_watcher>(
                                                  std::make_shared<owned_watch>(word, options, std::move(tell), kept)));
}

/// Returns when its thread has ended.
Napi::Value unwatch(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "unwatch", 1);
  const std::shared_ptr<signal_watcher> watch = arguments.watch_of(0);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  watch->stop();
  const kept_watch& kept = static_cast<owned_watch*>(watch.get())->kept();
  self.drop_callback(kept.callback);
  self.unpin(kept.view);
  self.handles().erase(info[0].As<Napi::Number>().DoubleValue());
  return info.Env().Undefined();
}

Napi::Value watch_figures_of(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "watchFigures", 1);
  const std::shared_ptr<signal_watcher> watch = arguments.watch_of(0);
  if (!arguments.is_good()) return arguments.raise();
  const watch_figures figures = watch->figures();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("looks", static_cast<double>(figures.looks));
  object.Set("changes", static_cast<double>(figures.changes));
  object.Set("pauses", static_cast<double>(figures.pauses));
  return object;
}

}

void export_watch_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("watchWord", Napi::Function::New(env, watch_word, "watchWord"));
  exports.Set("unwatch", Napi::Function::New(env, unwatch, "unwatch"));
  exports.Set("watchFigures", Napi::Function::New(env, watch_figures_of, "watchFigures"));
}

}
