// The recording driver: devices and their context.
#include "state.h"

#include <cstdio>

namespace recording {

namespace {

int fake_init(unsigned) {
  BEGIN("cuInit", begin);
  is_initialized = true;
  return answer("cuInit", kOk);
}

int fake_driver_version(int* version) {
  BEGIN("cuDriverGetVersion", begin);
  *version = 12080;
  return answer("cuDriverGetVersion", kOk);
}

int fake_error_name(int code, const char** name) {
  *name = code == 2     ? "CUDA_ERROR_OUT_OF_MEMORY"
          : code == 200 ? "CUDA_ERROR_INVALID_IMAGE"
          : code == 500 ? "CUDA_ERROR_NOT_FOUND"
          : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS"
          : code == 719 ? "CUDA_ERROR_LAUNCH_FAILED"
                        : nullptr;
  return *name == nullptr ? kInvalidValue : kOk;
}

int fake_error_string(int code, const char** name) {
  *name = code == 700 ? "an illegal memory access was encountered" : nullptr;
  return *name == nullptr ? kInvalidValue : kOk;
}

int fake_device_get(int* device, int ordinal) {
  BEGIN("cuDeviceGet", begin);
  NEED_INIT("cuDeviceGet");
  if (ordinal != 0) return answer("cuDeviceGet", kInvalidDevice);
  *device = kDevice;
  return answer("cuDeviceGet", kOk);
}

int fake_device_count(int* count) {
  *count = 1;
  return kOk;
}

int fake_device_name(char* name, int size, int device) {
  if (device != kDevice) return kInvalidDevice;
  std::snprintf(name, static_cast<size_t>(size), "Recording GPU");
  return kOk;
}

int fake_total_memory(size_t* bytes, int device) {
  if (device != kDevice) return kInvalidDevice;
  *bytes = size_t{8} << 30;
  return kOk;
}

int fake_device_attribute(int* value, int attribute, int device) {
  if (device != kDevice) return kInvalidDevice;
  static const auto& values = *new std::map<int, int>{
      {1, 1024}, {10, 32}, {16, 4}, {17, 1},      {18, 0}, {19, 1}, {31, 1}, {33, 1},      {34, 0}, {39, 2048}, {41, 1},
      {50, 0},   {75, 8},  {76, 6}, {81, 102400}, {86, 0}, {90, 1}, {95, 1}, {97, 101376}, {99, 1}, {133, 0},
  };
  const auto found = values.find(attribute);
  if (found == values.end()) return answer("cuDeviceGetAttribute", kInvalidValue, text("attribute=", attribute));
  *value = found->second;
  return kOk;
}

int fake_set_flags(int device, unsigned flags) {
  BEGIN("cuDevicePrimaryCtxSetFlags_v2", begin);
  return answer("cuDevicePrimaryCtxSetFlags_v2", device == kDevice ? kOk : kInvalidDevice, text("flags=", flags));
}

int fake_retain(void** context, int device) {
  BEGIN("cuDevicePrimaryCtxRetain", begin);
  NEED_INIT("cuDevicePrimaryCtxRetain");
  if (device != kDevice) return answer("cuDevicePrimaryCtxRetain", kInvalidDevice);
  retained++;
  *context = &the_context;
  return answer("cuDevicePrimaryCtxRetain", kOk);
}

int fake_release(int device) {
  BEGIN("cuDevicePrimaryCtxRelease_v2", begin_housekeeping);
  if (device != kDevice || retained == 0) return answer("cuDevicePrimaryCtxRelease_v2", kInvalidContext);
  retained--;
  return answer("cuDevicePrimaryCtxRelease_v2", kOk);
}

int fake_set_current(void* context) {
  BEGIN("cuCtxSetCurrent", begin);
  if (context != nullptr && context != &the_context) return answer("cuCtxSetCurrent", kInvalidContext);
  current = context;
  return answer("cuCtxSetCurrent", kOk, context == nullptr ? "null" : "context");
}

int fake_synchronize() {
  BEGIN("cuCtxSynchronize", begin_housekeeping);
  NEED_CONTEXT("cuCtxSynchronize");
  return answer("cuCtxSynchronize", kOk);
}

int fake_set_limit(int limit, size_t value) {
  BEGIN("cuCtxSetLimit", begin_housekeeping);
  NEED_CONTEXT("cuCtxSetLimit");
  if (limit < 0 || limit > 2) return answer("cuCtxSetLimit", kInvalidValue);
  if (limit == 0) stack_bytes = value;
  return answer("cuCtxSetLimit", kOk, text("limit=", limit, " value=", value));
}

int fake_get_limit(size_t* value, int limit) {
  BEGIN("cuCtxGetLimit", begin);
  NEED_CONTEXT("cuCtxGetLimit");
  *value = limit == 0 ? stack_bytes : 0;
  return answer("cuCtxGetLimit", kOk);
}

}

std::vector<entry> context_entries() {
  return {
      {"cuInit", 2000, as_pointer(fake_init)},
      {"cuDriverGetVersion", 2020, as_pointer(fake_driver_version)},
      {"cuGetErrorName", 6000, as_pointer(fake_error_name)},
      {"cuGetErrorString", 6000, as_pointer(fake_error_string)},
      {"cuDeviceGetCount", 2000, as_pointer(fake_device_count)},
      {"cuDeviceGet", 2000, as_pointer(fake_device_get)},
      {"cuDeviceGetName", 2000, as_pointer(fake_device_name)},
      {"cuDeviceTotalMem", 3020, as_pointer(fake_total_memory)},
      {"cuDeviceGetAttribute", 2000, as_pointer(fake_device_attribute)},
      {"cuDevicePrimaryCtxSetFlags", 11000, as_pointer(fake_set_flags)},
      {"cuDevicePrimaryCtxRetain", 7000, as_pointer(fake_retain)},
      {"cuDevicePrimaryCtxRelease", 11000, as_pointer(fake_release)},
      {"cuCtxSetCurrent", 4000, as_pointer(fake_set_current)},
      {"cuCtxSynchronize", 2000, as_pointer(fake_synchronize)},
      {"cuCtxSetLimit", 3010, as_pointer(fake_set_limit)},
      {"cuCtxGetLimit", 3010, as_pointer(fake_get_limit)},
  };
}

}
