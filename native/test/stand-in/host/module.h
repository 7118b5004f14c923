// Modules: a copy of the program's library for each load, so that each has its own variables.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../device/module_abi.h"
#include "cuda_types.h"
#include "image.h"

namespace standin {

using namespace ring_standin;

class context;

class loaded_module {
 public:
  /// Nullptr, and why, where it cannot be loaded.
  static std::shared_ptr<loaded_module> load(context& owner, const image& what, std::string& why);
  ~loaded_module();
  loaded_module(const loaded_module&) = delete;
  loaded_module& operator=(const loaded_module&) = delete;

  context& owner() const { return *owner_; }
  const std::string& target() const { return target_; }

  const kernel_record* find_kernel(const std::string& name) const;
  /// Of a `__device__` or `__constant__` variable; false when there is none.
  bool find_variable(const char* name, void*& address, size_t& bytes) const;
  /// Of its `__shared__` variables, all kernels' together.
  unsigned shared_bytes() const { return shared_bytes_; }

  /// The calling host thread's.
  const thread_view** current() const { return info_->current(); }
  /// Whether the bytes are some `__shared__` variable of the calling host thread's block.
  bool owns_shared(const volatile void* p, size_t bytes) const;

 private:
  loaded_module() = default;
  bool read(std::string& why);

  context* owner_ = nullptr;
  void* library_ = nullptr;
  unsigned long load_address_ = 0;
  const module_info* info_ = nullptr;
  std::string target_;
  std::map<std::string, const kernel_record*> kernels_;
  unsigned shared_bytes_ = 0;
  std::map<const void*, size_t> writable_;
};

struct function {
  std::shared_ptr<loaded_module> module;
  const kernel_record* kernel;
  std::string name;
  /// What CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES allows.
  unsigned max_dynamic_shared;
};

/// Where a kernel finds its parameters, one after the other at its alignment.
std::vector<size_t> parameter_offsets_of(const kernel_record& kernel);

/// The function of this handle, which must be the context's.
result find_function(context& c, handle which, std::shared_ptr<function>& found);

const services& device_services();

}
