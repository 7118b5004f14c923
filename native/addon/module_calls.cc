#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"

namespace ring {

namespace {

constexpr size_t kMostImageBytes = size_t{1} << 30;
constexpr size_t kMostNameBytes = 65536;
constexpr uint64_t kMostThreads = 1024;
constexpr uint64_t kMostSharedBytes = uint64_t{1} << 24;

struct loaded_module {
  std::shared_ptr<cuda_module> module;
  std::string log;
};

/// loadModule(context, image)
Napi::Value load_module(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "loadModule", 2);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  std::vector<std::byte> image = arguments.bytes(1, "image", kMostImageBytes);
  if (arguments.is_good() && image.empty()) arguments.refuse_argument("the image is empty");
  if (!arguments.is_good()) return arguments.raise();
  return environment::of(info.Env())
      .promise<loaded_module>(
          session->thread,
          [session, image = std::move(image)]() -> result<loaded_module> {
            loaded_module done;
            result<std::shared_ptr<cuda_module>> loaded = cuda_module::load(session->opened, image, done.log);
            if (!loaded.is_ok()) return std::move(loaded.why());
            done.module = std::move(loaded.value());
            return done;
          },
          [](environment& self, Napi::Env env, loaded_module& done) -> Napi::Value {
            Napi::Object object = Napi::Object::New(env);
            object.Set("module", self.give_handle(done.module));
            object.Set("log", done.log);
            return object;
          });
}

Napi::Value function_to_js(environment& self, Napi::Env env, const std::shared_ptr<cuda_function>& found) {
  const function_figures& figures = found->figures();
  Napi::Object object = Napi::Object::New(env);
  object.Set("function", self.give_handle(found));
  object.Set("maxThreadsPerBlock", figures.max_threads_per_block);
  object.Set("sharedBytes", figures.shared_bytes);
  object.Set("constBytes", figures.const_bytes);
  object.Set("localBytes", figures.local_bytes);
  object.Set("registerCount", figures.register_count);
  object.Set("ptxVersion", figures.ptx_version);
  object.Set("binaryVersion", figures.binary_version);
  return object;
}

Napi::Value get_function(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "getFunction", 2);
  const std::shared_ptr<cuda_module> module = arguments.module_of(0);
  const std::string name = arguments.text(1, "name", kMostNameBytes);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  using found = std::shared_ptr<cuda_function>;
  return self.promise<found>(
      self.session_of(module->owner())->thread, [module, name] { return cuda_function::find(module, name); },
      [](environment& of, Napi::Env env, found& done) { return function_to_js(of, env, done); });
}

Napi::Value get_global(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "getGlobal", 2);
  const std::shared_ptr<cuda_module> module = arguments.module_of(0);
  const std::string name = arguments.text(1, "name", kMostNameBytes);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  using found = std::shared_ptr<device_memory>;
  return self.promise<found>(
      self.session_of(module->owner())->thread, [module, name] { return find_variable(module, name); },
      [](environment& of, Napi::Env env, found& done) -> Napi::Value {
        Napi::Object object = Napi::Object::New(env);
        object.Set("memory", of.give_handle(done));
        object.Set("sizeBytes", static_cast<double>(done->bytes()));
        return object;
      });
}

/// occupancy(function, threads of a block, bytes of dynamic shared memory)
Napi::Value occupancy(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "occupancy", 3);
  const std::shared_ptr<cuda_function> function = arguments.function_of(0);
  const auto threads = static_cast<int>(arguments.number(1, "blockThreads", 1, kMostThreads));
  const uint64_t shared = arguments.number(2, "sharedBytes", 0, kMostSharedBytes);
  if (!arguments.is_good()) return arguments.raise();
  environment& self = environment::of(info.Env());
  return self.promise<int>(
      self.session_of(function->owner())->thread,
      [function, threads, shared] { return function->ask_occupancy(threads, shared); },
      [](environment&, Napi::Env env, int& blocks) -> Napi::Value { return Napi::Number::New(env, blocks); });
}

}

void export_module_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("loadModule", Napi::Function::New(env, load_module, "loadModule"));
  exports.Set("getFunction", Napi::Function::New(env, get_function, "getFunction"));
  exports.Set("getGlobal", Napi::Function::New(env, get_global, "getGlobal"));
  exports.Set("occupancy", Napi::Function::New(env, occupancy, "occupancy"));
}

}
