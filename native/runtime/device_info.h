// What has to be known of a device before kernels are launched on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "driver/cuda_driver.h"
#include "runtime/failure.h"

namespace ring {

struct device_info {
  int ordinal = 0;
  std::string name;
  /// `0000:01:00.0`, as NVML and the system know it.
  std::string pci_address;
  uint64_t memory_bytes = 0;
  int compute_major = 0;
  int compute_minor = 0;
  int multiprocessor_count = 0;
  int warp_size = 0;
  int max_threads_per_block = 0;
  int max_threads_per_multiprocessor = 0;
  int shared_bytes_per_multiprocessor = 0;
  /// Of one block, when its kernel is allowed more than the default.
  int shared_bytes_per_block = 0;
  /// A display hangs on the device, and the system ends kernels that run for long.
  bool has_kernel_timeout = false;
  bool is_integrated = false;
  bool can_map_host_memory = false;
  bool can_register_host_memory = false;
  bool has_unified_addressing = false;
  /// Atomics on host memory are atomic for the host too.
  bool has_host_native_atomics = false;
  bool has_cooperative_launch = false;
  bool has_compute_preemption = false;
  bool has_concurrent_kernels = false;
  /// Other processes run on it at the same time, by the Multi-Process Service. Absent where the driver does not tell.
  std::optional<bool> is_shared_by_mps;
};

result<device_info> read_device_info(const cuda_driver& driver, cuda_device_handle device, int ordinal);

}
