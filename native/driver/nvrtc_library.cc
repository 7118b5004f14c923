#include "driver/nvrtc_library.h"

namespace ring {

std::vector<load_failure> nvrtc_library::open(const std::vector<std::string>& names) {
  std::vector<load_failure> failures = library.open_first(names);
#define RING_FIND(_name, _parameters) library.find(_name, #_name);
  RING_NVRTC_FUNCTIONS(RING_FIND)
#undef RING_FIND
  library.find(nvrtcGetErrorString, "nvrtcGetErrorString");
  return failures;
}

std::optional<load_failure> nvrtc_library::open_builtins(int major, int minor) {
#ifdef _WIN32
  const std::string name = "nvrtc-builtins64_" + std::to_string(major) + std::to_string(minor) + ".dll";
#else
  const std::string name = "libnvrtc-builtins.so." + std::to_string(major) + "." + std::to_string(minor);
#endif
  return builtins_.open(library.folder() + name);
}

std::string nvrtc_library::error_name(nvrtc_result code) const {
  const char* name = nvrtcGetErrorString == nullptr ? nullptr : nvrtcGetErrorString(code);
  return name == nullptr ? "" : name;
}

}
