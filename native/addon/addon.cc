// The functions that JavaScript sees. Arguments are checked first; nothing is thrown across C++: a wrong argument
// becomes a pending JavaScript exception, and everything else a report.
#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "addon/calls.h"
#include "addon/environment.h"
#include "addon/to_js.h"

namespace {

constexpr uint32_t kMaxLibraries = 256;

Napi::Value refuse(Napi::Env env, const char* message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

/// The elements of an array of names; nothing when it is not one.
std::optional<std::vector<std::string>> read_names(const Napi::Value& value) {
  if (!value.IsArray()) return std::nullopt;
  const Napi::Array array = value.As<Napi::Array>();
  if (array.Length() > kMaxLibraries) return std::nullopt;
  std::vector<std::string> names;
  for (uint32_t index = 0; index < array.Length(); index++) {
    // A getter on the array may throw: then there is no value.
    const Napi::Value element = array.Get(index);
    if (value.Env().IsExceptionPending() || !element.IsString()) return std::nullopt;
    std::string name = element.As<Napi::String>().Utf8Value();
    // The loader takes an empty name for the program itself, and would read only as far as a NUL.
    if (name.empty() || name.find('\0') != std::string::npos) return std::nullopt;
    names.push_back(std::move(name));
  }
  return names;
}

/// probe(part: 'driver' | 'nvrtc' | 'nvml', libraries: string[]): what the first library that opens says about itself.
Napi::Value probe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() != 2) return refuse(env, "probe: expects 2 arguments, the part and the names of its library");
  if (!info[0].IsString()) return refuse(env, "probe: the part is not a string");
  const std::optional<std::vector<std::string>> libraries = read_names(info[1]);
  if (!libraries) {
    if (env.IsExceptionPending()) return env.Undefined();
    return refuse(env, "probe: the libraries are not an array of at most 256 names, none of them empty or with a NUL");
  }
  const std::string part = info[0].As<Napi::String>().Utf8Value();
  if (part == "driver") return ring::to_js(env, ring::probe_cuda(*libraries));
  if (part == "nvrtc") return ring::to_js(env, ring::probe_nvrtc(*libraries));
  if (part == "nvml") return ring::to_js(env, ring::probe_nvml(*libraries));
  return refuse(env, "probe: the part is none of 'driver', 'nvrtc', 'nvml'");
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("probe", Napi::Function::New(env, probe, "probe"));
  if (!ring::environment::attach(env)) {
    Napi::Error::New(env, "Node gives this thread no way back from others").ThrowAsJavaScriptException();
    return exports;
  }
  ring::export_context_calls(env, exports);
  ring::export_memory_calls(env, exports);
  ring::export_module_calls(env, exports);
  ring::export_launch_calls(env, exports);
  ring::export_compiler_calls(env, exports);
  ring::export_watch_calls(env, exports);
  ring::export_nvml_calls(env, exports);
  ring::export_process_calls(env, exports);
  return exports;
}

}

NODE_API_MODULE(ring_native, initialize)
