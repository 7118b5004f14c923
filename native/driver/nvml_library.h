// NVML, NVIDIA's library of device management: the functions that are used, with types of our own.
#pragma once

#include <string>
#include <vector>

#include "driver/dynamic_library.h"

namespace ring {

using nvml_result = int;

/// A function that the library does not export is nullptr: a capability that is missing, found out by RING_CALL.
struct nvml_library {
  dynamic_library library;

  nvml_result (*nvmlInit_v2)() = nullptr;
  nvml_result (*nvmlShutdown)() = nullptr;
  nvml_result (*nvmlSystemGetDriverVersion)(char* version, unsigned size) = nullptr;
  nvml_result (*nvmlDeviceGetCount_v2)(unsigned* count) = nullptr;
  const char* (*nvmlErrorString)(nvml_result code) = nullptr;

  /// Opens the first of `names` that can be opened, and finds its functions.
  [[nodiscard]] std::vector<load_failure> open(const std::vector<std::string>& names);

  std::string error_name(nvml_result code) const;
};

}
