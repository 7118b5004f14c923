#include "driver/nvml_processes.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "driver/nvml_fallback.h"

namespace ring {

namespace {

constexpr unsigned kRoomAtFirst = 64;
/// More processes than this come and go between two calls on no machine.
constexpr unsigned kMoreRoom = 64;
constexpr int kMostTries = 4;

/// Drivers 535.43 to 535.86 write one more word of 8 bytes for each process than all others do, and do not say so.
constexpr size_t kLongestBytes = sizeof(nvml_process_v2) + 8;
constexpr std::byte kUntouched{0xa5};

struct process_list {
  std::vector<std::byte> bytes;
  unsigned count = 0;
  /// From one process to the next.
  size_t stride = 0;
};

/// A function that lists processes as `Element`s, or so it says.
template <class Element>
struct lister {
  nvml_result (*function)(nvml_device_handle device, unsigned* count, Element* list);
  call_site site;
};

/// Asks until there is room for all.
template <class Element>
std::optional<call_error> ask(const nvml_library& nvml, const lister<Element>& by, nvml_device_handle device,
                              process_list& list) {
  std::optional<call_error> error;
  unsigned room = kRoomAtFirst;
  for (int tries = 0; tries < kMostTries; tries++) {
    list.bytes.assign(room * kLongestBytes, kUntouched);
    list.count = room;
    auto* elements = reinterpret_cast<Element*>(list.bytes.data());
    error = checked_call(nvml, by.function, by.site, device, &list.count, elements);
    if (!error || error->code != kNvmlInsufficientSize) break;
    room = list.count + kMoreRoom;
  }
  if (error) return error;
  list.count = std::min(list.count, room);
  const auto end = list.bytes.begin() + static_cast<std::ptrdiff_t>(list.count * sizeof(Element));
  const bool is_as_said = std::all_of(end, list.bytes.end(), [](std::byte each) { return each == kUntouched; });
  list.stride = is_as_said ? sizeof(Element) : kLongestBytes;
  return std::nullopt;
}

std::optional<std::string> name_of(const nvml_library& nvml, unsigned pid) {
  char name[256] = {};
  if (RING_CALL(nvml, nvmlSystemGetProcessName, pid, name, static_cast<unsigned>(sizeof name))) return std::nullopt;
  name[sizeof name - 1] = '\0';
  return name[0] == '\0' ? std::nullopt : std::optional<std::string>(name);
}

std::vector<nvml_process> processes_of(const nvml_library& nvml, const process_list& list) {
  std::vector<nvml_process> processes;
  for (unsigned index = 0; index < list.count; index++) {
    nvml_process_v1 each;  // how all of them begin
    std::memcpy(&each, list.bytes.data() + index * list.stride, sizeof each);
    nvml_process& process = processes.emplace_back();
    process.pid = each.pid;
    if (each.used_bytes != kNvmlNotAvailable) process.used_bytes = each.used_bytes;
    process.name = name_of(nvml, each.pid);
  }
  return processes;
}

nvml_figure<std::vector<nvml_process>> read(const nvml_library& nvml, nvml_device_handle device,
                                            const lister<nvml_process_v2> (&newer)[2],
                                            const lister<nvml_process_v1>& oldest) {
  process_list list;
  std::optional<call_error> error = ask(nvml, newer[0], device, list);
  if (asks_older(error)) error = choose_error(error, ask(nvml, newer[1], device, list));
  if (asks_older(error)) error = choose_error(error, ask(nvml, oldest, device, list));
  if (error) return std::move(*error);
  return processes_of(nvml, list);
}

}

#define RING_LISTER(_function)                         \
  {                                                    \
    nvml._function, { #_function, __FILE__, __LINE__ } \
  }

nvml_figure<std::vector<nvml_process>> read_compute_processes(const nvml_library& nvml, nvml_device_handle device) {
  return read(
      nvml, device,
      {RING_LISTER(nvmlDeviceGetComputeRunningProcesses_v3), RING_LISTER(nvmlDeviceGetComputeRunningProcesses_v2)},
      RING_LISTER(nvmlDeviceGetComputeRunningProcesses));
}

nvml_figure<std::vector<nvml_process>> read_graphics_processes(const nvml_library& nvml, nvml_device_handle device) {
  return read(
      nvml, device,
      {RING_LISTER(nvmlDeviceGetGraphicsRunningProcesses_v3), RING_LISTER(nvmlDeviceGetGraphicsRunningProcesses_v2)},
      RING_LISTER(nvmlDeviceGetGraphicsRunningProcesses));
}

}
