// The services that device code calls, on a fiber of its block.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "block.h"
#include "context.h"
#include "cuda_types.h"
#include "grid.h"
#include "memory.h"
#include "module.h"
#include "settings.h"

namespace standin {

namespace {

/// The device's clock began at some moment of its own.
constexpr u64 kTimerOffsetNs = 26'000'000'000'000;
constexpr size_t kPrintBytes = 4096;

u64 read_timer() {
  const auto step = static_cast<u64>(settings::get().number("timer_step_ns"));
  const u64 now = monotonic_ns();
  const u64 ahead = now / 1'000'000 * static_cast<u64>(settings::get().number("timer_ppm"));
  const u64 ns = now + ahead + kTimerOffsetNs;
  return step < 2 ? ns : ns / step * step;
}

void check(const volatile void* p, u32 bytes) {
  block& b = *block::here();
  const auto at = reinterpret_cast<uintptr_t>(p);
  if (at % bytes == 0 && is_device_memory(p, bytes)) return;
  const host_section section(b);
  char text[160];
  std::snprintf(text, sizeof text, "access of %u bytes at %p", bytes, const_cast<void*>(p));
  if (at % bytes != 0) b.fail(kMisalignedAddress, std::string(text) + ", which is not aligned");
  if (b.owns(p, bytes) || b.of().module().owns_shared(p, bytes)) return;
  b.fail(kIllegalAddress, std::string(text) + ", which is neither registered nor allocated");
}

u32 barrier(u32 id, u32 threads, bool predicate) {
  block& b = *block::here();
  if (id >= kBarriers) b.fail(kLaunchFailed, "there is no barrier " + std::to_string(id));
  if (threads % kWarp != 0)
    b.fail(kLaunchFailed, "a barrier for " + std::to_string(threads) + " threads, no multiple of the warp's size");
  return b.barrier(id, threads, predicate);
}

void grid_barrier() {
  block& b = *block::here();
  if (!b.of().is_cooperative()) b.fail(kLaunchFailed, "a barrier of all blocks in a launch that is not cooperative");
  b.grid_barrier();
}

/// What CUDA's printf returns: the number of arguments.
int count_arguments(const char* format) {
  int count = 0;
  for (const char* at = format; *at != 0; ++at) {
    if (*at != '%') continue;
    if (*++at == '%') continue;
    count += 1;
    for (; *at != 0 && std::strchr("diouxXpeEfFgGaAcs", *at) == nullptr; ++at) count += *at == '*' ? 1 : 0;
    if (*at == 0) break;
  }
  return count;
}

int print(const char* format, __builtin_va_list arguments) {
  block& b = *block::here();
  if (format == nullptr) return -1;
  const host_section section(b);
  auto text = std::make_unique<char[]>(kPrintBytes);
  const int size = std::vsnprintf(text.get(), kPrintBytes, format, arguments);
  if (size > 0) b.of().owner().print(text.get());
  return count_arguments(format);
}

void assertion_failed(const char* expression, const char* file, u32 line, const char* function) {
  block& b = *block::here();
  b.enter_host();
  char text[512];
  std::snprintf(text, sizeof text, "%s:%u: %s: Assertion `%s` failed.", file, line, function, expression);
  b.fail(kAssert, text);
}

void* allocate(u64 bytes) {
  const host_section section(*block::here());
  void* p = std::malloc(bytes);
  if (p != nullptr) add_window(p, bytes);
  return p;
}

void release(void* p) {
  const host_section section(*block::here());
  remove_window(p);
  std::free(p);
}

}

const services& device_services() {
  static const services all = {
      .barrier = barrier,
      .grid_barrier = grid_barrier,
      .warp = [](warp_op op, u32 mask, u64 value,
                 u32 argument) { return block::here()->warp(op, mask, value, argument); },
      .active_mask = [] { return block::here()->active_mask(); },
      .pause = [](u32 ns) { block::here()->pause(ns); },
      .check = check,
      .trap = [] { block::here()->fail(kLaunchFailed, "__trap()"); },
      .assertion_failed = assertion_failed,
      .print = print,
      .dynamic_shared = [] { return static_cast<void*>(block::here()->dynamic_shared()); },
      .dynamic_shared_bytes = [] { return block::here()->of().shared_bytes(); },
      .grid_id = [] { return block::here()->of().id(); },
      .global_timer = read_timer,
      .clock = [] { return monotonic_ns(); },
      .allocate = allocate,
      .release = release,
  };
  return all;
}

}
