// What NVML says about the driver.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/checked_call.h"
#include "driver/dynamic_library.h"
#include "driver/nvml_library.h"

namespace ring {

struct nvml_report {
  /// Empty when no library could be opened.
  std::string path;
  std::vector<load_failure> load_failures;
  /// As in `550.54.15`.
  std::optional<std::string> driver_version;
  std::optional<unsigned> device_count;
  std::vector<call_error> errors;
};

/// Opens the library and begins with it; it stays begun where `device_count` or `driver_version` is known.
nvml_report open_nvml(nvml_library& nvml, const std::vector<std::string>& libraries);

/// The same, and ends with it.
nvml_report probe_nvml(const std::vector<std::string>& libraries);

}
