// What NVRTC says about itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/checked_call.h"
#include "driver/dynamic_library.h"

namespace ring {

struct nvrtc_report {
  /// Empty when no library could be opened.
  std::string path;
  std::vector<load_failure> load_failures;
  std::optional<int> version_major;
  std::optional<int> version_minor;
  /// Compute capabilities as 10 × major + minor, ascending: 75 is sm_75.
  std::optional<std::vector<int>> architectures;
  /// Empty when the library of the device functions could not be opened.
  std::string builtins_path;
  std::optional<load_failure> builtins_failure;
  std::vector<call_error> errors;
};

nvrtc_report probe_nvrtc(const std::vector<std::string>& libraries);

}
