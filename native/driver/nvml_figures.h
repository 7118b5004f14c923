// Use, memory, power, temperature, clocks, errors of memory and processes of every GPU that NVML knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "driver/checked_call.h"
#include "driver/nvml_library.h"

namespace ring {

/// A figure, or why it is unknown: laptops and small boards tell few of them.
template <class T>
using nvml_figure = std::variant<call_error, T>;

struct nvml_process {
  unsigned pid = 0;
  /// Nothing where the driver does not tell the memory of single processes.
  std::optional<uint64_t> used_bytes;
  /// As the system knows it; nothing where it does not.
  std::optional<std::string> name;
};

struct nvml_device_figures {
  nvml_figure<std::string> name;
  nvml_figure<std::string> uuid;
  nvml_figure<unsigned> gpu_percent;
  /// Share of the time in which the memory was read or written.
  nvml_figure<unsigned> memory_percent;
  nvml_figure<uint64_t> memory_used_bytes;
  nvml_figure<uint64_t> memory_total_bytes;
  nvml_figure<unsigned> power_milliwatts;
  nvml_figure<unsigned> power_limit_milliwatts;
  nvml_figure<int> temperature_celsius;
  nvml_figure<unsigned> sm_clock_mhz;
  nvml_figure<unsigned> sm_clock_max_mhz;
  nvml_figure<unsigned> memory_clock_mhz;
  nvml_figure<unsigned> memory_clock_max_mhz;
  nvml_figure<bool> is_ecc_on;
  /// Since the driver was loaded.
  nvml_figure<uint64_t> ecc_corrected;
  nvml_figure<uint64_t> ecc_uncorrected;
  /// Bits of nvmlClocksEventReasons.
  nvml_figure<uint64_t> slowdowns;
  nvml_figure<std::vector<nvml_process>> compute_processes;
  nvml_figure<std::vector<nvml_process>> graphics_processes;
};

/// By index; of a device that cannot be reached every figure has the reason for that.
nvml_figure<std::vector<nvml_device_figures>> read_nvml_figures(const nvml_library& nvml);

}
