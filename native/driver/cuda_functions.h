// The driver's functions that are used, each with its parameters: X(symbol, name, version, parameters).
//
// A function whose parameters were changed lives on beside its successor. `symbol` is what libcuda exports: the
// successor with `_v2`. cuGetProcAddress knows all of them by one `name`, and gives the one that was current in the
// CUDA version that is asked for: `version` is the one that brought these parameters (cudaTypedefs.h lists them).
#pragma once

#include "driver/cuda_types.h"

// clang-format off
#define RING_CUDA_FUNCTIONS(X)                                                                                        \
  X(cuInit, cuInit, 2000, (unsigned flags))                                                                         \
  X(cuDriverGetVersion, cuDriverGetVersion, 2020, (int* version))                                                   \
  X(cuGetErrorName, cuGetErrorName, 6000, (cuda_result code, const char** name))                                    \
  X(cuGetErrorString, cuGetErrorString, 6000, (cuda_result code, const char** text))                                \
  X(cuDeviceGetCount, cuDeviceGetCount, 2000, (int* count))                                                         \
  X(cuDeviceGet, cuDeviceGet, 2000, (cuda_device_handle* device, int ordinal))                                      \
  X(cuDeviceGetName, cuDeviceGetName, 2000, (char* name, int size, cuda_device_handle device))                      \
  X(cuDeviceTotalMem_v2, cuDeviceTotalMem, 3020, (size_t* bytes, cuda_device_handle device))                        \
  X(cuDeviceGetAttribute, cuDeviceGetAttribute, 2000,                                                               \
    (int* value, device_attribute attribute, cuda_device_handle device))                                              \
  X(cuDevicePrimaryCtxRetain, cuDevicePrimaryCtxRetain, 7000,                                                       \
    (cuda_context_handle* context, cuda_device_handle device))                                                        \
  X(cuDevicePrimaryCtxRelease_v2, cuDevicePrimaryCtxRelease, 11000, (cuda_device_handle device))                    \
  X(cuDevicePrimaryCtxSetFlags_v2, cuDevicePrimaryCtxSetFlags, 11000, (cuda_device_handle device, unsigned flags))  \
  X(cuCtxSetCurrent, cuCtxSetCurrent, 4000, (cuda_context_handle context))                                          \
  X(cuCtxSynchronize, cuCtxSynchronize, 2000, ())                                                                   \
  X(cuCtxSetLimit, cuCtxSetLimit, 3010, (context_limit limit, size_t value))                                        \
  X(cuCtxGetLimit, cuCtxGetLimit, 3010, (size_t* value, context_limit limit))                                       \
  X(cuMemHostRegister_v2, cuMemHostRegister, 6050, (void* memory, size_t bytes, unsigned flags))                    \
  X(cuMemHostUnregister, cuMemHostUnregister, 4000, (void* memory))                                                 \
  X(cuMemHostGetDevicePointer_v2, cuMemHostGetDevicePointer, 3020,                                                  \
    (cuda_address* address, void* memory, unsigned flags))                                                            \
  X(cuMemAlloc_v2, cuMemAlloc, 3020, (cuda_address* address, size_t bytes))                                         \
  X(cuMemFree_v2, cuMemFree, 3020, (cuda_address address))                                                          \
  X(cuMemGetInfo_v2, cuMemGetInfo, 3020, (size_t* free, size_t* total))                                             \
  X(cuMemcpyHtoD_v2, cuMemcpyHtoD, 3020, (cuda_address to, const void* from, size_t bytes))                         \
  X(cuMemcpyDtoH_v2, cuMemcpyDtoH, 3020, (void* to, cuda_address from, size_t bytes))                               \
  X(cuMemcpyHtoDAsync_v2, cuMemcpyHtoDAsync, 3020,                                                                  \
    (cuda_address to, const void* from, size_t bytes, cuda_stream_handle stream))                                     \
  X(cuMemcpyDtoHAsync_v2, cuMemcpyDtoHAsync, 3020,                                                                  \
    (void* to, cuda_address from, size_t bytes, cuda_stream_handle stream))                                           \
  X(cuMemsetD8Async, cuMemsetD8Async, 3020,                                                                         \
    (cuda_address to, unsigned char value, size_t bytes, cuda_stream_handle stream))                                  \
  X(cuModuleLoadDataEx, cuModuleLoadDataEx, 2010,                                                                   \
    (cuda_module_handle* module, const void* image, unsigned count, jit_option* options, void** values))              \
  X(cuModuleUnload, cuModuleUnload, 2000, (cuda_module_handle module))                                              \
  X(cuModuleGetFunction, cuModuleGetFunction, 2000,                                                                 \
    (cuda_function_handle* function, cuda_module_handle module, const char* name))                                    \
  X(cuModuleGetGlobal_v2, cuModuleGetGlobal, 3020,                                                                  \
    (cuda_address* address, size_t* bytes, cuda_module_handle module, const char* name))                              \
  X(cuModuleGetLoadingMode, cuModuleGetLoadingMode, 11070, (module_loading_mode* mode))                             \
  X(cuFuncGetAttribute, cuFuncGetAttribute, 2020,                                                                   \
    (int* value, function_attribute attribute, cuda_function_handle function))                                        \
  X(cuFuncSetAttribute, cuFuncSetAttribute, 9000,                                                                   \
    (cuda_function_handle function, function_attribute attribute, int value))                                         \
  X(cuFuncGetParamInfo, cuFuncGetParamInfo, 12040,                                                                  \
    (cuda_function_handle function, size_t index, size_t* offset, size_t* bytes))                                     \
  X(cuLaunchKernel, cuLaunchKernel, 4000,                                                                           \
    (cuda_function_handle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,              \
     unsigned block_y, unsigned block_z, unsigned shared_bytes, cuda_stream_handle stream, void** parameters,         \
     void** extra))                                                                                                   \
  X(cuLaunchCooperativeKernel, cuLaunchCooperativeKernel, 9000,                                                     \
    (cuda_function_handle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,              \
     unsigned block_y, unsigned block_z, unsigned shared_bytes, cuda_stream_handle stream, void** parameters))        \
  X(cuOccupancyMaxActiveBlocksPerMultiprocessor, cuOccupancyMaxActiveBlocksPerMultiprocessor, 6050,                 \
    (int* blocks, cuda_function_handle function, int block_threads, size_t shared_bytes))                             \
  X(cuStreamCreateWithPriority, cuStreamCreateWithPriority, 5050,                                                   \
    (cuda_stream_handle* stream, unsigned flags, int priority))                                                       \
  X(cuStreamDestroy_v2, cuStreamDestroy, 4000, (cuda_stream_handle stream))                                         \
  X(cuStreamQuery, cuStreamQuery, 2000, (cuda_stream_handle stream))                                                \
  X(cuStreamSynchronize, cuStreamSynchronize, 2000, (cuda_stream_handle stream))                                    \
  X(cuEventCreate, cuEventCreate, 2000, (cuda_event_handle* event, unsigned flags))                                 \
  X(cuEventRecord, cuEventRecord, 2000, (cuda_event_handle event, cuda_stream_handle stream))                       \
  X(cuEventElapsedTime, cuEventElapsedTime, 2000,                                                                   \
    (float* milliseconds, cuda_event_handle begin, cuda_event_handle end))                                            \
  X(cuEventDestroy_v2, cuEventDestroy, 4000, (cuda_event_handle event))
// clang-format on
