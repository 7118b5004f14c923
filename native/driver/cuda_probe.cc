#include "driver/cuda_probe.h"

#include <utility>

#include "driver/cuda_driver.h"

namespace ring {

namespace {

class cuda_probe {
 public:
  explicit cuda_probe(const std::vector<std::string>& libraries) {
    report_.load_failures = driver_.open(libraries);
    if (!driver_.library.is_open()) return;
    report_.path = driver_.library.path();
    int version = 0;
    if (succeeds(RING_CALL(driver_, cuDriverGetVersion, &version), report_.errors)) report_.version = version;
    int count = 0;
    if (!succeeds(RING_CALL(driver_, cuInit, 0U), report_.errors)) return;
    if (!succeeds(RING_CALL(driver_, cuDeviceGetCount, &count), report_.errors)) return;
    report_.devices.emplace();
    for (int ordinal = 0; ordinal < count; ordinal++) {
      cuda_device_handle device = 0;
      const bool is_there = succeeds(RING_CALL(driver_, cuDeviceGet, &device, ordinal), report_.errors);
      report_.devices->push_back(is_there ? ask_device(device) : cuda_device_report{});
    }
  }

  cuda_report take() { return std::move(report_); }

 private:
  cuda_device_report ask_device(cuda_device_handle device) {
    cuda_device_report found;
    char name[256] = {};
    if (succeeds(RING_CALL(driver_, cuDeviceGetName, name, static_cast<int>(sizeof name) - 1, device),
                 report_.errors)) {
      found.name = name;
    }
    size_t bytes = 0;
    if (succeeds(RING_CALL(driver_, cuDeviceTotalMem_v2, &bytes, device), report_.errors)) found.memory_bytes = bytes;
    found.compute_major = ask_attribute(device, device_attribute::compute_capability_major);
    found.compute_minor = ask_attribute(device, device_attribute::compute_capability_minor);
    found.multiprocessor_count = ask_attribute(device, device_attribute::multiprocessor_count);
    found.is_integrated = as_flag(ask_attribute(device, device_attribute::integrated));
    found.has_kernel_timeout = as_flag(ask_attribute(device, device_attribute::kernel_exec_timeout));
    int is_shared = 0;
    if (!RING_CALL(driver_, cuDeviceGetAttribute, &is_shared, device_attribute::mps_enabled, device)) {
      found.is_shared_by_mps = is_shared != 0;
    }
    return found;
  }

  std::optional<int> ask_attribute(cuda_device_handle device, device_attribute attribute) {
    int value = 0;
    if (!succeeds(RING_CALL(driver_, cuDeviceGetAttribute, &value, attribute, device), report_.errors))
      return std::nullopt;
    return value;
  }

  static std::optional<bool> as_flag(std::optional<int> value) {
    if (!value) return std::nullopt;
    return *value != 0;
  }

  cuda_driver driver_;
  cuda_report report_;
};

}

cuda_report probe_cuda(const std::vector<std::string>& libraries) { return cuda_probe(libraries).take(); }

}
