// Our own declarations of NVML against NVIDIA's, where there is an nvml.h: numbers, layouts, and for each function the
// shape of its parameters. Compiling it is the test.
#include "driver/nvml_library.h"

#include <cstddef>
#include <type_traits>

// The plain names are those of the oldest versions, which we ask for by that name.
#define NVML_NO_UNVERSIONED_FUNC_DEFS
#include <nvml.h>

namespace {

template <class T>
constexpr bool is_sized = requires {
  sizeof(T);
};

template <class A, class B>
constexpr bool is_same_shape() {
  if (sizeof(A) != sizeof(B) || std::is_pointer_v<A> != std::is_pointer_v<B>) return false;
  if constexpr (std::is_pointer_v<A> && std::is_pointer_v<B>) {
    using to_a = std::remove_cv_t<std::remove_pointer_t<A>>;
    using to_b = std::remove_cv_t<std::remove_pointer_t<B>>;
    if constexpr (is_sized<to_a> && is_sized<to_b>) return sizeof(to_a) == sizeof(to_b);
  }
  return true;
}

template <class Ours, class Theirs>
struct same_parameters : std::false_type {};
template <class... A, class... B>
struct same_parameters<int (*)(A...), nvmlReturn_t (*)(B...)> {
  static constexpr bool compare() {
    if constexpr (sizeof...(A) == sizeof...(B)) return (is_same_shape<A, B>() && ...);
    return false;
  }
  static constexpr bool value = compare();
};

#define RING_COMPARE(_name, _parameters) \
  static_assert(same_parameters<decltype(ring::nvml_library::_name), decltype(&::_name)>::value, #_name);
RING_NVML_FUNCTIONS(RING_COMPARE)

#define RING_EQUAL(_ours, _theirs) static_assert(static_cast<int>(ring::_ours) == static_cast<int>(_theirs), #_theirs)
RING_EQUAL(kNvmlInvalidArgument, NVML_ERROR_INVALID_ARGUMENT);
RING_EQUAL(kNvmlNotSupported, NVML_ERROR_NOT_SUPPORTED);
RING_EQUAL(kNvmlInsufficientSize, NVML_ERROR_INSUFFICIENT_SIZE);
RING_EQUAL(kNvmlFunctionNotFound, NVML_ERROR_FUNCTION_NOT_FOUND);
RING_EQUAL(kNvmlVersionMismatch, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
RING_EQUAL(kNvmlDeprecated, NVML_ERROR_DEPRECATED);
RING_EQUAL(nvml_clock::sm, NVML_CLOCK_SM);
RING_EQUAL(nvml_clock::memory, NVML_CLOCK_MEM);
RING_EQUAL(nvml_sensor::gpu, NVML_TEMPERATURE_GPU);
RING_EQUAL(nvml_ecc_error::corrected, NVML_MEMORY_ERROR_TYPE_CORRECTED);
RING_EQUAL(nvml_ecc_error::uncorrected, NVML_MEMORY_ERROR_TYPE_UNCORRECTED);
RING_EQUAL(nvml_ecc_counter::since_load, NVML_VOLATILE_ECC);
static_assert(ring::kNvmlNotAvailable == static_cast<unsigned long long>(NVML_VALUE_NOT_AVAILABLE));
static_assert(ring::nvml_struct_version<ring::nvml_memory_v2>(2) == nvmlMemory_v2);
static_assert(ring::nvml_struct_version<ring::nvml_temperature_v1>(1) == nvmlTemperature_v1);

#define RING_FIELD(_ours, _field, _theirs, _their_field) \
  static_assert(offsetof(ring::_ours, _field) == offsetof(_theirs, _their_field), #_theirs "." #_their_field)
RING_FIELD(nvml_utilization, gpu_percent, nvmlUtilization_t, gpu);
RING_FIELD(nvml_utilization, memory_percent, nvmlUtilization_t, memory);
RING_FIELD(nvml_memory, total, nvmlMemory_t, total);
RING_FIELD(nvml_memory, used, nvmlMemory_t, used);
RING_FIELD(nvml_memory_v2, total, nvmlMemory_v2_t, total);
RING_FIELD(nvml_memory_v2, reserved, nvmlMemory_v2_t, reserved);
RING_FIELD(nvml_memory_v2, used, nvmlMemory_v2_t, used);
RING_FIELD(nvml_temperature_v1, sensor, nvmlTemperature_v1_t, sensorType);
RING_FIELD(nvml_temperature_v1, celsius, nvmlTemperature_v1_t, temperature);
RING_FIELD(nvml_process_v1, pid, nvmlProcessInfo_v1_t, pid);
RING_FIELD(nvml_process_v1, used_bytes, nvmlProcessInfo_v1_t, usedGpuMemory);
RING_FIELD(nvml_process_v2, pid, nvmlProcessInfo_v2_t, pid);
RING_FIELD(nvml_process_v2, used_bytes, nvmlProcessInfo_v2_t, usedGpuMemory);

}

int main() { return 0; }
