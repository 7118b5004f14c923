// NVML's functions that are used, each with its parameters: X(name, parameters). Where a function has had several
// versions, the older ones are here too: what a driver has decides which is asked.
#pragma once

#include "driver/nvml_types.h"

// clang-format off
#define RING_NVML_FUNCTIONS(X)                                                                                        \
  X(nvmlInit_v2, ())                                                                                                \
  X(nvmlShutdown, ())                                                                                               \
  X(nvmlSystemGetDriverVersion, (char* version, unsigned size))                                                     \
  X(nvmlSystemGetProcessName, (unsigned pid, char* name, unsigned size))                                            \
  X(nvmlDeviceGetCount_v2, (unsigned* count))                                                                       \
  X(nvmlDeviceGetHandleByIndex_v2, (unsigned index, nvml_device_handle* device))                                    \
  X(nvmlDeviceGetName, (nvml_device_handle device, char* name, unsigned size))                                      \
  X(nvmlDeviceGetUUID, (nvml_device_handle device, char* uuid, unsigned size))                                      \
  X(nvmlDeviceGetUtilizationRates, (nvml_device_handle device, nvml_utilization* rates))                            \
  X(nvmlDeviceGetMemoryInfo_v2, (nvml_device_handle device, nvml_memory_v2* memory))                                \
  X(nvmlDeviceGetMemoryInfo, (nvml_device_handle device, nvml_memory* memory))                                      \
  X(nvmlDeviceGetPowerUsage, (nvml_device_handle device, unsigned* milliwatts))                                     \
  X(nvmlDeviceGetEnforcedPowerLimit, (nvml_device_handle device, unsigned* milliwatts))                             \
  X(nvmlDeviceGetPowerManagementLimit, (nvml_device_handle device, unsigned* milliwatts))                           \
  X(nvmlDeviceGetTemperatureV, (nvml_device_handle device, nvml_temperature_v1* temperature))                       \
  X(nvmlDeviceGetTemperature, (nvml_device_handle device, nvml_sensor sensor, unsigned* celsius))                   \
  X(nvmlDeviceGetClockInfo, (nvml_device_handle device, nvml_clock clock, unsigned* megahertz))                     \
  X(nvmlDeviceGetMaxClockInfo, (nvml_device_handle device, nvml_clock clock, unsigned* megahertz))                  \
  X(nvmlDeviceGetEccMode, (nvml_device_handle device, int* current, int* pending))                                  \
  X(nvmlDeviceGetTotalEccErrors,                                                                                    \
    (nvml_device_handle device, nvml_ecc_error kind, nvml_ecc_counter counter, unsigned long long* count))          \
  X(nvmlDeviceGetCurrentClocksEventReasons, (nvml_device_handle device, unsigned long long* reasons))               \
  X(nvmlDeviceGetCurrentClocksThrottleReasons, (nvml_device_handle device, unsigned long long* reasons))            \
  X(nvmlDeviceGetComputeRunningProcesses_v3, (nvml_device_handle device, unsigned* count, nvml_process_v2* list))   \
  X(nvmlDeviceGetComputeRunningProcesses_v2, (nvml_device_handle device, unsigned* count, nvml_process_v2* list))   \
  X(nvmlDeviceGetComputeRunningProcesses, (nvml_device_handle device, unsigned* count, nvml_process_v1* list))      \
  X(nvmlDeviceGetGraphicsRunningProcesses_v3, (nvml_device_handle device, unsigned* count, nvml_process_v2* list))  \
  X(nvmlDeviceGetGraphicsRunningProcesses_v2, (nvml_device_handle device, unsigned* count, nvml_process_v2* list))  \
  X(nvmlDeviceGetGraphicsRunningProcesses, (nvml_device_handle device, unsigned* count, nvml_process_v1* list))
// clang-format on
