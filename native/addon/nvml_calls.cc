// NVML on the calling thread: a bad library never returns or ends the process, so this is for a process that may be
// lost.
#include <algorithm>
#include <utility>

#include "addon/arguments.h"
#include "addon/calls.h"
#include "addon/to_js.h"
#include "driver/nvml_figures.h"
#include "driver/nvml_probe.h"

namespace ring {

namespace {

constexpr size_t kMostLibraries = 256;
constexpr size_t kMostPathBytes = 4096;

Napi::Value value_of(Napi::Env env, bool value) { return Napi::Boolean::New(env, value); }
Napi::Value value_of(Napi::Env env, int value) { return Napi::Number::New(env, value); }
Napi::Value value_of(Napi::Env env, unsigned value) { return Napi::Number::New(env, value); }
/// Exact below 2^53.
Napi::Value value_of(Napi::Env env, uint64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }
Napi::Value value_of(Napi::Env env, const std::string& value) { return Napi::String::New(env, value); }
Napi::Value value_of(Napi::Env env, const nvml_process& process);
Napi::Value value_of(Napi::Env env, const nvml_device_figures& figures);

template <class T>
Napi::Value value_of(Napi::Env env, const std::optional<T>& value) {
  return value ? value_of(env, *value) : env.Null();
}

template <class T>
Napi::Value value_of(Napi::Env env, const std::vector<T>& values) {
  Napi::Array array = Napi::Array::New(env, values.size());
  uint32_t index = 0;
  for (const T& value : values) array.Set(index++, value_of(env, value));
  return array;
}

/// `{ value }` or `{ error }`.
template <class T>
Napi::Value figure_of(Napi::Env env, const nvml_figure<T>& figure) {
  Napi::Object object = Napi::Object::New(env);
  if (const T* value = std::get_if<T>(&figure)) {
    object.Set("value", value_of(env, *value));
  } else {
    object.Set("error", to_js(env, std::get<call_error>(figure)));
  }
  return object;
}

Napi::Value value_of(Napi::Env env, const nvml_process& process) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", value_of(env, process.pid));
  object.Set("usedBytes", value_of(env, process.used_bytes));
  object.Set("name", value_of(env, process.name));
  return object;
}

Napi::Value value_of(Napi::Env env, const nvml_device_figures& figures) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", figure_of(env, figures.name));
  object.Set("uuid", figure_of(env, figures.uuid));
  object.Set("gpuPercent", figure_of(env, figures.gpu_percent));
  object.Set("memoryPercent", figure_of(env, figures.memory_percent));
  object.Set("memoryUsedBytes", figure_of(env, figures.memory_used_bytes));
  object.Set("memoryTotalBytes", figure_of(env, figures.memory_total_bytes));
  object.Set("powerMilliwatts", figure_of(env, figures.power_milliwatts));
  object.Set("powerLimitMilliwatts", figure_of(env, figures.power_limit_milliwatts));
  object.Set("temperatureCelsius", figure_of(env, figures.temperature_celsius));
  object.Set("smClockMhz", figure_of(env, figures.sm_clock_mhz));
  object.Set("smClockMaxMhz", figure_of(env, figures.sm_clock_max_mhz));
  object.Set("memoryClockMhz", figure_of(env, figures.memory_clock_mhz));
  object.Set("memoryClockMaxMhz", figure_of(env, figures.memory_clock_max_mhz));
  object.Set("isEccOn", figure_of(env, figures.is_ecc_on));
  object.Set("eccCorrected", figure_of(env, figures.ecc_corrected));
  object.Set("eccUncorrected", figure_of(env, figures.ecc_uncorrected));
  object.Set("slowdowns", figure_of(env, figures.slowdowns));
  object.Set("computeProcesses", figure_of(env, figures.compute_processes));
  object.Set("graphicsProcesses", figure_of(env, figures.graphics_processes));
  return object;
}

/// openNvml(libraries): opens the first that can be opened and begins with it; gives the report of `probe('nvml', …)`.
Napi::Value open_nvml_library(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "openNvml", 1);
  const std::vector<std::string> libraries = arguments.texts(0, "libraries", kMostLibraries, kMostPathBytes);
  // The loader takes an empty name for the program itself.
  if (arguments.is_good() && std::any_of(libraries.begin(), libraries.end(), [](auto& name) { return name.empty(); })) {
    arguments.refuse_argument("libraries has an empty name");
  }
  if (!arguments.is_good()) return arguments.raise();
  nvml_library nvml;
  const nvml_report report = open_nvml(nvml, libraries);
  if (report.driver_version || report.device_count) environment::of(info.Env()).nvml = std::move(nvml);
  return to_js(info.Env(), report);
}

/// sampleNvml(): all figures of all devices. Throws where NVML has not been opened.
Napi::Value sample_nvml(const Napi::CallbackInfo& info) {
  call_arguments arguments(info, "sampleNvml", 0);
  if (!arguments.is_good()) return arguments.raise();
  const std::optional<nvml_library>& nvml = environment::of(info.Env()).nvml;
  if (!nvml)
    return raise(info.Env(), RING_REFUSE("sampleNvml", "RING_NOT_OPEN", programmer, "NVML has not been opened"));
  return figure_of(info.Env(), read_nvml_figures(*nvml));
}

}

void export_nvml_calls(Napi::Env env, Napi::Object exports) {
  exports.Set("openNvml", Napi::Function::New(env, open_nvml_library, "openNvml"));
  exports.Set("sampleNvml", Napi::Function::New(env, sample_nvml, "sampleNvml"));
}

}
