// The driver's entry points on modules and their functions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "call.h"
#include "context.h"
#include "device.h"
#include "handles.h"
#include "journal.h"
#include "module.h"
#include "occupancy_of.h"
#include "settings.h"

namespace standin {

namespace {

enum : int { kInfoLog = 3, kInfoLogBytes = 4, kErrorLog = 5, kErrorLogBytes = 6, kLastJitOption = 33 };

/// Where the caller wants to read what went wrong.
struct error_log {
  char* text = nullptr;
  size_t bytes = 0;

  void write(const std::string& message) const {
    if (text != nullptr && bytes > 0) std::snprintf(text, bytes, "%s", message.c_str());
  }
};

result read_options(unsigned count, const int* names, void** values, error_log& log) {
  if (count != 0 && (names == nullptr || values == nullptr)) return refuse(kInvalidValue, "the options are null");
  for (unsigned i = 0; i < count; ++i) {
    if (names[i] < 0 || names[i] > kLastJitOption) return refuse(kInvalidValue, "there is no option %d", names[i]);
    if (names[i] == kErrorLog) log.text = static_cast<char*>(values[i]);
    if (names[i] == kErrorLogBytes) log.bytes = reinterpret_cast<size_t>(values[i]);
    if (names[i] == kInfoLog && values[i] != nullptr) *static_cast<char*>(values[i]) = '\0';
  }
  return kSuccess;
}

/// Whether the device runs code for this architecture.
result check_target(const device& on, bool is_ptx, int target) {
  const int compute = on.compute();
  if (is_ptx && target > compute) return refuse(kInvalidPtx, "PTX for sm_%d, and the device is sm_%d", target, compute);
  if (!is_ptx && (target / 10 != compute / 10 || target > compute))
    return refuse(kNoBinaryForGpu, "a cubin for sm_%d, and the device is sm_%d", target, compute);
  return kSuccess;
}

result load_image(context& c, const void* bytes, const error_log& log, std::shared_ptr<loaded_module>& module) {
  std::string why;
  const auto found = read_image(bytes, why);
  if (!found) {
    log.write(why);
    return refuse(kInvalidImage, "%s", why.c_str());
  }
  const int driver = static_cast<int>(settings::get().number("driver"));
  if (found->is_ptx && found->ptx_version > ptx_version_of(driver)) {
    log.write("Unsupported .version; current version is older");
    return refuse(kUnsupportedPtxVersion, "PTX %d.%d is newer than the driver", found->ptx_version / 10,
                  found->ptx_version % 10);
  }
  module = loaded_module::load(c, *found, why);
  if (module == nullptr) {
    log.write(why);
    return refuse(kInvalidImage, "%s", why.c_str());
  }
  const size_t digits = module->target().find('_') + 1;
  return check_target(c.on(), found->is_ptx, std::atoi(module->target().c_str() + digits));
}

template <class F>
result with_module(const char* name, handle which, F body) {
  return context_call(name, [&](context& c, driver_lock& lock) -> result {
    const auto m = handles().modules.find(which);
    if (m == nullptr) return refuse(kInvalidHandle, "%p is no module (or was unloaded before)", which);
    if (&m->owner() != &c) return refuse(kInvalidHandle, "the module is another context's");
    return body(c, m, lock);
  });
}

}

RING_EXPORT result cuModuleLoadDataEx(handle* answer, const void* bytes, unsigned count, int* options, void** values) {
  return context_call("cuModuleLoadDataEx", [&](context& c, driver_lock& lock) -> result {
    if (answer == nullptr || bytes == nullptr) return refuse(kInvalidValue, "an address is null");
    error_log log;
    if (const result code = read_options(count, options, values, log)) return code;
    if (const result code = wait_for_kernels(c, lock)) return code;
    std::shared_ptr<loaded_module> module;
    if (const result code = load_image(c, bytes, log, module)) return code;
    c.drain_prints();
    *answer = handles().modules.add(std::move(module));
    return kSuccess;
  });
}

RING_EXPORT result cuModuleLoadData(handle* answer, const void* bytes) {
  return cuModuleLoadDataEx(answer, bytes, 0, nullptr, nullptr);
}

RING_EXPORT result cuModuleUnload(handle which) {
  return with_module("cuModuleUnload", which,
                     [&](context& c, const std::shared_ptr<loaded_module>& m, driver_lock& lock) -> result {
                       if (const result code = wait_for_kernels(c, lock)) return code;
                       c.drain_prints();
                       handles().functions.remove_if([&](const function& each) { return each.module == m; });
                       handles().modules.remove(which);
                       return kSuccess;
                     });
}

RING_EXPORT result cuModuleGetFunction(handle* answer, handle which, const char* name) {
  return with_module("cuModuleGetFunction", which,
                     [&](context&, const std::shared_ptr<loaded_module>& m, driver_lock&) -> result {
                       if (answer == nullptr || name == nullptr) return refuse(kInvalidValue, "an address is null");
                       const kernel_record* kernel = m->find_kernel(name);
                       if (kernel == nullptr) return refuse(kNotFound, "the module has no kernel '%s'", name);
                       *answer = handles().functions.add(
                           std::make_shared<function>(function{m, kernel, name, kSharedPerBlock - m->shared_bytes()}));
                       return kSuccess;
                     });
}

RING_EXPORT result cuModuleGetGlobal_v2(device_pointer* address, size_t* bytes, handle which, const char* name) {
  return with_module("cuModuleGetGlobal_v2", which,
                     [&](context&, const std::shared_ptr<loaded_module>& m, driver_lock&) -> result {
                       if (name == nullptr) return refuse(kInvalidValue, "the name is null");
                       void* found = nullptr;
                       size_t size = 0;
                       if (!m->find_variable(name, found, size))
                         return refuse(kNotFound, "the module has no variable '%s'", name);
                       if (address != nullptr) *address = reinterpret_cast<device_pointer>(found);
                       if (bytes != nullptr) *bytes = size;
                       return kSuccess;
                     });
}

RING_EXPORT result cuFuncGetAttribute(int* value, int attribute, handle which) {
  return context_call("cuFuncGetAttribute", [&](context& c, driver_lock&) -> result {
    if (value == nullptr) return refuse(kInvalidValue, "the place for the value is null");
    std::shared_ptr<function> f;
    if (const result code = find_function(c, which, f)) return code;
    const int target = f->module->owner().on().compute();
    const int values[] = {static_cast<int>(max_threads_of(*f)),
                          static_cast<int>(f->module->shared_bytes()),
                          0,
                          0,
                          static_cast<int>(registers_of(*f)),
                          target,
                          target,
                          0,
                          static_cast<int>(f->max_dynamic_shared),
                          -1};
    if (attribute < 0 || attribute >= static_cast<int>(std::size(values)))
      return refuse(kInvalidValue, "there is no attribute %d", attribute);
    *value = values[attribute];
    return kSuccess;
  });
}

RING_EXPORT result cuFuncSetAttribute(handle which, int attribute, int value) {
  return context_call("cuFuncSetAttribute", [&](context& c, driver_lock&) -> result {
    constexpr int kMaxDynamicShared = 8, kCarveout = 9;
    std::shared_ptr<function> f;
    if (const result code = find_function(c, which, f)) return code;
    if (attribute == kCarveout) return kSuccess;
    if (attribute != kMaxDynamicShared) return refuse(kInvalidValue, "attribute %d cannot be set", attribute);
    if (value < 0 || static_cast<unsigned>(value) > kSharedPerBlockOptIn - f->module->shared_bytes())
      return refuse(kInvalidValue, "no block can have %d bytes of dynamic shared memory", value);
    f->max_dynamic_shared = static_cast<unsigned>(value);
    return kSuccess;
  });
}

RING_EXPORT result cuFuncGetParamInfo(handle which, size_t index, size_t* offset, size_t* bytes) {
  return context_call("cuFuncGetParamInfo", [&](context& c, driver_lock&) -> result {
    if (offset == nullptr) return refuse(kInvalidValue, "the place for the offset is null");
    std::shared_ptr<function> f;
    if (const result code = find_function(c, which, f)) return code;
    // How a caller learns how many there are: nothing is wrong with it.
    if (index >= f->kernel->parameter_count) return kInvalidValue;
    *offset = parameter_offsets_of(*f->kernel)[index];
    if (bytes != nullptr) *bytes = f->kernel->parameter_bytes[index];
    return kSuccess;
  });
}

/// Modules are loaded whole here; what is asked for is told nevertheless, as by a driver.
RING_EXPORT result cuModuleGetLoadingMode(int* mode) {
  return driver_call("cuModuleGetLoadingMode", needs::driver, [&](driver_lock&) -> result {
    enum : int { kEager = 1, kLazy = 2 };
    if (mode == nullptr) return refuse(kInvalidValue, "the place for the mode is null");
    const char* wanted = std::getenv("CUDA_MODULE_LOADING");
    *mode = wanted != nullptr && std::string(wanted) == "EAGER" ? kEager : kLazy;
    return kSuccess;
  });
}

}
