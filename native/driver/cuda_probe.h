// What the CUDA driver of this machine says about itself and its devices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/checked_call.h"
#include "driver/dynamic_library.h"

namespace ring {

/// What could not be found out is absent, and the call that failed is among the report's errors.
struct cuda_device_report {
  std::optional<std::string> name;
  std::optional<int> compute_major;
  std::optional<int> compute_minor;
  std::optional<uint64_t> memory_bytes;
  std::optional<int> multiprocessor_count;
  std::optional<bool> is_integrated;
  /// A display hangs on the device, and the system ends kernels that run for long.
  std::optional<bool> has_kernel_timeout;
  /// Other processes run on it at the same time, by the Multi-Process Service. No error where the driver does not tell.
  std::optional<bool> is_shared_by_mps;
};

struct cuda_report {
  /// Empty when no library could be opened.
  std::string path;
  std::vector<load_failure> load_failures;
  /// 1000 × major + 10 × minor of the CUDA version that the driver supports.
  std::optional<int> version;
  /// Absent when cuInit or cuDeviceGetCount failed.
  std::optional<std::vector<cuda_device_report>> devices;
  std::vector<call_error> errors;
};

/// Initializes the driver, which stays so for the life of the process. A bad driver can crash or hang in here.
cuda_report probe_cuda(const std::vector<std::string>& libraries);

}
