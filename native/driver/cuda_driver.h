// The CUDA driver's functions, with types of our own: the same layout and calling convention as in cuda.h, of which
// nothing is needed to build.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "driver/dynamic_library.h"

#ifdef _WIN32
#define RING_CUDA_API __stdcall
#else
#define RING_CUDA_API
#endif

namespace ring {

using cuda_result = int;
using cuda_device_handle = int;

/// The numbers are part of the driver's interface and do not change.
enum class device_attribute : int {
  multiprocessor_count = 16,
  kernel_exec_timeout = 17,
  integrated = 18,
  compute_capability_major = 75,
  compute_capability_minor = 76,
};

/// A function that the library does not export is nullptr: a capability that is missing, found out by RING_CALL.
struct cuda_driver {
  dynamic_library library;

  cuda_result(RING_CUDA_API* cuInit)(unsigned flags) = nullptr;
  cuda_result(RING_CUDA_API* cuDriverGetVersion)(int* version) = nullptr;
  cuda_result(RING_CUDA_API* cuGetErrorName)(cuda_result code, const char** name) = nullptr;
  cuda_result(RING_CUDA_API* cuDeviceGetCount)(int* count) = nullptr;
  cuda_result(RING_CUDA_API* cuDeviceGet)(cuda_device_handle* device, int ordinal) = nullptr;
  cuda_result(RING_CUDA_API* cuDeviceGetName)(char* name, int size, cuda_device_handle device) = nullptr;
  cuda_result(RING_CUDA_API* cuDeviceTotalMem_v2)(size_t* bytes, cuda_device_handle device) = nullptr;
  cuda_result(RING_CUDA_API* cuDeviceGetAttribute)(int* value, device_attribute attribute,
                                                   cuda_device_handle device) = nullptr;

  /// Opens the first of `names` that can be opened, and finds its functions.
  [[nodiscard]] std::vector<load_failure> open(const std::vector<std::string>& names);

  std::string error_name(cuda_result code) const;
};

}
