#include "driver/nvml_figures.h"

#include <utility>

#include "driver/nvml_fallback.h"
#include "driver/nvml_processes.h"

namespace ring {

namespace {

/// `value` is read after the call: it is where the call has put the figure.
template <class T, class Raw>
nvml_figure<T> figure_of(std::optional<call_error> error, const Raw& value) {
  if (error) return std::move(*error);
  return static_cast<T>(value);
}

template <size_t Size>
nvml_figure<std::string> text_of(std::optional<call_error> error, char (&text)[Size]) {
  if (error) return std::move(*error);
  text[Size - 1] = '\0';
  return std::string(text);
}

void read_identity(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  char name[96] = {};
  figures.name = text_of(RING_CALL(nvml, nvmlDeviceGetName, device, name, static_cast<unsigned>(sizeof name)), name);
  char uuid[96] = {};
  figures.uuid = text_of(RING_CALL(nvml, nvmlDeviceGetUUID, device, uuid, static_cast<unsigned>(sizeof uuid)), uuid);
}

void read_use(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  nvml_utilization rates = {};
  const std::optional<call_error> error = RING_CALL(nvml, nvmlDeviceGetUtilizationRates, device, &rates);
  figures.gpu_percent = figure_of<unsigned>(error, rates.gpu_percent);
  figures.memory_percent = figure_of<unsigned>(error, rates.memory_percent);
}

void read_memory(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  nvml_memory_v2 memory = {};
  memory.version = nvml_struct_version<nvml_memory_v2>(2);
  std::optional<call_error> error = RING_CALL(nvml, nvmlDeviceGetMemoryInfo_v2, device, &memory);
  if (asks_older(error)) {
    nvml_memory older = {};
    error = choose_error(std::move(error), RING_CALL(nvml, nvmlDeviceGetMemoryInfo, device, &older));
    memory.used = older.used;
    memory.total = older.total;
  }
  figures.memory_used_bytes = figure_of<uint64_t>(error, memory.used);
  figures.memory_total_bytes = figure_of<uint64_t>(error, memory.total);
}

void read_power(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  unsigned milliwatts = 0;
  figures.power_milliwatts =
      figure_of<unsigned>(RING_CALL(nvml, nvmlDeviceGetPowerUsage, device, &milliwatts), milliwatts);
  unsigned limit = 0;
  std::optional<call_error> error = RING_CALL(nvml, nvmlDeviceGetEnforcedPowerLimit, device, &limit);
  if (asks_older(error)) {
    error = choose_error(std::move(error), RING_CALL(nvml, nvmlDeviceGetPowerManagementLimit, device, &limit));
  }
  figures.power_limit_milliwatts = figure_of<unsigned>(std::move(error), limit);
}

void read_temperature(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  nvml_temperature_v1 temperature = {nvml_struct_version<nvml_temperature_v1>(1), nvml_sensor::gpu, 0};
  std::optional<call_error> error = RING_CALL(nvml, nvmlDeviceGetTemperatureV, device, &temperature);
  if (asks_older(error)) {
    unsigned celsius = 0;
    error =
        choose_error(std::move(error), RING_CALL(nvml, nvmlDeviceGetTemperature, device, nvml_sensor::gpu, &celsius));
    temperature.celsius = static_cast<int>(celsius);
  }
  figures.temperature_celsius = figure_of<int>(std::move(error), temperature.celsius);
}

void read_clocks(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  unsigned now = 0;
  unsigned most = 0;
  figures.sm_clock_mhz =
      figure_of<unsigned>(RING_CALL(nvml, nvmlDeviceGetClockInfo, device, nvml_clock::sm, &now), now);
  figures.sm_clock_max_mhz =
      figure_of<unsigned>(RING_CALL(nvml, nvmlDeviceGetMaxClockInfo, device, nvml_clock::sm, &most), most);
  figures.memory_clock_mhz =
      figure_of<unsigned>(RING_CALL(nvml, nvmlDeviceGetClockInfo, device, nvml_clock::memory, &now), now);
  figures.memory_clock_max_mhz =
      figure_of<unsigned>(RING_CALL(nvml, nvmlDeviceGetMaxClockInfo, device, nvml_clock::memory, &most), most);
  unsigned long long reasons = 0;
  std::optional<call_error> error = RING_CALL(nvml, nvmlDeviceGetCurrentClocksEventReasons, device, &reasons);
  if (asks_older(error)) {
    error =
        choose_error(std::move(error), RING_CALL(nvml, nvmlDeviceGetCurrentClocksThrottleReasons, device, &reasons));
  }
  figures.slowdowns = figure_of<uint64_t>(std::move(error), reasons);
}

void read_ecc(const nvml_library& nvml, nvml_device_handle device, nvml_device_figures& figures) {
  int current = 0;
  int pending = 0;
  figures.is_ecc_on = figure_of<bool>(RING_CALL(nvml, nvmlDeviceGetEccMode, device, &current, &pending), current);
  unsigned long long count = 0;
  const auto counter = nvml_ecc_counter::since_load;
  figures.ecc_corrected = figure_of<uint64_t>(
      RING_CALL(nvml, nvmlDeviceGetTotalEccErrors, device, nvml_ecc_error::corrected, counter, &count), count);
  figures.ecc_uncorrected = figure_of<uint64_t>(
      RING_CALL(nvml, nvmlDeviceGetTotalEccErrors, device, nvml_ecc_error::uncorrected, counter, &count), count);
}

nvml_device_figures unreachable(const call_error& why) {
  return {why, why, why, why, why, why, why, why, why, why, why, why, why, why, why, why, why, why, why};
}

nvml_device_figures read_device(const nvml_library& nvml, unsigned index) {
  nvml_device_handle device = nullptr;
  if (const auto error = RING_CALL(nvml, nvmlDeviceGetHandleByIndex_v2, index, &device)) return unreachable(*error);
  nvml_device_figures figures;
  read_identity(nvml, device, figures);
  read_use(nvml, device, figures);
  read_memory(nvml, device, figures);
  read_power(nvml, device, figures);
  read_temperature(nvml, device, figures);
  read_clocks(nvml, device, figures);
  read_ecc(nvml, device, figures);
  figures.compute_processes = read_compute_processes(nvml, device);
  figures.graphics_processes = read_graphics_processes(nvml, device);
  return figures;
}

}

nvml_figure<std::vector<nvml_device_figures>> read_nvml_figures(const nvml_library& nvml) {
  unsigned count = 0;
  if (auto error = RING_CALL(nvml, nvmlDeviceGetCount_v2, &count)) return std::move(*error);
  std::vector<nvml_device_figures> devices;
  for (unsigned index = 0; index < count; index++) devices.push_back(read_device(nvml, index));
  return devices;
}

}
