// The driver's entry points that launch kernels.
#include <algorithm>
#include <cstring>

#include "call.h"
#include "context.h"
#include "device.h"
#include "grid.h"
#include "handles.h"
#include "journal.h"
#include "module.h"
#include "occupancy_of.h"
#include "stream_calls.h"

namespace standin {

std::vector<size_t> parameter_offsets_of(const kernel_record& kernel) {
  std::vector<size_t> offsets;
  size_t end = 0;
  for (u32 i = 0; i < kernel.parameter_count; ++i) {
    const size_t alignment = kernel.parameter_alignment[i];
    offsets.push_back((end + alignment - 1) / alignment * alignment);
    end = offsets.back() + kernel.parameter_bytes[i];
  }
  return offsets;
}

result find_function(context& c, handle which, std::shared_ptr<function>& found) {
  found = handles().functions.find(which);
  if (found == nullptr) return refuse(kInvalidHandle, "%p is no function (or its module was unloaded)", which);
  if (&found->module->owner() != &c) return refuse(kInvalidHandle, "the function is another context's");
  return kSuccess;
}

namespace {

struct arguments {
  handle function_handle;
  index3 grid_dim;
  index3 block_dim;
  unsigned shared_bytes;
  handle stream_handle;
  void** parameters;
  void** extra;
  bool is_cooperative;
};

result check_shape(const function& f, const arguments& a) {
  const auto [gx, gy, gz] = a.grid_dim;
  const auto [bx, by, bz] = a.block_dim;
  if (gx == 0 || gy == 0 || gz == 0 || bx == 0 || by == 0 || bz == 0)
    return refuse(kInvalidValue, "a dimension is 0: grid %u×%u×%u, block %u×%u×%u", gx, gy, gz, bx, by, bz);
  if (gx > 0x7fffffff || gy > 65535 || gz > 65535)
    return refuse(kInvalidValue, "a grid of %u×%u×%u blocks is too large", gx, gy, gz);
  const u64 threads = u64{bx} * by * bz;
  if (bx > 1024 || by > 1024 || bz > 64 || threads > kMaxThreadsPerBlock)
    return refuse(kInvalidValue, "a block of %u×%u×%u threads: at most 1024", bx, by, bz);
  if (threads > max_threads_of(f))
    return refuse(kLaunchOutOfResources,
                  "a block of %llu threads: kernel %s has at most %u, by its registers or bounds", threads,
                  f.name.c_str(), max_threads_of(f));
  if (a.shared_bytes > f.max_dynamic_shared)
    return refuse(kInvalidValue, "%u bytes of dynamic shared memory: kernel %s is allowed %u", a.shared_bytes,
                  f.name.c_str(), f.max_dynamic_shared);
  return kSuccess;
}

/// Copies them as they are now: the caller may use its own again.
result read_parameters(const kernel_record& kernel, const arguments& a, launch& made) {
  if (kernel.parameter_count == 0) return kSuccess;
  made.parameter_offsets = parameter_offsets_of(kernel);
  made.parameter_bytes.resize(made.parameter_offsets.back() + kernel.parameter_bytes[kernel.parameter_count - 1]);
  if ((a.parameters == nullptr) == (a.extra == nullptr))
    return refuse(kInvalidValue, "kernel %s has %u parameters: give kernelParams, or extra", made.name.c_str(),
                  kernel.parameter_count);
  if (a.extra != nullptr) {
    const void* buffer = nullptr;
    size_t bytes = 0;
    for (void** each = a.extra; *each != nullptr; each += 2) {
      if (*each == reinterpret_cast<void*>(1)) buffer = each[1];
      if (*each == reinterpret_cast<void*>(2)) bytes = *static_cast<size_t*>(each[1]);
    }
    if (buffer == nullptr || bytes < made.parameter_bytes.size())
      return refuse(kInvalidValue, "kernel %s has %zu bytes of parameters, not %zu", made.name.c_str(),
                    made.parameter_bytes.size(), bytes);
    std::memcpy(made.parameter_bytes.data(), buffer, made.parameter_bytes.size());
    return kSuccess;
  }
  for (u32 i = 0; i < kernel.parameter_count; ++i) {
    if (a.parameters[i] == nullptr) return refuse(kInvalidValue, "parameter %u is null", i);
    std::memcpy(made.parameter_bytes.data() + made.parameter_offsets[i], a.parameters[i], kernel.parameter_bytes[i]);
  }
  return kSuccess;
}

result start(context& c, const arguments& a) {
  std::shared_ptr<function> f;
  if (const result code = find_function(c, a.function_handle, f)) return code;
  std::shared_ptr<stream> s;
  if (const result code = find_stream(c, a.stream_handle, s)) return code;
  if (const result code = check_shape(*f, a)) return code;
  const unsigned threads = a.block_dim.x * a.block_dim.y * a.block_dim.z;
  launch made{f->module,
              f->kernel,
              f->name,
              a.grid_dim,
              a.block_dim,
              a.shared_bytes,
              a.is_cooperative,
              blocks_per_multiprocessor(*f, threads, a.shared_bytes),
              {},
              {}};
  if (made.blocks_per_multiprocessor == 0)
    return refuse(kLaunchOutOfResources, "no multiprocessor holds a block of kernel %s", f->name.c_str());
  const u64 blocks = u64{a.grid_dim.x} * a.grid_dim.y * a.grid_dim.z;
  const u64 most = u64{made.blocks_per_multiprocessor} * c.on().multiprocessors();
  if (a.is_cooperative && blocks > most)
    return refuse(kCooperativeLaunchTooLarge, "%llu blocks of kernel %s must be resident together: at most %llu are",
                  blocks, f->name.c_str(), most);
  if (const result code = read_parameters(*f->kernel, a, made)) return code;
  c.drain_prints();
  const auto number = c.count_launch(s->is_blocking(), f->name);
  auto running = std::make_shared<grid>(c, std::move(made));
  s->put(
      [running, number, &c]() mutable {
        running->run();
        running = nullptr;  // and with it the module, before anybody hears that the kernel has ended
        c.uncount_launch(number);
      },
      true);
  return kSuccess;
}

}

RING_EXPORT result cuLaunchKernel(handle f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                                  unsigned bz, unsigned shared_bytes, handle stream, void** parameters, void** extra) {
  return context_call("cuLaunchKernel", [&](context& c, driver_lock&) -> result {
    return start(c, {f, {gx, gy, gz}, {bx, by, bz}, shared_bytes, stream, parameters, extra, false});
  });
}

RING_EXPORT result cuLaunchCooperativeKernel(handle f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                                             unsigned bz, unsigned shared_bytes, handle stream, void** parameters) {
  return context_call("cuLaunchCooperativeKernel", [&](context& c, driver_lock&) -> result {
    return start(c, {f, {gx, gy, gz}, {bx, by, bz}, shared_bytes, stream, parameters, nullptr, true});
  });
}

RING_EXPORT result cuOccupancyMaxActiveBlocksPerMultiprocessor(int* answer, handle which, int threads,
                                                               size_t shared_bytes) {
  return context_call("cuOccupancyMaxActiveBlocksPerMultiprocessor", [&](context& c, driver_lock&) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the number is null");
    std::shared_ptr<function> f;
    if (const result code = find_function(c, which, f)) return code;
    if (threads <= 0) return refuse(kInvalidValue, "a block of %d threads", threads);
    const bool fits = static_cast<unsigned>(threads) <= max_threads_of(*f);
    *answer = fits ? static_cast<int>(blocks_per_multiprocessor(*f, static_cast<unsigned>(threads), shared_bytes)) : 0;
    return kSuccess;
  });
}

}
