// The driver's entry points that copy to and from the device, and fill its memory.
#include <cstring>

#include "call.h"
#include "context.h"
#include "journal.h"
#include "memory.h"
#include "stream_calls.h"

namespace standin {

namespace {

result check_device(device_pointer p, size_t bytes) {
  if (bytes != 0 && !is_device_memory(reinterpret_cast<const void*>(p), bytes))
    return refuse(kInvalidValue, "0x%llx and %zu bytes from there on are not the device's memory", p, bytes);
  return kSuccess;
}

result check_copy(device_pointer p, const void* host, size_t bytes) {
  if (bytes != 0 && host == nullptr) return refuse(kInvalidValue, "the host's address is null");
  return check_device(p, bytes);
}

/// In the null stream, which waits for all blocking streams.
template <class F>
result do_now(context& c, driver_lock& lock, F work) {
  if (const result code = wait_for_kernels(c, lock, true)) return code;
  return wait_without_lock(current_context(), c.null_stream->put(work), lock);
}

template <class F>
result do_later(context& c, handle which, F work) {
  std::shared_ptr<stream> s;
  if (const result code = find_stream(c, which, s)) return code;
  s->put(work);
  return kSuccess;
}

}

RING_EXPORT result cuMemcpyHtoD_v2(device_pointer to, const void* from, size_t bytes) {
  return context_call("cuMemcpyHtoD_v2", [&](context& c, driver_lock& lock) -> result {
    if (const result code = check_copy(to, from, bytes)) return code;
    return do_now(c, lock, [=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
  });
}

RING_EXPORT result cuMemcpyDtoH_v2(void* to, device_pointer from, size_t bytes) {
  return context_call("cuMemcpyDtoH_v2", [&](context& c, driver_lock& lock) -> result {
    if (const result code = check_copy(from, to, bytes)) return code;
    return do_now(c, lock, [=] { std::memcpy(to, reinterpret_cast<const void*>(from), bytes); });
  });
}

RING_EXPORT result cuMemcpyHtoDAsync_v2(device_pointer to, const void* from, size_t bytes, handle stream) {
  return context_call("cuMemcpyHtoDAsync_v2", [&](context& c, driver_lock&) -> result {
    if (const result code = check_copy(to, from, bytes)) return code;
    return do_later(c, stream, [=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
  });
}

RING_EXPORT result cuMemcpyDtoHAsync_v2(void* to, device_pointer from, size_t bytes, handle stream) {
  return context_call("cuMemcpyDtoHAsync_v2", [&](context& c, driver_lock&) -> result {
    if (const result code = check_copy(from, to, bytes)) return code;
    return do_later(c, stream, [=] { std::memcpy(to, reinterpret_cast<const void*>(from), bytes); });
  });
}

RING_EXPORT result cuMemsetD8_v2(device_pointer to, unsigned char value, size_t bytes) {
  return context_call("cuMemsetD8_v2", [&](context& c, driver_lock& lock) -> result {
    if (const result code = check_device(to, bytes)) return code;
    return do_now(c, lock, [=] { std::memset(reinterpret_cast<void*>(to), value, bytes); });
  });
}

RING_EXPORT result cuMemsetD8Async(device_pointer to, unsigned char value, size_t bytes, handle stream) {
  return context_call("cuMemsetD8Async", [&](context& c, driver_lock&) -> result {
    if (const result code = check_device(to, bytes)) return code;
    return do_later(c, stream, [=] { std::memset(reinterpret_cast<void*>(to), value, bytes); });
  });
}

}
