#include "runtime/device_info.h"

#include <cstdio>
#include <iterator>

namespace ring {

namespace {

struct number_entry {
  device_attribute attribute;
  int device_info::* target;
};

constexpr number_entry kNumbers[] = {
    {device_attribute::compute_capability_major, &device_info::compute_major},
    {device_attribute::compute_capability_minor, &device_info::compute_minor},
    {device_attribute::multiprocessor_count, &device_info::multiprocessor_count},
    {device_attribute::warp_size, &device_info::warp_size},
    {device_attribute::max_threads_per_block, &device_info::max_threads_per_block},
    {device_attribute::max_threads_per_multiprocessor, &device_info::max_threads_per_multiprocessor},
    {device_attribute::max_shared_memory_per_multiprocessor, &device_info::shared_bytes_per_multiprocessor},
    {device_attribute::max_shared_memory_per_block_optin, &device_info::shared_bytes_per_block},
};

struct flag_entry {
  device_attribute attribute;
  bool device_info::* target;
};

constexpr flag_entry kFlags[] = {
    {device_attribute::kernel_exec_timeout, &device_info::has_kernel_timeout},
    {device_attribute::integrated, &device_info::is_integrated},
    {device_attribute::can_map_host_memory, &device_info::can_map_host_memory},
    {device_attribute::host_register_supported, &device_info::can_register_host_memory},
    {device_attribute::unified_addressing, &device_info::has_unified_addressing},
    {device_attribute::host_native_atomic_supported, &device_info::has_host_native_atomics},
    {device_attribute::cooperative_launch, &device_info::has_cooperative_launch},
    {device_attribute::compute_preemption_supported, &device_info::has_compute_preemption},
    {device_attribute::concurrent_kernels, &device_info::has_concurrent_kernels},
};

std::string pci_address(int domain, int bus, int device) {
  char text[32];
  // A GPU is its device's function 0.
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.0", static_cast<unsigned>(domain), static_cast<unsigned>(bus),
                static_cast<unsigned>(device));
  return text;
}

}

result<device_info> read_device_info(const cuda_driver& driver, cuda_device_handle device, int ordinal) {
  device_info info;
  info.ordinal = ordinal;
  char name[256] = {};
  if (auto error = RING_CALL(driver, cuDeviceGetName, name, static_cast<int>(sizeof name) - 1, device)) {
    return cuda_failure(std::move(*error));
  }
  info.name = name;
  size_t bytes = 0;
  if (auto error = RING_CALL(driver, cuDeviceTotalMem_v2, &bytes, device)) return cuda_failure(std::move(*error));
  info.memory_bytes = bytes;
  for (const number_entry& entry : kNumbers) {
    if (auto error = RING_CALL(driver, cuDeviceGetAttribute, &(info.*entry.target), entry.attribute, device)) {
      return cuda_failure(std::move(*error));
    }
  }
  for (const flag_entry& entry : kFlags) {
    int value = 0;
    if (auto error = RING_CALL(driver, cuDeviceGetAttribute, &value, entry.attribute, device)) {
      return cuda_failure(std::move(*error));
    }
    info.*entry.target = value != 0;
  }
  int is_shared = 0;
  // Older drivers do not know the attribute.
  if (!RING_CALL(driver, cuDeviceGetAttribute, &is_shared, device_attribute::mps_enabled, device)) {
    info.is_shared_by_mps = is_shared != 0;
  }
  int place[3] = {};
  const device_attribute parts[3] = {device_attribute::pci_domain_id, device_attribute::pci_bus_id,
                                     device_attribute::pci_device_id};
  for (size_t part = 0; part < std::size(parts); part++) {
    if (auto error = RING_CALL(driver, cuDeviceGetAttribute, &place[part], parts[part], device)) {
      return cuda_failure(std::move(*error));
    }
  }
  info.pci_address = pci_address(place[0], place[1], place[2]);
  return info;
}

}
