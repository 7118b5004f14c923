#include "runtime/memory.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "runtime/context.h"

namespace ring {

namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

/// Longer than any copy takes; the copy goes on, but nobody waits for it any more.
constexpr std::chrono::seconds kCopyLimit{10};

outcome check_range(const char* call, const memory& of, size_t offset, size_t bytes) {
  if (of.is_released()) return RING_REFUSE(call, "RING_STALE_HANDLE", programmer, "the memory has been released");
  if (offset <= of.bytes() && bytes <= of.bytes() - offset) return std::nullopt;
  return RING_REFUSE(call, "RING_OUT_OF_RANGE", programmer,
                     std::to_string(bytes) + " bytes from " + std::to_string(offset) + " are not within " +
                         std::to_string(of.bytes()));
}

/// Asks instead of waiting in the driver, so that a copy that never ends does not take the thread along.
outcome await_copies(context& owner) {
  const auto started = steady_clock::now();
  microseconds pause{10};
  for (;;) {
    std::optional<call_error> error = RING_CALL(owner.driver(), cuStreamQuery, owner.launches().copy_stream());
    if (!error) return std::nullopt;
    if (error->code != kCudaNotReady) return owner.note(std::move(*error));
    if (steady_clock::now() - started > kCopyLimit) {
      return RING_REFUSE("copy", "RING_TIMEOUT", transient, "the copy has not ended within 10 s");
    }
    std::this_thread::sleep_for(pause);
    if (pause < microseconds{500}) pause *= 2;
  }
}

/// A process that forks and writes to a page gets a copy of it, and the GPU goes on with the one that it has pinned. A
/// child that becomes another program needs none of them. That it fails says nothing: a driver may do so itself.
void keep_from_children(std::byte* begin, size_t bytes) {
#if defined(__linux__)
  (void)madvise(begin, bytes, MADV_DONTFORK);
#else
  (void)begin, (void)bytes;
#endif
}

}

result<std::shared_ptr<host_memory>> host_memory::register_range(const std::shared_ptr<context>& owner,
                                                                 std::byte* begin, size_t bytes) {
  if (outcome why = owner->begin_housekeeping("registerMemory")) return std::move(*why);
  const cuda_driver& driver = owner->driver();
  const unsigned flags = kHostRegisterPortable | kHostRegisterDeviceMap;
  if (outcome why = owner->check(RING_CALL(driver, cuMemHostRegister_v2, static_cast<void*>(begin), bytes, flags))) {
    return std::move(*why);
  }
  cuda_address address = 0;
  if (outcome why =
          owner->check(RING_CALL(driver, cuMemHostGetDevicePointer_v2, &address, static_cast<void*>(begin), 0U))) {
    (void)RING_CALL(driver, cuMemHostUnregister, static_cast<void*>(begin));
    return std::move(*why);
  }
  keep_from_children(begin, bytes);
  auto made = std::make_shared<host_memory>(owner, nullptr, begin, address, bytes);
  owner->adopt(made);
  return made;
}

result<std::shared_ptr<host_memory>> host_memory::map(const std::shared_ptr<context>& owner,
                                                      const std::shared_ptr<host_memory>& registered) {
  if (outcome why = owner->begin_housekeeping("mapMemory")) return std::move(*why);
  if (registered->is_released()) {
    return RING_REFUSE("mapMemory", "RING_STALE_HANDLE", programmer, "the memory has been released");
  }
  cuda_address address = 0;
  void* begin = registered->begin();
  if (outcome why = owner->check(RING_CALL(owner->driver(), cuMemHostGetDevicePointer_v2, &address, begin, 0U))) {
    return std::move(*why);
  }
  auto made = std::make_shared<host_memory>(owner, registered, registered->begin(), address, registered->bytes());
  registered->views_ += 1;
  owner->adopt(made);
  return made;
}

outcome host_memory::may_go() const {
  if (views_ == 0) return std::nullopt;
  return RING_REFUSE("release", "RING_IN_USE", programmer, "another GPU's context maps the memory: close that first");
}

outcome host_memory::free() {
  if (registered_ != nullptr) {
    registered_->views_ -= 1;
    return std::nullopt;
  }
  return owner().check(RING_CALL(owner().driver(), cuMemHostUnregister, static_cast<void*>(begin_)));
}

result<std::shared_ptr<device_memory>> device_memory::allocate(const std::shared_ptr<context>& owner, size_t bytes) {
  if (outcome why = owner->begin_housekeeping("allocateMemory")) return std::move(*why);
  cuda_address address = 0;
  if (outcome why = owner->check(RING_CALL(owner->driver(), cuMemAlloc_v2, &address, bytes))) return std::move(*why);
  auto made = std::make_shared<device_memory>(owner, nullptr, address, bytes);
  owner->adopt(made);
  if (outcome why = fill_memory(*made, 0, bytes, 0)) {
    (void)owner->release(*made);
    return std::move(*why);
  }
  return made;
}

outcome device_memory::free() {
  if (is_variable_) return std::nullopt;
  return owner().check(RING_CALL(owner().driver(), cuMemFree_v2, address()));
}

outcome write_memory(const device_memory& to, size_t offset, const std::vector<std::byte>& bytes) {
  if (outcome why = to.owner().begin_housekeeping("writeMemory")) return why;
  if (outcome why = check_range("writeMemory", to, offset, bytes.size())) return why;
  if (bytes.empty()) return std::nullopt;
  const void* from = bytes.data();
  return to.owner().check(RING_CALL(to.owner().driver(), cuMemcpyHtoD_v2, to.address() + offset, from, bytes.size()));
}

result<std::vector<std::byte>> read_memory(const device_memory& from, size_t offset, size_t bytes) {
  if (outcome why = from.owner().begin_housekeeping("readMemory")) return std::move(*why);
  if (outcome why = check_range("readMemory", from, offset, bytes)) return std::move(*why);
  std::vector<std::byte> read(bytes);
  if (bytes == 0) return read;
  void* to = read.data();
  if (outcome why =
          from.owner().check(RING_CALL(from.owner().driver(), cuMemcpyDtoH_v2, to, from.address() + offset, bytes))) {
    return std::move(*why);
  }
  return read;
}

outcome fill_memory(const device_memory& to, size_t offset, size_t bytes, unsigned char value) {
  context& owner = to.owner();
  if (outcome why = owner.begin_housekeeping("fillMemory")) return why;
  if (outcome why = check_range("fillMemory", to, offset, bytes)) return why;
  if (bytes == 0) return std::nullopt;
  if (outcome why = owner.check(RING_CALL(owner.driver(), cuMemsetD8Async, to.address() + offset, value, bytes,
                                          owner.launches().copy_stream()))) {
    return why;
  }
  return await_copies(owner);
}

outcome copy_memory(const memory_range& from, const memory_range& to) {
  context& owner = from.of->owner();
  if (outcome why = owner.begin("copyMemory")) return why;
  for (const memory_range* range : {&from, &to}) {
    if (outcome why = check_range("copyMemory", *range->of, range->offset, range->bytes)) return why;
  }
  if (from.bytes == 0) return std::nullopt;
  const cuda_stream_handle stream = owner.launches().copy_stream();
  const auto* source = dynamic_cast<const host_memory*>(from.of.get());
  const auto* target = dynamic_cast<const host_memory*>(to.of.get());
  std::optional<call_error> error;
  if (source != nullptr) {
    const void* bytes = source->begin() + from.offset;
    error = RING_CALL(owner.driver(), cuMemcpyHtoDAsync_v2, to.of->address() + to.offset, bytes, from.bytes, stream);
  } else {
    void* bytes = target->begin() + to.offset;
    error =
        RING_CALL(owner.driver(), cuMemcpyDtoHAsync_v2, bytes, from.of->address() + from.offset, from.bytes, stream);
  }
  if (error) return owner.note(std::move(*error));
  return await_copies(owner);
}

}
