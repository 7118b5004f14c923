// The CUDA driver's types and numbers, with names of our own: the same layout and values as in cuda.h, of which nothing
// is needed to build. The numbers are part of the driver's interface and do not change
// (native/test/driver_interface_check.cc compares them with cuda.h where there is one).
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef _WIN32
#define RING_CUDA_API __stdcall
#else
#define RING_CUDA_API
#endif

namespace ring {

using cuda_result = int;
using cuda_device_handle = int;
/// An address for the GPU.
using cuda_address = unsigned long long;
using cuda_context_handle = struct cuda_context_opaque*;
using cuda_module_handle = struct cuda_module_opaque*;
using cuda_function_handle = struct cuda_function_opaque*;
using cuda_stream_handle = struct cuda_stream_opaque*;
using cuda_event_handle = struct cuda_event_opaque*;

inline constexpr cuda_result kCudaInvalidValue = 1;
inline constexpr cuda_result kCudaNotReady = 600;
inline constexpr cuda_result kCudaPrimaryContextActive = 708;

enum class device_attribute : int {
  max_threads_per_block = 1,
  warp_size = 10,
  multiprocessor_count = 16,
  kernel_exec_timeout = 17,
  integrated = 18,
  can_map_host_memory = 19,
  concurrent_kernels = 31,
  pci_bus_id = 33,
  pci_device_id = 34,
  max_threads_per_multiprocessor = 39,
  unified_addressing = 41,
  pci_domain_id = 50,
  compute_capability_major = 75,
  compute_capability_minor = 76,
  max_shared_memory_per_multiprocessor = 81,
  host_native_atomic_supported = 86,
  compute_preemption_supported = 90,
  cooperative_launch = 95,
  max_shared_memory_per_block_optin = 97,
  host_register_supported = 99,
  mps_enabled = 133,
};

enum class function_attribute : int {
  max_threads_per_block = 0,
  shared_size_bytes = 1,
  const_size_bytes = 2,
  local_size_bytes = 3,
  register_count = 4,
  ptx_version = 5,
  binary_version = 6,
  max_dynamic_shared_size_bytes = 8,
  preferred_shared_memory_carveout = 9,
};

enum class context_limit : int { stack_size = 0, printf_fifo_size = 1, malloc_heap_size = 2 };

enum class jit_option : int {
  info_log_buffer = 3,
  info_log_buffer_size_bytes = 4,
  error_log_buffer = 5,
  error_log_buffer_size_bytes = 6,
};

enum class module_loading_mode : int { eager = 1, lazy = 2 };

inline constexpr unsigned kContextBlockingSync = 0x04;
inline constexpr unsigned kContextMapHost = 0x08;
inline constexpr unsigned kContextLocalMemoryResizeToMax = 0x10;
inline constexpr unsigned kHostRegisterPortable = 0x01;
inline constexpr unsigned kHostRegisterDeviceMap = 0x02;
inline constexpr unsigned kStreamNonBlocking = 0x1;
inline constexpr unsigned kEventDefault = 0x0;
inline constexpr int kCarveoutMaxShared = 100;
inline constexpr uint64_t kProcAddressLegacyStream = 1;

}
