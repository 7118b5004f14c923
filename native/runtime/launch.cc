#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/context.h"
#include "runtime/module.h"

namespace ring {

namespace {

/// No kernel has more bytes of parameters, and so no more parameters: the limit since CUDA 12.1.
constexpr size_t kMostParameterBytes = 32764;
constexpr uint64_t kMostGridX = 2147483647;
constexpr uint64_t kMostGridYz = 65535;

uint64_t volume_of(const std::array<uint32_t, 3>& size) { return uint64_t{size[0]} * size[1] * size[2]; }

failure refuse_size(const std::string& detail) {
  return RING_REFUSE("launch", "RING_OUT_OF_RANGE", programmer, detail);
}

/// Sizes first, so that products cannot overflow.
outcome check_sizes(const launch_request& request) {
  const auto& [x, y, z] = request.grid;
  if (x == 0 || y == 0 || z == 0 || x > kMostGridX || y > kMostGridYz || z > kMostGridYz) {
    return refuse_size("a grid has 1 to 2147483647 blocks in x, and 1 to 65535 in y and z");
  }
  const cuda_function& what = *request.what;
  const int most = what.figures().max_threads_per_block;
  const auto& block = request.block;
  const bool is_thin = std::all_of(block.begin(), block.end(), [](uint32_t size) { return size > 0 && size <= 1024; });
  if (!is_thin || block[2] > 64 || volume_of(block) > static_cast<uint64_t>(std::max(most, 0))) {
    return refuse_size("a block of " + what.name() + " has 1 to " + std::to_string(most) + " threads, at most 64 in z");
  }
  if (request.parameters.size() > kMostParameterBytes || request.parameter_offsets.size() > kMostParameterBytes) {
    return refuse_size("a kernel has at most " + std::to_string(kMostParameterBytes) + " bytes of parameters");
  }
  for (const size_t offset : request.parameter_offsets) {
    if (offset >= request.parameters.size()) return refuse_size("a parameter begins after the end of the parameters");
  }
  return std::nullopt;
}

outcome write_addresses(launch_request& request) {
  for (const address_patch& patch : request.addresses) {
    if (patch.of->is_released()) {
      return RING_REFUSE("launch", "RING_STALE_HANDLE", programmer, "the memory of a parameter has been released");
    }
    if (patch.offset > patch.of->bytes()) return refuse_size("an address lies after the end of its memory");
    const cuda_address address = patch.of->address() + patch.offset;
    if (request.parameters.size() < sizeof address || patch.at > request.parameters.size() - sizeof address) {
      return refuse_size("an address has no room in the parameters");
    }
    std::memcpy(request.parameters.data() + patch.at, &address, sizeof address);
  }
  return std::nullopt;
}

/// That the parameters are those of the kernel, where the driver can tell.
outcome check_parameters(const launch_request& request) {
  const cuda_function& what = *request.what;
  context& owner = what.owner();
  const cuda_driver& driver = owner.driver();
  if (driver.cuFuncGetParamInfo == nullptr) return std::nullopt;
  const size_t count = request.parameter_offsets.size();
  for (size_t index = 0; index <= count; index++) {
    size_t offset = 0;
    size_t bytes = 0;
    const std::optional<call_error> error =
        RING_CALL(driver, cuFuncGetParamInfo, what.handle(), index, &offset, &bytes);
    // Of a parameter that is not there; anything else is not about parameters.
    if (error && error->code != kCudaInvalidValue) return owner.note(*error);
    const bool is_there = !error;
    if (is_there != (index < count)) {
      return refuse_size(what.name() + " has " + (is_there ? "more" : "fewer") + " than " +
                         std::to_string(is_there ? count : index + 1) + " parameters");
    }
    if (!is_there) break;
    const size_t begin = request.parameter_offsets[index];
    if (bytes > request.parameters.size() - begin) {
      return refuse_size("parameter " + std::to_string(index) + " of " + what.name() + " has " + std::to_string(bytes) +
                         " bytes");
    }
  }
  return std::nullopt;
}

/// The local memory of all threads is one piece, and grows by waiting until the device is idle.
outcome check_local_memory(const cuda_function& what) {
  context& owner = what.owner();
  const auto needed = static_cast<size_t>(std::max(what.figures().local_bytes, 0));
  if (needed <= owner.reserved_local_bytes()) return std::nullopt;
  return owner.begin_housekeeping("launch");
}

outcome start(const launch_request& request, cuda_stream_handle stream) {
  const cuda_function& what = *request.what;
  context& owner = what.owner();
  const cuda_driver& driver = owner.driver();
  // The driver knows how many parameters there are and how large they are, and reads as much: a kernel that has more
  // than were given, or larger ones, reads zeros and not what lies behind.
  std::vector<std::byte> bytes = request.parameters;
  bytes.resize(bytes.size() + kMostParameterBytes);
  std::vector<void*> parameters(kMostParameterBytes, bytes.data() + request.parameters.size());
  for (size_t index = 0; index < request.parameter_offsets.size(); index++) {
    parameters[index] = bytes.data() + request.parameter_offsets[index];
  }
  const auto& [gx, gy, gz] = request.grid;
  const auto& [bx, by, bz] = request.block;
  const auto shared = static_cast<unsigned>(request.dynamic_shared_bytes);
  if (request.is_cooperative) {
    return owner.check(RING_CALL(driver, cuLaunchCooperativeKernel, what.handle(), gx, gy, gz, bx, by, bz, shared,
                                 stream, parameters.data()));
  }
  return owner.check(RING_CALL(driver, cuLaunchKernel, what.handle(), gx, gy, gz, bx, by, bz, shared, stream,
                               parameters.data(), static_cast<void**>(nullptr)));
}

}

result<uint64_t> launch(launch_request request) {
  cuda_function& what = *request.what;
  context& owner = what.owner();
  if (outcome why = owner.begin("launch")) return std::move(*why);
  if (what.is_released()) return RING_REFUSE("launch", "RING_STALE_HANDLE", programmer, "the function is released");
  if (outcome why = check_sizes(request)) return std::move(*why);
  if (outcome why = write_addresses(request)) return std::move(*why);
  if (outcome why = check_parameters(request)) return std::move(*why);
  if (request.is_cooperative && !owner.info().has_cooperative_launch) {
    return RING_REFUSE("launch", "RING_NOT_COOPERATIVE", resource, owner.info().name + " has no cooperative launches");
  }
  if (outcome why = check_local_memory(what)) return std::move(*why);
  const auto threads = static_cast<int>(volume_of(request.block));
  result<int> occupancy = what.ask_occupancy(threads, request.dynamic_shared_bytes);
  if (!occupancy.is_ok()) return std::move(occupancy.why());
  if (occupancy.value() < 1) {
    return RING_REFUSE("launch", "RING_DOES_NOT_FIT", resource,
                       "no multiprocessor holds a block of " + what.name() + " with " + std::to_string(threads) +
                           " threads and " + std::to_string(request.dynamic_shared_bytes) +
                           " bytes of dynamic shared memory");
  }
  launch_entry entry;
  entry.is_resident = request.is_resident;
  entry.on_end = std::move(request.on_end);
  // Blocks that come and go need room for one at a time, and leave theirs to others.
  const bool is_together = request.is_resident || request.is_cooperative;
  entry.load = {what.name(), is_together ? volume_of(request.grid) : 1, occupancy.value()};
  return owner.launches().run(std::move(entry),
                              [&request](cuda_stream_handle stream) { return start(request, stream); });
}

}
