// NVML's types and numbers, with names of our own: the same layout and values as in nvml.h, of which nothing is needed
// to build (native/test/nvml_interface_check.cc compares them where there is one).
#pragma once

#include <cstdint>

namespace ring {

using nvml_result = int;
using nvml_device_handle = struct nvml_device_opaque*;

inline constexpr nvml_result kNvmlInvalidArgument = 2;
inline constexpr nvml_result kNvmlNotSupported = 3;
inline constexpr nvml_result kNvmlInsufficientSize = 7;
inline constexpr nvml_result kNvmlFunctionNotFound = 13;
inline constexpr nvml_result kNvmlVersionMismatch = 25;
inline constexpr nvml_result kNvmlDeprecated = 26;

/// In place of a value that the driver does not tell.
inline constexpr unsigned long long kNvmlNotAvailable = ~0ULL;

enum class nvml_clock : int { sm = 1, memory = 2 };
enum class nvml_sensor : int { gpu = 0 };
enum class nvml_ecc_error : int { corrected = 0, uncorrected = 1 };
/// Volatile counts begin at 0 when the driver is loaded.
enum class nvml_ecc_counter : int { since_load = 0 };

struct nvml_utilization {
  unsigned gpu_percent;
  unsigned memory_percent;
};

struct nvml_memory {
  unsigned long long total;
  unsigned long long free;
  /// With what the system has reserved.
  unsigned long long used;
};

struct nvml_memory_v2 {
  unsigned version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  /// Without `reserved`, as nvidia-smi shows it.
  unsigned long long used;
};

struct nvml_temperature_v1 {
  unsigned version;
  nvml_sensor sensor;
  int celsius;
};

struct nvml_process_v1 {
  unsigned pid;
  unsigned long long used_bytes;
};

struct nvml_process_v2 {
  unsigned pid;
  unsigned long long used_bytes;
  unsigned gpu_instance;
  unsigned compute_instance;
};

/// What a struct says about itself, so that libraries know which one they are given.
template <class T>
constexpr unsigned nvml_struct_version(unsigned version) {
  return static_cast<unsigned>(sizeof(T)) | version << 24;
}

}
