#include "driver/nvml_library.h"

namespace ring {

std::vector<load_failure> nvml_library::open(const std::vector<std::string>& names) {
  std::vector<load_failure> failures = library.open_first(names);
#define RING_FIND(_name, _parameters) library.find(_name, #_name);
  RING_NVML_FUNCTIONS(RING_FIND)
#undef RING_FIND
  library.find(nvmlErrorString, "nvmlErrorString");
  return failures;
}

std::string nvml_library::error_name(nvml_result code) const {
  const char* name = nvmlErrorString == nullptr ? nullptr : nvmlErrorString(code);
  return name == nullptr ? "" : name;
}

}
