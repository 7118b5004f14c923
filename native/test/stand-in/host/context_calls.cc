// The driver's entry points on contexts.
#include "call.h"
#include "context.h"
#include "device.h"
#include "faults.h"
#include "handles.h"
#include "journal.h"
#include "memory.h"
#include "module.h"
#include "stream.h"

namespace standin {

namespace {

std::shared_ptr<context> make_context(device& on, bool is_primary) {
  handle_signals();
  auto made = std::make_shared<context>(on);
  made->is_primary = is_primary;
  made->null_stream = std::make_shared<stream>(*made, true, true);
  made->self = handles().contexts.add(made);
  return made;
}

/// With everything in it. Its kernels have ended, or end because it has failed.
void destroy(const std::shared_ptr<context>& c, driver_lock& lock) {
  c->is_destroyed = true;
  handles().contexts.remove(c->self);
  const auto is_own = [&](const auto& each) { return &each.owner() == c.get(); };
  handles().functions.remove_if([&](const function& each) { return &each.module->owner() == c.get(); });
  handles().events.remove_if([&](const event& each) { return each.owner == c.get(); });
  std::vector<std::shared_ptr<stream>> streams{c->null_stream};
  for (const auto& weak : c->streams)
    if (auto each = weak.lock()) streams.push_back(std::move(each));
  // Their threads may be waiting for this lock.
  lock.unlock();
  for (const auto& each : streams) wait_for(each->end());
  lock.lock();
  handles().streams.remove_if(is_own);
  handles().modules.remove_if(is_own);
  release_memory(*c);
  c->drain_prints();
  for (const auto& each : streams) each->close();
  lock.unlock();
  streams.clear();
  c->null_stream = nullptr;
  lock.lock();
}

/// A driver waits for the kernels of a context that it destroys; those of one that has failed have ended.
result destroy_when_empty(const std::shared_ptr<context>& c, driver_lock& lock) {
  if (c->fault() == 0) {
    const result code = wait_for_kernels(*c, lock);
    if (code != kSuccess && c->fault() == 0) return code;
  }
  destroy(c, lock);
  return kSuccess;
}

result reset_primary(device& d, driver_lock& lock) {
  if (d.primary == nullptr) return kSuccess;
  const auto c = d.primary;
  if (const result code = destroy_when_empty(c, lock)) return code;
  if (d.primary == c) d.primary = nullptr;
  return kSuccess;
}

template <class F>
result with_device(const char* name, int handle, F body) {
  return driver_call(name, needs::driver, [&](driver_lock& lock) -> result {
    device* d = find_device(handle);
    if (d == nullptr) return refuse(kInvalidDevice, "%d is no device (did you pass an ordinal?)", handle);
    return body(*d, lock);
  });
}

}

RING_EXPORT result cuDevicePrimaryCtxRetain(handle* answer, int handle) {
  return with_device("cuDevicePrimaryCtxRetain", handle, [&](device& d, driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the context is null");
    if (d.primary != nullptr && d.primary->fault() != 0)
      return refuse(d.primary->fault(), "the primary context has failed before: reset it, or end the process");
    if (d.primary == nullptr) d.primary = make_context(d, true);
    d.primary_references += 1;
    *answer = d.primary->self;
    return kSuccess;
  });
}

RING_EXPORT result cuDevicePrimaryCtxRelease_v2(int handle) {
  return with_device("cuDevicePrimaryCtxRelease_v2", handle, [&](device& d, driver_lock& lock) -> result {
    if (d.primary_references == 0)
      return refuse(kInvalidContext, "the primary context is released more often than it was retained");
    if (d.primary_references == 1)
      if (const result code = reset_primary(d, lock)) return code;
    d.primary_references -= 1;
    return kSuccess;
  });
}

RING_EXPORT result cuDevicePrimaryCtxSetFlags_v2(int handle, unsigned flags) {
  return with_device("cuDevicePrimaryCtxSetFlags_v2", handle, [&](device&, driver_lock&) -> result {
    if ((flags & ~0xffu) != 0 || (flags & 7) == 3) return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    return kSuccess;
  });
}

RING_EXPORT result cuDevicePrimaryCtxReset_v2(int handle) {
  return with_device("cuDevicePrimaryCtxReset_v2", handle,
                     [&](device& d, driver_lock& lock) -> result { return reset_primary(d, lock); });
}

RING_EXPORT result cuCtxCreate_v2(handle* answer, unsigned flags, int handle) {
  return with_device("cuCtxCreate_v2", handle, [&](device& d, driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the context is null");
    if ((flags & ~0xffu) != 0 || (flags & 7) == 3) return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    *answer = make_context(d, false)->self;
    set_current_context(*answer);
    return kSuccess;
  });
}

RING_EXPORT result cuCtxDestroy_v2(handle which) {
  return driver_call("cuCtxDestroy_v2", needs::driver, [&](driver_lock& lock) -> result {
    const auto c = handles().contexts.find(which);
    if (c == nullptr) return refuse(kInvalidContext, "%p is no context (or was destroyed before)", which);
    if (c->is_primary) return refuse(kInvalidContext, "a primary context is released, not destroyed");
    if (const result code = destroy_when_empty(c, lock)) return code;
    if (current_context_handle() == which) set_current_context(nullptr);
    return kSuccess;
  });
}

RING_EXPORT result cuCtxSetCurrent(handle which) {
  return driver_call("cuCtxSetCurrent", needs::driver, [&](driver_lock&) -> result {
    if (which != nullptr && handles().contexts.find(which) == nullptr)
      return refuse(kInvalidContext, "%p is no context (or was destroyed before)", which);
    set_current_context(which);
    return kSuccess;
  });
}

RING_EXPORT result cuCtxGetCurrent(handle* answer) {
  return driver_call("cuCtxGetCurrent", needs::driver, [&](driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the context is null");
    *answer = current_context_handle();
    return kSuccess;
  });
}

RING_EXPORT result cuCtxGetDevice(int* answer) {
  return context_call("cuCtxGetDevice", [&](context& c, driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the device is null");
    *answer = kFirstDevice + c.on().ordinal();
    return kSuccess;
  });
}

RING_EXPORT result cuCtxSynchronize() {
  return context_call("cuCtxSynchronize", [&](context&, driver_lock& lock) -> result {
    const auto c = current_context();
    std::vector<stream_place> ends{c->null_stream->end()};
    for (const auto& weak : c->streams)
      if (const auto each = weak.lock()) ends.push_back(each->end());
    lock.unlock();
    for (const stream_place& each : ends) wait_for(each);
    c->drain_prints();
    lock.lock();
    return c->fault() == 0 ? kSuccess : refuse(c->fault(), "a kernel has failed");
  });
}

RING_EXPORT result cuCtxSetLimit(int limit, size_t value) {
  return context_call("cuCtxSetLimit", [&](context& c, driver_lock& lock) -> result {
    if (!c.limits.contains(limit)) return refuse(kInvalidValue, "there is no limit %d", limit);
    if (const result code = wait_for_kernels(c, lock)) return code;
    c.limits[limit] = value;
    return kSuccess;
  });
}

RING_EXPORT result cuCtxGetLimit(size_t* value, int limit) {
  return context_call("cuCtxGetLimit", [&](context& c, driver_lock&) -> result {
    if (value == nullptr) return refuse(kInvalidValue, "the place for the limit is null");
    if (!c.limits.contains(limit)) return refuse(kInvalidValue, "there is no limit %d", limit);
    *value = c.limits[limit];
    return kSuccess;
  });
}

}
