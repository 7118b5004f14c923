// Memory that the GPU reaches: host memory that was registered, memory of its own, and variables of modules.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "driver/cuda_types.h"
#include "runtime/resource.h"

namespace ring {

class memory : public resource {
 public:
  memory(std::shared_ptr<context> owner, std::shared_ptr<resource> parent, cuda_address address, size_t bytes)
      : resource(std::move(owner), std::move(parent)), address_(address), bytes_(bytes) {}

  cuda_address address() const { return address_; }
  size_t bytes() const { return bytes_; }

 private:
  const cuda_address address_;
  const size_t bytes_;
};

/// Pinned, and mapped for the GPU. Whoever registers it keeps it until it is released: the GPU reads and writes it.
class host_memory final : public memory {
 public:
  /// Housekeeping.
  static result<std::shared_ptr<host_memory>> register_range(const std::shared_ptr<context>& owner, std::byte* begin,
                                                             size_t bytes);
  /// What another GPU's context has registered, for this one's kernels. Housekeeping.
  static result<std::shared_ptr<host_memory>> map(const std::shared_ptr<context>& owner,
                                                  const std::shared_ptr<host_memory>& registered);
  host_memory(std::shared_ptr<context> owner, std::shared_ptr<host_memory> registered, std::byte* begin,
              cuda_address address, size_t bytes)
      : memory(std::move(owner), registered, address, bytes), registered_(std::move(registered)), begin_(begin) {}

  resource_kind kind() const override { return resource_kind::host_memory; }
  std::byte* begin() const { return begin_; }

 private:
  outcome may_go() const override;
  outcome free() override;

  /// Another context's, of which this is a view.
  const std::shared_ptr<host_memory> registered_;
  std::byte* const begin_;
  /// Other contexts that map it.
  std::atomic<int> views_ = 0;
};

class device_memory final : public memory {
 public:
  /// Zeroed. Housekeeping.
  static result<std::shared_ptr<device_memory>> allocate(const std::shared_ptr<context>& owner, size_t bytes);
  /// A variable, which belongs to its module.
  device_memory(std::shared_ptr<context> owner, std::shared_ptr<resource> parent, cuda_address address, size_t bytes)
      : memory(std::move(owner), parent, address, bytes), is_variable_(parent != nullptr) {}

  resource_kind kind() const override { return resource_kind::device_memory; }
  bool is_variable() const { return is_variable_; }

 private:
  outcome free() override;

  const bool is_variable_;
};

/// A part of a memory.
struct memory_range {
  std::shared_ptr<memory> of;
  size_t offset = 0;
  size_t bytes = 0;
};

/// Between the host's bytes and the device's. Housekeeping: the driver may wait for other work.
outcome write_memory(const device_memory& to, size_t offset, const std::vector<std::byte>& bytes);
result<std::vector<std::byte>> read_memory(const device_memory& from, size_t offset, size_t bytes);
/// All bytes of the range become `value`. Housekeeping: it may run as a kernel, which finds no room beside others.
outcome fill_memory(const device_memory& to, size_t offset, size_t bytes, unsigned char value);

/// Between registered memory and the device's own, in either direction. May be done while kernels are resident: pinned
/// memory is copied by an engine of its own.
outcome copy_memory(const memory_range& from, const memory_range& to);

}
