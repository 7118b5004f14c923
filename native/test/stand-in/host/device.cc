#include "device.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "call.h"
#include "journal.h"
#include "settings.h"

namespace standin {

device::device(int ordinal)
    : ordinal_(ordinal),
      multiprocessors_(static_cast<unsigned>(settings::get().number("sms"))),
      compute_(static_cast<int>(settings::get().number("compute"))),
      memory_bytes_(static_cast<size_t>(settings::get().number("memory_mb")) << 20),
      room_(multiprocessors_) {}

namespace {

struct attribute_value {
  int id;
  int value;
};

constexpr attribute_value kAttributes[] = {
    {1, kMaxThreadsPerBlock},
    {2, 1024},
    {3, 1024},
    {4, 64},
    {5, 2147483647},
    {6, 65535},
    {7, 65535},
    {8, kSharedPerBlock},
    {9, 65536},
    {10, 32},
    {11, 2147483647},
    {12, kRegistersPerMultiprocessor},
    {13, 1'000'000},
    {14, 512},
    {15, 1},
    {17, 0},
    {18, 0},
    {19, 1},
    {20, 0},
    {31, 1},
    {32, 0},
    {34, 0},
    {35, 0},
    {36, 1'000'000},
    {37, 4096},
    {38, 32 << 20},
    {39, kMaxThreadsPerMultiprocessor},
    {40, 2},
    {41, 1},
    {50, 0},
    {78, 1},
    {81, kSharedPerMultiprocessor},
    {82, kRegistersPerMultiprocessor},
    {83, 1},
    {84, 0},
    {86, 1},
    {88, 0},
    {89, 1},
    {90, 1},
    {91, 1},
    {95, 1},
    {96, 1},
    {97, kSharedPerBlockOptIn},
    {99, 1},
    {100, 0},
    {106, kMaxBlocksPerMultiprocessor},
    {111, kReservedSharedPerBlock},
    {113, 1},
    {133, 0},
};

std::vector<std::unique_ptr<device>>& all_devices() {
  static auto& instance = *new std::vector<std::unique_ptr<device>>([] {
    std::vector<std::unique_ptr<device>> made;
    for (int i = 0; i < settings::get().number("devices"); ++i) made.push_back(std::make_unique<device>(i));
    return made;
  }());
  return instance;
}

}

bool device::attribute(int id, int& value) const {
  if (settings::get().attribute(id, value)) return true;
  switch (id) {
    case 16:
      value = static_cast<int>(multiprocessors_);
      return true;
    case 33:
      value = ordinal_ + 1;
      return true;
    case 75:
      value = compute_ / 10;
      return true;
    case 76:
      value = compute_ % 10;
      return true;
    default:
      break;
  }
  const auto* found = std::ranges::find(kAttributes, id, &attribute_value::id);
  if (found == std::end(kAttributes)) return false;
  value = found->value;
  return true;
}

device* find_device(int handle) {
  auto& all = all_devices();
  const int ordinal = handle - kFirstDevice;
  return ordinal >= 0 && ordinal < static_cast<int>(all.size()) ? all[static_cast<size_t>(ordinal)].get() : nullptr;
}

int device_count() { return static_cast<int>(all_devices().size()); }

namespace {

/// For what is asked of one device.
template <class F>
result ask_device(const char* name, const void* answer, int handle, F answer_it) {
  return driver_call(name, needs::driver, [&](driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the answer is null");
    device* found = find_device(handle);
    if (found == nullptr) return refuse(kInvalidDevice, "%d is no device (did you pass an ordinal?)", handle);
    return answer_it(*found);
  });
}

}

RING_EXPORT result cuInit(unsigned flags) {
  return driver_call("cuInit", needs::nothing, [&](driver_lock&) -> result {
    if (flags != 0) return refuse(kInvalidValue, "flags must be 0");
    if (device_count() == 0) return refuse(kNoDevice, "the settings ask for no device");
    set_initialized();
    return kSuccess;
  });
}

RING_EXPORT result cuDriverGetVersion(int* version) {
  return driver_call("cuDriverGetVersion", needs::nothing, [&](driver_lock&) -> result {
    if (version == nullptr) return refuse(kInvalidValue, "the place for the version is null");
    *version = static_cast<int>(settings::get().number("driver"));
    return kSuccess;
  });
}

RING_EXPORT result cuGetErrorName(int code, const char** name) {
  if (name == nullptr) return kInvalidValue;
  *name = name_of_error(code);
  return *name == nullptr ? kInvalidValue : kSuccess;
}

RING_EXPORT result cuGetErrorString(int code, const char** text) {
  if (text == nullptr) return kInvalidValue;
  *text = text_of_error(code);
  return *text == nullptr ? kInvalidValue : kSuccess;
}

RING_EXPORT result cuDeviceGetCount(int* count) {
  return driver_call("cuDeviceGetCount", needs::driver, [&](driver_lock&) -> result {
    if (count == nullptr) return refuse(kInvalidValue, "the place for the count is null");
    *count = device_count();
    return kSuccess;
  });
}

RING_EXPORT result cuDeviceGet(int* handle, int ordinal) {
  return driver_call("cuDeviceGet", needs::driver, [&](driver_lock&) -> result {
    if (handle == nullptr) return refuse(kInvalidValue, "the place for the device is null");
    if (ordinal < 0 || ordinal >= device_count()) return refuse(kInvalidDevice, "there is no device %d", ordinal);
    *handle = kFirstDevice + ordinal;
    return kSuccess;
  });
}

RING_EXPORT result cuDeviceGetName(char* name, int size, int handle) {
  return ask_device("cuDeviceGetName", name, handle, [&](device& d) -> result {
    if (size <= 0) return refuse(kInvalidValue, "no room for the name");
    std::snprintf(name, static_cast<size_t>(size), "Stand-in GPU %d", d.ordinal());
    return kSuccess;
  });
}

RING_EXPORT result cuDeviceTotalMem_v2(size_t* bytes, int handle) {
  return ask_device("cuDeviceTotalMem_v2", bytes, handle, [&](device& d) -> result {
    *bytes = d.memory_bytes();
    return kSuccess;
  });
}

RING_EXPORT result cuDeviceGetAttribute(int* value, int attribute, int handle) {
  return ask_device("cuDeviceGetAttribute", value, handle, [&](device& d) -> result {
    if (!d.attribute(attribute, *value)) return refuse(kInvalidValue, "there is no attribute %d", attribute);
    return kSuccess;
  });
}

RING_EXPORT result cuDeviceGetUuid_v2(unsigned char* uuid, int handle) {
  return ask_device("cuDeviceGetUuid_v2", uuid, handle, [&](device& d) -> result {
    std::memcpy(uuid, "ring stand-in ", 14);
    uuid[14] = 0;
    uuid[15] = static_cast<unsigned char>(d.ordinal());
    return kSuccess;
  });
}
RING_EXPORT result cuDeviceGetUuid(unsigned char* uuid, int handle) { return cuDeviceGetUuid_v2(uuid, handle); }

RING_EXPORT result cuDeviceGetPCIBusId(char* id, int size, int handle) {
  return ask_device("cuDeviceGetPCIBusId", id, handle, [&](device& d) -> result {
    if (size < 13) return refuse(kInvalidValue, "no room for the bus id: 13 bytes");
    std::snprintf(id, static_cast<size_t>(size), "0000:%02x:00.0", d.ordinal() + 1);
    return kSuccess;
  });
}

}
