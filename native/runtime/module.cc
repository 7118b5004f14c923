#include "runtime/module.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "runtime/context.h"

namespace ring {

namespace {

constexpr size_t kLogBytes = 1 << 16;

struct log_buffers {
  std::vector<char> info = std::vector<char>(kLogBytes);
  std::vector<char> errors = std::vector<char>(kLogBytes);

  /// Both as one text; the driver ends each with a NUL, and the last byte is one in any case.
  std::string text() {
    info.back() = errors.back() = '\0';
    std::string all = errors.data();
    if (!all.empty() && info.front() != '\0') all += '\n';
    return all + info.data();
  }
};

}

result<std::shared_ptr<cuda_module>> cuda_module::load(const std::shared_ptr<context>& owner,
                                                       std::vector<std::byte> image, std::string& log) {
  if (outcome why = owner->begin_housekeeping("loadModule")) return std::move(*why);
  // PTX is read up to a NUL; a cubin has its own length, and does not mind.
  image.push_back(std::byte{0});
  log_buffers logs;
  jit_option options[] = {jit_option::info_log_buffer, jit_option::info_log_buffer_size_bytes,
                          jit_option::error_log_buffer, jit_option::error_log_buffer_size_bytes};
  // A number is passed in the pointer's place.
  void* size = reinterpret_cast<void*>(kLogBytes - 1);
  void* values[] = {logs.info.data(), size, logs.errors.data(), size};
  cuda_module_handle handle = nullptr;
  const void* bytes = image.data();
  std::optional<call_error> error =
      RING_CALL(owner->driver(), cuModuleLoadDataEx, &handle, bytes, static_cast<unsigned>(std::size(options)),
                static_cast<jit_option*>(options), static_cast<void**>(values));
  log = logs.text();
  if (error) return owner->note(std::move(*error), log);
  auto made = std::make_shared<cuda_module>(owner, handle);
  owner->adopt(made);
  return made;
}

outcome cuda_module::free() { return owner().check(RING_CALL(owner().driver(), cuModuleUnload, handle_)); }

result<std::shared_ptr<device_memory>> find_variable(const std::shared_ptr<cuda_module>& of, const std::string& name) {
  context& owner = of->owner();
  if (outcome why = owner.begin_housekeeping("getGlobal")) return std::move(*why);
  if (of->is_released()) return RING_REFUSE("getGlobal", "RING_STALE_HANDLE", programmer, "the module is released");
  cuda_address address = 0;
  size_t bytes = 0;
  if (auto error = RING_CALL(owner.driver(), cuModuleGetGlobal_v2, &address, &bytes, of->handle(), name.c_str())) {
    return owner.note(std::move(*error), "no variable " + name + " in the module");
  }
  auto made = std::make_shared<device_memory>(of->shared_owner(), of, address, bytes);
  owner.adopt(made);
  return made;
}

cuda_function::cuda_function(const std::shared_ptr<cuda_module>& of, std::string name, cuda_function_handle handle)
    : resource(of->shared_owner(), of), name_(std::move(name)), handle_(handle) {}

result<std::shared_ptr<cuda_function>> cuda_function::find(const std::shared_ptr<cuda_module>& of,
                                                           const std::string& name) {
  context& owner = of->owner();
  if (outcome why = owner.begin_housekeeping("getFunction")) return std::move(*why);
  if (of->is_released()) return RING_REFUSE("getFunction", "RING_STALE_HANDLE", programmer, "the module is released");
  cuda_function_handle handle = nullptr;
  if (auto error = RING_CALL(owner.driver(), cuModuleGetFunction, &handle, of->handle(), name.c_str())) {
    return owner.note(std::move(*error), "no function " + name + " in the module");
  }
  auto made = std::make_shared<cuda_function>(of, name, handle);
  if (outcome why = made->read_figures()) return std::move(*why);
  if (outcome why = owner.reserve_local_bytes(static_cast<size_t>(std::max(made->figures().local_bytes, 0)))) {
    return std::move(*why);
  }
  // A multiprocessor divides its memory between cache and shared memory anew only when it is empty. All kernels ask for
  // the same division, so that those which are resident leave others what the budget counts on. To CUDA it is a hint,
  // and so it is here.
  const outcome why = owner.check(RING_CALL(owner.driver(), cuFuncSetAttribute, handle,
                                            function_attribute::preferred_shared_memory_carveout, kCarveoutMaxShared));
  if (why && why->kind == error_class::fatal) return *why;
  owner.adopt(made);
  return made;
}

outcome cuda_function::read_figures() {
  const struct {
    function_attribute attribute;
    int function_figures::* target;
  } entries[] = {
      {function_attribute::max_threads_per_block, &function_figures::max_threads_per_block},
      {function_attribute::shared_size_bytes, &function_figures::shared_bytes},
      {function_attribute::const_size_bytes, &function_figures::const_bytes},
      {function_attribute::local_size_bytes, &function_figures::local_bytes},
      {function_attribute::register_count, &function_figures::register_count},
      {function_attribute::ptx_version, &function_figures::ptx_version},
      {function_attribute::binary_version, &function_figures::binary_version},
  };
  for (const auto& entry : entries) {
    int* target = &(figures_.*entry.target);
    if (outcome why =
            owner().check(RING_CALL(owner().driver(), cuFuncGetAttribute, target, entry.attribute, handle_))) {
      return why;
    }
  }
  int allowed = 0;
  if (outcome why = owner().check(RING_CALL(owner().driver(), cuFuncGetAttribute, &allowed,
                                            function_attribute::max_dynamic_shared_size_bytes, handle_))) {
    return why;
  }
  allowed_shared_bytes_ = static_cast<size_t>(std::max(allowed, 0));
  return std::nullopt;
}

result<int> cuda_function::ask_occupancy(int block_threads, size_t dynamic_shared_bytes) {
  if (outcome why = owner().begin("occupancy")) return std::move(*why);
  if (is_released()) return RING_REFUSE("occupancy", "RING_STALE_HANDLE", programmer, "the function is released");
  if (outcome why = allow_shared_bytes(dynamic_shared_bytes)) return std::move(*why);
  int blocks = 0;
  if (outcome why = owner().check(RING_CALL(owner().driver(), cuOccupancyMaxActiveBlocksPerMultiprocessor, &blocks,
                                            handle_, block_threads, dynamic_shared_bytes))) {
    return std::move(*why);
  }
  return blocks;
}

outcome cuda_function::allow_shared_bytes(size_t bytes) {
  if (bytes <= allowed_shared_bytes_) return std::nullopt;
  const int most = owner().info().shared_bytes_per_block - figures_.shared_bytes;
  if (most < 0 || bytes > static_cast<size_t>(most)) {
    return RING_REFUSE("launch", "RING_DOES_NOT_FIT", resource,
                       name_ + " can have at most " + std::to_string(std::max(most, 0)) +
                           " bytes of dynamic shared memory, not " + std::to_string(bytes));
  }
  if (outcome why =
          owner().check(RING_CALL(owner().driver(), cuFuncSetAttribute, handle_,
                                  function_attribute::max_dynamic_shared_size_bytes, static_cast<int>(bytes)))) {
    return why;
  }
  allowed_shared_bytes_ = bytes;
  return std::nullopt;
}

}
