// Modules, their functions, and launches of these.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "driver/cuda_types.h"
#include "runtime/launch_board.h"
#include "runtime/memory.h"
#include "runtime/resource.h"

namespace ring {

class cuda_module final : public resource {
 public:
  /// `image`: PTX, cubin or fatbin. What the driver's own compiler says goes to `log`, also when it fails.
  /// Housekeeping.
  static result<std::shared_ptr<cuda_module>> load(const std::shared_ptr<context>& owner, std::vector<std::byte> image,
                                                   std::string& log);
  cuda_module(std::shared_ptr<context> owner, cuda_module_handle handle)
      : resource(std::move(owner), nullptr), handle_(handle) {}

  resource_kind kind() const override { return resource_kind::module; }
  cuda_module_handle handle() const { return handle_; }

 private:
  outcome free() override;

  const cuda_module_handle handle_;
};

/// A `__device__` or `__constant__` variable. Housekeeping.
result<std::shared_ptr<device_memory>> find_variable(const std::shared_ptr<cuda_module>& of, const std::string& name);

struct function_figures {
  int max_threads_per_block = 0;
  /// Static `__shared__` memory of a block.
  int shared_bytes = 0;
  int const_bytes = 0;
  /// Of a thread.
  int local_bytes = 0;
  /// Of a thread.
  int register_count = 0;
  /// 10 × major + minor.
  int ptx_version = 0;
  int binary_version = 0;
};

class cuda_function final : public resource {
 public:
  /// Housekeeping: code that is loaded lazily is loaded here.
  static result<std::shared_ptr<cuda_function>> find(const std::shared_ptr<cuda_module>& of, const std::string& name);
  cuda_function(const std::shared_ptr<cuda_module>& of, std::string name, cuda_function_handle handle);

  resource_kind kind() const override { return resource_kind::function; }
  const std::string& name() const { return name_; }
  const function_figures& figures() const { return figures_; }
  cuda_function_handle handle() const { return handle_; }

  /// How many blocks one multiprocessor holds when it holds nothing else.
  result<int> ask_occupancy(int block_threads, size_t dynamic_shared_bytes);

  /// Allows launches so much dynamic shared memory.
  outcome allow_shared_bytes(size_t bytes);

 private:
  outcome free() override { return std::nullopt; }
  outcome read_figures();

  const std::string name_;
  const cuda_function_handle handle_;
  function_figures figures_;
  size_t allowed_shared_bytes_ = 0;
};

/// The address of a memory, to be written into parameters: JavaScript knows no addresses.
struct address_patch {
  size_t at = 0;
  std::shared_ptr<memory> of;
  size_t offset = 0;
};

struct launch_request {
  std::shared_ptr<cuda_function> what;
  std::array<uint32_t, 3> grid{1, 1, 1};
  std::array<uint32_t, 3> block{1, 1, 1};
  size_t dynamic_shared_bytes = 0;
  /// All blocks are on the device together, and none leaves before it is asked to.
  bool is_resident = false;
  /// Its blocks wait for each other.
  bool is_cooperative = false;
  /// The parameters one after the other, each at its offset.
  std::vector<std::byte> parameters;
  std::vector<size_t> parameter_offsets;
  std::vector<address_patch> addresses;
  std::function<void(launch_end)> on_end;
};

/// Gives the launch's number.
result<uint64_t> launch(launch_request request);

}
