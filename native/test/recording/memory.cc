// The recording driver: memory and copies.
#include "state.h"

#include <cstdlib>
#include <cstring>

namespace recording {

namespace {

int fake_register(void* memory, size_t bytes, unsigned flags) {
  BEGIN("cuMemHostRegister_v2", begin_housekeeping);
  NEED_CONTEXT("cuMemHostRegister_v2");
  if (registrations.count(memory) != 0) return answer("cuMemHostRegister_v2", kAlreadyRegistered);
  registrations[memory] = bytes;
  return answer("cuMemHostRegister_v2", kOk, text("bytes=", bytes, " flags=", flags));
}

int fake_unregister(void* memory) {
  BEGIN("cuMemHostUnregister", begin_housekeeping);
  NEED_CONTEXT("cuMemHostUnregister");
  return answer("cuMemHostUnregister", registrations.erase(memory) == 1 ? kOk : kNotRegistered);
}

int fake_device_pointer(address* pointer, void* memory, unsigned flags) {
  BEGIN("cuMemHostGetDevicePointer_v2", begin);
  NEED_CONTEXT("cuMemHostGetDevicePointer_v2");
  if (registrations.count(memory) == 0 || flags != 0) return answer("cuMemHostGetDevicePointer_v2", kInvalidValue);
  *pointer = 0x700000000000ULL;
  return answer("cuMemHostGetDevicePointer_v2", kOk);
}

int fake_allocate(address* pointer, size_t bytes) {
  BEGIN("cuMemAlloc_v2", begin_housekeeping);
  NEED_CONTEXT("cuMemAlloc_v2");
  if (bytes > size_t{8} << 30) return answer("cuMemAlloc_v2", 2, text("bytes=", bytes));
  // Real memory, so that a write beyond its end is seen by a sanitizer.
  *pointer = reinterpret_cast<address>(std::malloc(bytes));
  allocations[*pointer] = bytes;
  return answer("cuMemAlloc_v2", kOk, text("bytes=", bytes));
}

int fake_free(address pointer) {
  BEGIN("cuMemFree_v2", begin_housekeeping);
  NEED_CONTEXT("cuMemFree_v2");
  if (allocations.erase(pointer) == 0) return answer("cuMemFree_v2", kInvalidValue);
  std::free(reinterpret_cast<void*>(pointer));
  return answer("cuMemFree_v2", kOk);
}

int fake_memory_info(size_t* free_bytes, size_t* total) {
  BEGIN("cuMemGetInfo_v2", begin);
  NEED_CONTEXT("cuMemGetInfo_v2");
  *free_bytes = size_t{6} << 30;
  *total = size_t{8} << 30;
  return answer("cuMemGetInfo_v2", kOk);
}

bool is_within(address at, size_t bytes) {
  for (const auto& [begin, size] : allocations) {
    if (at >= begin && at + bytes <= begin + size) return true;
  }
  return false;
}

int fake_to_device(address to, const void* from, size_t bytes) {
  BEGIN("cuMemcpyHtoD_v2", begin_housekeeping);
  NEED_CONTEXT("cuMemcpyHtoD_v2");
  if (!is_within(to, bytes)) return answer("cuMemcpyHtoD_v2", kInvalidValue);
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return answer("cuMemcpyHtoD_v2", kOk, text("bytes=", bytes));
}

int fake_to_host(void* to, address from, size_t bytes) {
  BEGIN("cuMemcpyDtoH_v2", begin_housekeeping);
  NEED_CONTEXT("cuMemcpyDtoH_v2");
  if (!is_within(from, bytes)) return answer("cuMemcpyDtoH_v2", kInvalidValue);
  std::memcpy(to, reinterpret_cast<void*>(from), bytes);
  return answer("cuMemcpyDtoH_v2", kOk, text("bytes=", bytes));
}

int fake_to_device_async(address to, const void* from, size_t bytes, void* stream) {
  BEGIN("cuMemcpyHtoDAsync_v2", begin);
  NEED_CONTEXT("cuMemcpyHtoDAsync_v2");
  if (!is_within(to, bytes) || streams.count(static_cast<stream_state*>(stream)) == 0) {
    return answer("cuMemcpyHtoDAsync_v2", kInvalidValue);
  }
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return answer("cuMemcpyHtoDAsync_v2", kOk, text("bytes=", bytes));
}

int fake_to_host_async(void* to, address from, size_t bytes, void* stream) {
  BEGIN("cuMemcpyDtoHAsync_v2", begin);
  NEED_CONTEXT("cuMemcpyDtoHAsync_v2");
  if (!is_within(from, bytes) || streams.count(static_cast<stream_state*>(stream)) == 0) {
    return answer("cuMemcpyDtoHAsync_v2", kInvalidValue);
  }
  std::memcpy(to, reinterpret_cast<void*>(from), bytes);
  return answer("cuMemcpyDtoHAsync_v2", kOk, text("bytes=", bytes));
}

int fake_fill(address to, unsigned char value, size_t bytes, void* stream) {
  BEGIN("cuMemsetD8Async", begin_housekeeping);
  NEED_CONTEXT("cuMemsetD8Async");
  if (!is_within(to, bytes) || streams.count(static_cast<stream_state*>(stream)) == 0) {
    return answer("cuMemsetD8Async", kInvalidValue);
  }
  std::memset(reinterpret_cast<void*>(to), value, bytes);
  return answer("cuMemsetD8Async", kOk, text("bytes=", bytes, " value=", int{value}));
}

}

std::vector<entry> memory_entries() {
  return {
      {"cuMemHostRegister", 6050, as_pointer(fake_register)},
      {"cuMemHostUnregister", 4000, as_pointer(fake_unregister)},
      {"cuMemHostGetDevicePointer", 3020, as_pointer(fake_device_pointer)},
      {"cuMemAlloc", 3020, as_pointer(fake_allocate)},
      {"cuMemFree", 3020, as_pointer(fake_free)},
      {"cuMemGetInfo", 3020, as_pointer(fake_memory_info)},
      {"cuMemcpyHtoD", 3020, as_pointer(fake_to_device)},
      {"cuMemcpyDtoH", 3020, as_pointer(fake_to_host)},
      {"cuMemcpyHtoDAsync", 3020, as_pointer(fake_to_device_async)},
      {"cuMemcpyDtoHAsync", 3020, as_pointer(fake_to_host_async)},
      {"cuMemsetD8Async", 3020, as_pointer(fake_fill)},
  };
}

}
