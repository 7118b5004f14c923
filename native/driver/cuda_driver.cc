#include "driver/cuda_driver.h"

namespace ring {

std::vector<load_failure> cuda_driver::open(const std::vector<std::string>& names) {
  std::vector<load_failure> failures = library.open_first(names);
  library.find(cuInit, "cuInit");
  library.find(cuDriverGetVersion, "cuDriverGetVersion");
  library.find(cuGetErrorName, "cuGetErrorName");
  library.find(cuDeviceGetCount, "cuDeviceGetCount");
  library.find(cuDeviceGet, "cuDeviceGet");
  library.find(cuDeviceGetName, "cuDeviceGetName");
  library.find(cuDeviceTotalMem_v2, "cuDeviceTotalMem_v2");
  library.find(cuDeviceGetAttribute, "cuDeviceGetAttribute");
  return failures;
}

std::string cuda_driver::error_name(cuda_result code) const {
  const char* name = nullptr;
  if (cuGetErrorName == nullptr || cuGetErrorName(code, &name) != 0 || name == nullptr) return "";
  return name;
}

}
