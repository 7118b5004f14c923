#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"

namespace ring {

namespace {

constexpr size_t kMostLibraries = 256;
constexpr size_t kMostPathBytes = 32768;
constexpr uint64_t kMostOrdinal = 1023;
constexpr uint64_t kMostConnections = 32;
constexpr uint64_t kMostPatienceMs = 60000;
constexpr uint64_t kMostLimitBytes = uint64_t{1} << 40;

Napi::Value device_to_js(Napi::Env env, const device_info& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("ordinal", info.ordinal);
  object.Set("name", info.name);
  object.Set("pciAddress", info.pci_address);
  object.Set("memoryBytes", static_cast<double>(info.memory_bytes));
  object.Set("computeMajor", info.compute_major);
  object.Set("computeMinor", info.compute_minor);
  object.Set("multiprocessorCount", info.multiprocessor_count);
  object.Set("warpSize", info.warp_size);
  object.Set("maxThreadsPerBlock", info.max_threads_per_block);
  object.Set("maxThreadsPerMultiprocessor", info.max_threads_per_multiprocessor);
  object.Set("sharedBytesPerMultiprocessor", info.shared_bytes_per_multiprocessor);
  object.Set("sharedBytesPerBlock", info.shared_bytes_per_block);
  object.Set("hasKernelTimeout", info.has_kernel_timeout);
  object.Set("isIntegrated", info.is_integrated);
  object.Set("canMapHostMemory", info.can_map_host_memory);
  object.Set("canRegisterHostMemory", info.can_register_host_memory);
  object.Set("hasUnifiedAddressing", info.has_unified_addressing);
  object.Set("hasHostNativeAtomics", info.has_host_native_atomics);
  object.Set("hasCooperativeLaunch", info.has_cooperative_launch);
  object.Set("hasComputePreemption", info.has_compute_preemption);
  object.Set("hasConcurrentKernels", info.has_concurrent_kernels);
  object.Set("isSharedByMps", info.is_shared_by_mps ? Napi::Value::From(env, *info.is_shared_by_mps) : env.Null());
  return object;
}

Napi::Value texts_to_js(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t index = 0; index < texts.size(); index++) array.Set(index, texts[index]);
  return array;
}

Napi::Value opened_to_js(environment& self, Napi::Env env, const std::shared_ptr<context_session>& session) {
  session->known = session->opened;
  const context& opened = *session->known;
  Napi::Object object = Napi::Object::New(env);
  object.Set("context", self.give_handle(handle_kind::context, session));
  object.Set("driverPath", opened.driver().library.path());
  object.Set("driverVersion", opened.driver_version());
  object.Set("moduleLoading",
             opened.module_loading().empty() ? env.Null() : Napi::String::New(env, opened.module_loading()));
  object.Set("launchLimit", opened.connection_count() > 1 ? opened.connection_count() - 1 : 1);
  object.Set("missing", texts_to_js(env, opened.driver().missing()));
  object.Set("device", device_to_js(env, opened.info()));
  return object;
}

/// openContext(libraries, ordinal, connections (0: as the environment says), patienceMs)
Napi::Value open_context(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "openContext", 4);
  context_options options;
  options.libraries = arguments.texts(0, "libraries", kMostLibraries, kMostPathBytes);
  options.ordinal = static_cast<int>(arguments.number(1, "ordinal", 0, kMostOrdinal));
  const auto connections = static_cast<int>(arguments.number(2, "connections", 0, kMostConnections));
  const uint64_t patience = arguments.number(3, "patienceMs", 0, kMostPatienceMs);
  for (const std::string& name : options.libraries) {
    // The loader takes it for the program itself.
    if (name.empty()) arguments.refuse_argument("a name of a library is empty");
  }
  if (!arguments.is_good()) return arguments.raise();
  if (connections > 0) options.connections = connections;
  environment& self = environment::of(info.Env());
  auto session = std::make_shared<context_session>();
  session->patience = std::chrono::milliseconds(patience);
  self.add(session);
  return self.promise<std::shared_ptr<context_session>>(
      session->thread,
      [session, options]() -> result<std::shared_ptr<context_session>> {
        result<std::shared_ptr<context>> opened = context::open(options);
        if (!opened.is_ok()) return std::move(opened.why());
        session->opened = std::move(opened.value());
        return session;
      },
      [](environment& of, Napi::Env env, std::shared_ptr<context_session>& done) {
        return opened_to_js(of, env, done);
      },
      [session](environment& of) { of.forget(session); });
}

Napi::Value close_context(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "close", 1);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  if (!arguments.is_good()) return arguments.raise();
  return environment::of(info.Env())
      .promise<nothing>(
          session->thread, [session] { return as_result(session->opened->close()); },
          [session](environment& self, Napi::Env env, nothing&) -> Napi::Value {
            self.forget(session);
            return env.Undefined();
          });
}

/// What of it is in flight and whether it is lost. Asks nothing of the driver.
Napi::Value context_state(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "contextState", 1);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  if (!arguments.is_good()) return arguments.raise();
  const Napi::Env env = info.Env();
  const std::optional<failure> lost = session->known->lost();
  const std::vector<launch_entry> entries = session->known->launches().in_flight();
  Napi::Array launches = Napi::Array::New(env, entries.size());
  for (uint32_t index = 0; index < entries.size(); index++) {
    const launch_entry& entry = entries[index];
    Napi::Object launch = Napi::Object::New(env);
    launch.Set("launch", static_cast<double>(entry.id));
    launch.Set("kernel", entry.load.kernel);
    launch.Set("blockCount", static_cast<double>(entry.load.block_count));
    launch.Set("blocksPerMultiprocessor", entry.load.blocks_per_multiprocessor);
    launch.Set("isResident", entry.is_resident);
    launches.Set(index, launch);
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("lost", lost ? to_error(env, *lost) : env.Null());
  object.Set("launches", launches);
  return object;
}

Napi::Value memory_info(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "memoryInfo", 1);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  if (!arguments.is_good()) return arguments.raise();
  return environment::of(info.Env())
      .promise<memory_figures>(
          session->thread, [session] { return session->opened->ask_memory(); },
          [](environment&, Napi::Env env, memory_figures& figures) -> Napi::Value {
            Napi::Object object = Napi::Object::New(env);
            object.Set("freeBytes", static_cast<double>(figures.free_bytes));
            object.Set("totalBytes", static_cast<double>(figures.total_bytes));
            return object;
          });
}

Napi::Value undefined(environment&, Napi::Env env, nothing&) { return env.Undefined(); }

/// setLimit(context, 'printf' | 'heap', bytes)
Napi::Value set_limit(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "setLimit", 3);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  const std::string which = arguments.text(1, "limit", 16);
  const uint64_t bytes = arguments.number(2, "bytes", 0, kMostLimitBytes);
  if (which != "printf" && which != "heap") arguments.refuse_argument("the limit is none of 'printf', 'heap'");
  if (!arguments.is_good()) return arguments.raise();
  const context_limit limit = which == "printf" ? context_limit::printf_fifo_size : context_limit::malloc_heap_size;
  return environment::of(info.Env())
      .promise<nothing>(
          session->thread, [session, limit, bytes] { return as_result(session->opened->set_limit(limit, bytes)); },
          undefined);
}

Napi::Value synchronize(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "synchronize", 1);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  if (!arguments.is_good()) return arguments.raise();
  return environment::of(info.Env())
      .promise<nothing>(session->thread, [session] { return as_result(session->opened->synchronize()); }, undefined);
}

Napi::Value expect_end(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "expectEnd", 1);
  const std::shared_ptr<context_session> session = arguments.context_of(0);
  if (!arguments.is_good()) return arguments.raise();
  session->known->launches().expect_end();
  return info.Env().Undefined();
}

}

void export_context_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("openContext", Napi::Function::New(env, open_context, "openContext"));
  exports.Set("closeContext", Napi::Function::New(env, close_context, "closeContext"));
  exports.Set("contextState", Napi::Function::New(env, context_state, "contextState"));
  exports.Set("memoryInfo", Napi::Function::New(env, memory_info, "memoryInfo"));
  exports.Set("setLimit", Napi::Function::New(env, set_limit, "setLimit"));
  exports.Set("synchronize", Napi::Function::New(env, synchronize, "synchronize"));
  exports.Set("expectEnd", Napi::Function::New(env, expect_end, "expectEnd"));
}

}
