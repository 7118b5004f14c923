#include "addon/to_js.h"

namespace ring {

namespace {

Napi::Value to_js(Napi::Env env, const std::string& text) { return Napi::String::New(env, text); }
Napi::Value to_js(Napi::Env env, bool value) { return Napi::Boolean::New(env, value); }
Napi::Value to_js(Napi::Env env, int value) { return Napi::Number::New(env, value); }
Napi::Value to_js(Napi::Env env, unsigned value) { return Napi::Number::New(env, value); }
/// Sizes of memory: exact below 2^53 bytes.
Napi::Value to_js(Napi::Env env, uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

Napi::Value to_js(Napi::Env env, const load_failure& failure);
Napi::Value to_js(Napi::Env env, const cuda_device_report& device);
template <class T>
Napi::Value to_js(Napi::Env env, const std::vector<T>& values);

template <class T>
Napi::Value to_js(Napi::Env env, const std::optional<T>& value) {
  return value ? to_js(env, *value) : env.Null();
}

template <class T>
Napi::Value to_js(Napi::Env env, const std::vector<T>& values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  uint32_t index = 0;
  for (const T& value : values) array.Set(index++, to_js(env, value));
  return array;
}

/// A path that is empty in a report is one that there is not.
Napi::Value path_to_js(Napi::Env env, const std::string& path) { return path.empty() ? env.Null() : to_js(env, path); }

Napi::Value to_js(Napi::Env env, const load_failure& failure) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", to_js(env, failure.name));
  object.Set("message", to_js(env, failure.message));
  return object;
}

Napi::Value to_js(Napi::Env env, const cuda_device_report& device) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", to_js(env, device.name));
  object.Set("computeMajor", to_js(env, device.compute_major));
  object.Set("computeMinor", to_js(env, device.compute_minor));
  object.Set("memoryBytes", to_js(env, device.memory_bytes));
  object.Set("multiprocessorCount", to_js(env, device.multiprocessor_count));
  object.Set("isIntegrated", to_js(env, device.is_integrated));
  object.Set("hasKernelTimeout", to_js(env, device.has_kernel_timeout));
  object.Set("isSharedByMps", to_js(env, device.is_shared_by_mps));
  return object;
}

/// What all reports begin with.
template <class Report>
Napi::Object begin_report(Napi::Env env, const Report& report) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", path_to_js(env, report.path));
  object.Set("loadFailures", to_js(env, report.load_failures));
  object.Set("errors", to_js(env, report.errors));
  return object;
}

}

Napi::Value to_js(Napi::Env env, const call_error& error) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("call", to_js(env, error.call));
  object.Set("code", to_js(env, error.code));
  object.Set("name", to_js(env, error.name));
  object.Set("place", to_js(env, error.place));
  return object;
}

Napi::Value to_js(Napi::Env env, const cuda_report& report) {
  Napi::Object object = begin_report(env, report);
  object.Set("version", to_js(env, report.version));
  object.Set("devices", to_js(env, report.devices));
  return object;
}

Napi::Value to_js(Napi::Env env, const nvrtc_report& report) {
  Napi::Object object = begin_report(env, report);
  object.Set("versionMajor", to_js(env, report.version_major));
  object.Set("versionMinor", to_js(env, report.version_minor));
  object.Set("architectures", to_js(env, report.architectures));
  object.Set("builtinsPath", path_to_js(env, report.builtins_path));
  object.Set("builtinsFailure", to_js(env, report.builtins_failure));
  return object;
}

Napi::Value to_js(Napi::Env env, const nvml_report& report) {
  Napi::Object object = begin_report(env, report);
  object.Set("driverVersion", to_js(env, report.driver_version));
  object.Set("deviceCount", to_js(env, report.device_count));
  return object;
}

}
