// CUDA's entry points as the harness calls them: linked, not looked up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../ring_standin.h"

extern "C" {
using CUhandle = void*;
using CUdeviceptr = unsigned long long;

int cuInit(unsigned flags);
int cuDriverGetVersion(int* version);
int cuGetErrorName(int code, const char** name);
int cuGetErrorString(int code, const char** text);
int cuGetProcAddress_v2(const char* name, void** function, int version, uint64_t flags, int* status);
int cuDeviceGet(int* device, int ordinal);
int cuDeviceGetCount(int* count);
int cuDeviceGetName(char* name, int size, int device);
int cuDeviceTotalMem_v2(size_t* bytes, int device);
int cuDeviceGetAttribute(int* value, int attribute, int device);
int cuDeviceGetUuid_v2(unsigned char* uuid, int device);
int cuDeviceGetPCIBusId(char* id, int size, int device);
int cuDevicePrimaryCtxRetain(CUhandle* context, int device);
int cuDevicePrimaryCtxRelease_v2(int device);
int cuDevicePrimaryCtxReset_v2(int device);
int cuCtxCreate_v2(CUhandle* context, unsigned flags, int device);
int cuCtxDestroy_v2(CUhandle context);
int cuCtxSetCurrent(CUhandle context);
int cuCtxGetCurrent(CUhandle* context);
int cuCtxSynchronize();
int cuCtxSetLimit(int limit, size_t value);
int cuMemHostRegister_v2(void* p, size_t bytes, unsigned flags);
int cuMemHostUnregister(void* p);
int cuMemHostGetDevicePointer_v2(CUdeviceptr* answer, void* p, unsigned flags);
int cuMemAlloc_v2(CUdeviceptr* answer, size_t bytes);
int cuMemFree_v2(CUdeviceptr p);
int cuMemGetInfo_v2(size_t* free, size_t* total);
int cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes);
int cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes);
int cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUhandle stream);
int cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUhandle stream);
int cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t bytes);
int cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, CUhandle stream);
int cuModuleLoadDataEx(CUhandle* module, const void* image, unsigned count, int* options, void** values);
int cuModuleUnload(CUhandle module);
int cuModuleGetFunction(CUhandle* function, CUhandle module, const char* name);
int cuModuleGetGlobal_v2(CUdeviceptr* address, size_t* bytes, CUhandle module, const char* name);
int cuFuncGetAttribute(int* value, int attribute, CUhandle function);
int cuFuncSetAttribute(CUhandle function, int attribute, int value);
int cuLaunchKernel(CUhandle f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared_bytes, CUhandle stream, void** parameters, void** extra);
int cuLaunchCooperativeKernel(CUhandle f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                              unsigned shared_bytes, CUhandle stream, void** parameters);
int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* answer, CUhandle function, int threads, size_t shared_bytes);
int cuStreamCreateWithPriority(CUhandle* stream, unsigned flags, int priority);
int cuStreamDestroy_v2(CUhandle stream);
int cuStreamQuery(CUhandle stream);
int cuStreamSynchronize(CUhandle stream);
int cuEventCreate(CUhandle* event, unsigned flags);
int cuEventRecord(CUhandle event, CUhandle stream);
int cuEventQuery(CUhandle event);
int cuEventSynchronize(CUhandle event);
int cuEventElapsedTime(float* ms, CUhandle from, CUhandle to);
int cuEventDestroy_v2(CUhandle event);
int cuLaunchHostFunc(CUhandle stream, void (*function)(void*), void* argument);

int nvrtcVersion(int* major, int* minor);
const char* nvrtcGetErrorString(int code);
int nvrtcGetNumSupportedArchs(int* count);
int nvrtcGetSupportedArchs(int* architectures);
int nvrtcCreateProgram(CUhandle* program, const char* source, const char* name, int count, const char* const* headers,
                       const char* const* names);
int nvrtcDestroyProgram(CUhandle* program);
int nvrtcCompileProgram(CUhandle program, int count, const char* const* options);
int nvrtcGetProgramLogSize(CUhandle program, size_t* bytes);
int nvrtcGetProgramLog(CUhandle program, char* to);
int nvrtcGetPTXSize(CUhandle program, size_t* bytes);
int nvrtcGetPTX(CUhandle program, char* to);
int nvrtcGetCUBINSize(CUhandle program, size_t* bytes);
int nvrtcGetCUBIN(CUhandle program, char* to);
int nvrtcAddNameExpression(CUhandle program, const char* expression);
int nvrtcGetLoweredName(CUhandle program, const char* expression, const char** name);
}
