#include "driver/nvml_library.h"

namespace ring {

std::vector<load_failure> nvml_library::open(const std::vector<std::string>& names) {
  std::vector<load_failure> failures = library.open_first(names);
  library.find(nvmlInit_v2, "nvmlInit_v2");
  library.find(nvmlShutdown, "nvmlShutdown");
  library.find(nvmlSystemGetDriverVersion, "nvmlSystemGetDriverVersion");
  library.find(nvmlDeviceGetCount_v2, "nvmlDeviceGetCount_v2");
  library.find(nvmlErrorString, "nvmlErrorString");
  return failures;
}

std::string nvml_library::error_name(nvml_result code) const {
  const char* name = nvmlErrorString == nullptr ? nullptr : nvmlErrorString(code);
  return name == nullptr ? "" : name;
}

}
