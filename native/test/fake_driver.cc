// A CUDA driver for tests: the entry points that the addon calls, which check their arguments and answer as the
// definitions at compile time say. Compiled by the tests, loaded by the addon in place of libcuda.
//
//   FAKE_INIT_RESULT     what cuInit answers
//   FAKE_VERSION         what cuDriverGetVersion answers
//   FAKE_DEVICE_COUNT    devices; each has other figures
//   FAKE_IN_INIT         a statement that cuInit begins with
//   FAKE_WITHOUT_MEMORY  cuDeviceTotalMem_v2 is not exported
//   FAKE_PROC_ADDRESS    but known to the cuGetProcAddress of CUDA 11
#include <csignal>
#include <cstdio>
#include <string>

#include <unistd.h>

#ifndef FAKE_INIT_RESULT
#define FAKE_INIT_RESULT 0
#endif
#ifndef FAKE_VERSION
#define FAKE_VERSION 12040
#endif
#ifndef FAKE_DEVICE_COUNT
#define FAKE_DEVICE_COUNT 1
#endif
#ifndef FAKE_IN_INIT
#define FAKE_IN_INIT
#endif

namespace {

constexpr int kInvalidValue = 1;
constexpr int kNotInitialized = 3;
constexpr int kInvalidDevice = 101;
[[maybe_unused]] constexpr int kNotFound = 500;

/// Handles are no ordinals: a caller that mixes them up is told so.
constexpr int kFirstHandle = 1000;

bool is_initialized = false;

int check_device(int device) {
  if (!is_initialized) return kNotInitialized;
  return device >= kFirstHandle && device < kFirstHandle + FAKE_DEVICE_COUNT ? 0 : kInvalidDevice;
}

}

extern "C" {

int cuInit(unsigned flags) {
  FAKE_IN_INIT;
  if (flags != 0) return kInvalidValue;
  is_initialized = FAKE_INIT_RESULT == 0;
  return FAKE_INIT_RESULT;
}

int cuDriverGetVersion(int* version) {
  if (version == nullptr) return kInvalidValue;
  *version = FAKE_VERSION;
  return 0;
}

int cuGetErrorName(int code, const char** name) {
  if (name == nullptr) return kInvalidValue;
  *name = nullptr;
  if (code == kInvalidValue) *name = "CUDA_ERROR_INVALID_VALUE";
  if (code == kNotInitialized) *name = "CUDA_ERROR_NOT_INITIALIZED";
  if (code == 100) *name = "CUDA_ERROR_NO_DEVICE";
  if (code == kInvalidDevice) *name = "CUDA_ERROR_INVALID_DEVICE";
  return *name == nullptr ? kInvalidValue : 0;
}

int cuDeviceGetCount(int* count) {
  if (!is_initialized) return kNotInitialized;
  if (count == nullptr) return kInvalidValue;
  *count = FAKE_DEVICE_COUNT;
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  if (!is_initialized) return kNotInitialized;
  if (device == nullptr) return kInvalidValue;
  if (ordinal < 0 || ordinal >= FAKE_DEVICE_COUNT) return kInvalidDevice;
  *device = kFirstHandle + ordinal;
  return 0;
}

int cuDeviceGetName(char* name, int size, int device) {
  if (name == nullptr || size < 32) return kInvalidValue;
  if (const int code = check_device(device)) return code;
  std::snprintf(name, static_cast<size_t>(size), "Fake GPU %d", device - kFirstHandle);
  return 0;
}

#ifdef FAKE_WITHOUT_MEMORY
[[maybe_unused]] static int fake_total_memory(size_t* bytes, int device) {
#else
int cuDeviceTotalMem_v2(size_t* bytes, int device) {
#endif
  if (bytes == nullptr) return kInvalidValue;
  if (const int code = check_device(device)) return code;
  *bytes = size_t{80} << 30;
  return 0;
}

#ifdef FAKE_PROC_ADDRESS
int cuGetProcAddress(const char* name, void** function, int version, unsigned long long) {
  *function = nullptr;
  if (version >= 3020 && std::string(name) == "cuDeviceTotalMem")
    *function = reinterpret_cast<void*>(fake_total_memory);
  return *function == nullptr ? kNotFound : 0;
}
#endif

int cuDeviceGetAttribute(int* value, int attribute, int device) {
  if (value == nullptr) return kInvalidValue;
  if (const int code = check_device(device)) return code;
  const int ordinal = device - kFirstHandle;
  switch (attribute) {
    case 16:
      *value = 132 - ordinal;
      return 0;
    case 17:
      *value = ordinal == 0 ? 0 : 1;
      return 0;
    case 18:
      *value = ordinal == 0 ? 0 : 1;
      return 0;
    case 75:
      *value = 9;
      return 0;
    case 76:
      *value = ordinal;
      return 0;
    case 133:
      *value = ordinal;
      return 0;
    default:
      return kInvalidValue;
  }
}
}
