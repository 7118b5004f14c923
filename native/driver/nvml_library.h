// NVML, NVIDIA's library of device management: its functions, with types of our own.
#pragma once

#include <string>
#include <vector>

#include "driver/dynamic_library.h"
#include "driver/nvml_functions.h"
#include "driver/nvml_types.h"

namespace ring {

/// A function that the library does not export is nullptr: a capability that is missing, found out by RING_CALL.
struct nvml_library {
  dynamic_library library;

#define RING_DECLARE(_name, _parameters) nvml_result(*_name) _parameters = nullptr;
  RING_NVML_FUNCTIONS(RING_DECLARE)
#undef RING_DECLARE
  const char* (*nvmlErrorString)(nvml_result code) = nullptr;

  /// Opens the first of `names` that can be opened, and finds its functions.
  [[nodiscard]] std::vector<load_failure> open(const std::vector<std::string>& names);

  std::string error_name(nvml_result code) const;
};

}
