#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

#include "call.h"
#include "context.h"
#include "device.h"
#include "journal.h"
#include "settings.h"

namespace standin {

namespace {

constexpr size_t kAlignment = 256;

struct range {
  uintptr_t begin;
  uintptr_t end;
};

/// Replaced as a whole: threads of blocks read it without a lock. Old ones stay, there are few.
std::atomic<const std::vector<range>*> windows{new std::vector<range>};
std::mutex windows_mutex;

struct allocation {
  context* owner;
  size_t bytes;
  void* pages;
  size_t page_bytes;
};
struct registration {
  context* owner;
  size_t bytes;
  bool is_portable;
};

/// Registered memory as kernels have it where it is not coherent.
struct kernel_view {
  const context* owner;
  char* host;
  char* device;
  char* known;  ///< as both had it last
  size_t bytes;
};
std::vector<kernel_view> views;
std::mutex views_mutex;

// With the driver's lock held.
std::map<uintptr_t, allocation> allocations;
std::map<uintptr_t, registration> registrations;

size_t page_size() { return static_cast<size_t>(getpagesize()); }

template <class Map>
bool overlaps(const Map& map, uintptr_t base, size_t bytes) {
  return std::ranges::any_of(
      map, [&](const auto& each) { return base < each.first + each.second.bytes && each.first < base + bytes; });
}

/// Between the page that begins before it and one behind it, which nobody may touch.
bool map_pages(allocation& made, uintptr_t& base) {
  const size_t rounded = (made.bytes + kAlignment - 1) / kAlignment * kAlignment;
  const size_t page = page_size();
  made.page_bytes = (rounded + page - 1) / page * page + 2 * page;
  made.pages = mmap(nullptr, made.page_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (made.pages == MAP_FAILED) return false;
  auto* inner = static_cast<char*>(made.pages) + page;
  if (mprotect(inner, made.page_bytes - 2 * page, PROT_READ | PROT_WRITE) != 0) return false;
  base = reinterpret_cast<uintptr_t>(inner + made.page_bytes - 2 * page - rounded);
  return true;
}

void unmap(std::map<uintptr_t, allocation>::iterator which) {
  const allocation& a = which->second;
  a.owner->on().allocated_bytes -= a.bytes;
  remove_window(reinterpret_cast<const void*>(which->first));
  munmap(a.pages, a.page_bytes);
  allocations.erase(which);
}

char* map_anonymous(size_t bytes) {
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return pages == MAP_FAILED ? nullptr : static_cast<char*>(pages);
}

/// False where there is no room.
bool add_view(const context& c, void* host, size_t bytes) {
  char* device = map_anonymous(bytes);
  char* known = map_anonymous(bytes);
  if (device == nullptr || known == nullptr) return false;
  const std::lock_guard lock(views_mutex);
  views.push_back({&c, static_cast<char*>(host), device, known, bytes});
  add_window(device, bytes);
  return true;
}

void drop(const kernel_view& view) {
  remove_window(view.device);
  munmap(view.device, view.bytes);
  munmap(view.known, view.bytes);
}

template <class Which>
void drop_views(Which is_meant) {
  const std::lock_guard lock(views_mutex);
  std::erase_if(views, [&](const kernel_view& view) {
    if (!is_meant(view)) return false;
    drop(view);
    return true;
  });
}

/// Words that have changed in `from` since both sides knew them.
void pass_words(const kernel_view& view, char* from, char* to) {
  constexpr size_t kStep = 4096;
  for (size_t begin = 0; begin < view.bytes; begin += kStep) {
    const size_t end = std::min(begin + kStep, view.bytes);
    if (std::memcmp(from + begin, view.known + begin, end - begin) == 0) continue;
    for (size_t at = begin; at + sizeof(uint32_t) <= end; at += sizeof(uint32_t)) {
      const uint32_t now = __atomic_load_n(reinterpret_cast<uint32_t*>(from + at), __ATOMIC_ACQUIRE);
      auto& known = *reinterpret_cast<uint32_t*>(view.known + at);
      if (now == known) continue;
      known = now;
      __atomic_store_n(reinterpret_cast<uint32_t*>(to + at), now, __ATOMIC_RELEASE);
    }
  }
}

}

void show_host_writes(const context& c) {
  const std::lock_guard lock(views_mutex);
  for (const kernel_view& view : views)
    if (view.owner == &c) pass_words(view, view.host, view.device);
}

void show_kernel_writes(const context& c) {
  const std::lock_guard lock(views_mutex);
  for (const kernel_view& view : views)
    if (view.owner == &c) pass_words(view, view.device, view.host);
}

bool is_device_memory(const volatile void* p, size_t bytes) {
  thread_local const std::vector<range>* seen = nullptr;
  thread_local range last{0, 0};
  const std::vector<range>* all = windows.load(std::memory_order_acquire);
  const auto at = reinterpret_cast<uintptr_t>(p);
  if (seen == all && at >= last.begin && at + bytes <= last.end) return true;
  for (const range& each : *all) {
    if (at < each.begin || at + bytes > each.end) continue;
    seen = all;
    last = each;
    return true;
  }
  return false;
}

void add_window(const void* base, size_t bytes) {
  const std::lock_guard lock(windows_mutex);
  auto* changed = new std::vector<range>(*windows.load());
  const auto begin = reinterpret_cast<uintptr_t>(base);
  changed->push_back({begin, begin + bytes});
  windows = changed;
}

void remove_window(const void* base) {
  const std::lock_guard lock(windows_mutex);
  auto* changed = new std::vector<range>(*windows.load());
  const auto found = std::ranges::find(*changed, reinterpret_cast<uintptr_t>(base), &range::begin);
  if (found != changed->end()) changed->erase(found);
  windows = changed;
}

void release_memory(context& c) {
  for (auto each = allocations.begin(); each != allocations.end();) {
    const auto next = std::next(each);
    if (each->second.owner == &c) unmap(each);
    each = next;
  }
  drop_views([&](const kernel_view& view) { return view.owner == &c; });
  std::erase_if(registrations, [&](const auto& each) {
    if (each.second.owner != &c) return false;
    remove_window(reinterpret_cast<const void*>(each.first));
    return true;
  });
}

long long count_allocations() { return static_cast<long long>(allocations.size()); }
long long count_registrations() { return static_cast<long long>(registrations.size()); }

RING_EXPORT result cuMemHostRegister_v2(void* p, size_t bytes, unsigned flags) {
  return context_call("cuMemHostRegister_v2", [&](context& c, driver_lock& lock) -> result {
    constexpr unsigned kPortable = 1, kDeviceMap = 2, kIoMemory = 4, kReadOnly = 8;
    if (p == nullptr) return refuse(kInvalidValue, "the address is null");
    if (bytes == 0) return refuse(kInvalidValue, "the size is 0");
    if ((flags & ~(kPortable | kDeviceMap | kIoMemory | kReadOnly)) != 0)
      return refuse(kInvalidValue, "there are no flags 0x%x", flags);
    if ((flags & kIoMemory) != 0) return refuse(kNotSupported, "memory of other devices is none of the stand-in's");
    const auto base = reinterpret_cast<uintptr_t>(p);
    if (base % page_size() != 0) return refuse(kInvalidValue, "%p is not where a page begins", p);
    if (overlaps(registrations, base, bytes))
      return refuse(kHostMemoryAlreadyRegistered, "%p is registered already, or a part of it is", p);
    // A driver pins all pages: they must be there.
    if (msync(p, (bytes + page_size() - 1) / page_size() * page_size(), MS_ASYNC) != 0)
      return refuse(kInvalidValue, "%p and %zu bytes from there on are not all mapped", p, bytes);
    if (const result code = wait_for_kernels(c, lock)) return code;
    const bool is_coherent = settings::get().number("coherent") != 0;
    if (!is_coherent && !add_view(c, p, bytes)) return refuse(kOutOfMemory, "the host has no %zu bytes", bytes);
    registrations[base] = {&c, bytes, (flags & kPortable) != 0};
    if (is_coherent) add_window(p, bytes);
    return kSuccess;
  });
}

RING_EXPORT result cuMemHostUnregister(void* p) {
  return context_call("cuMemHostUnregister", [&](context& c, driver_lock& lock) -> result {
    if (p == nullptr) return refuse(kInvalidValue, "the address is null");
    const auto base = reinterpret_cast<uintptr_t>(p);
    if (!registrations.contains(base))
      return refuse(kHostMemoryNotRegistered, "%p is not registered (or is inside of what is, or is so no more)", p);
    if (const result code = wait_for_kernels(c, lock)) return code;
    registrations.erase(base);
    remove_window(p);
    drop_views([&](const kernel_view& view) { return view.host == p; });
    return kSuccess;
  });
}

RING_EXPORT result cuMemHostGetDevicePointer_v2(device_pointer* answer, void* p, unsigned flags) {
  return context_call("cuMemHostGetDevicePointer_v2", [&](context& c, driver_lock&) -> result {
    if (answer == nullptr || p == nullptr) return refuse(kInvalidValue, "an address is null");
    if (flags != 0) return refuse(kInvalidValue, "flags must be 0");
    const auto at = reinterpret_cast<uintptr_t>(p);
    const auto found = std::ranges::find_if(
        registrations, [&](const auto& each) { return at >= each.first && at < each.first + each.second.bytes; });
    if (found == registrations.end()) return refuse(kInvalidValue, "%p is not registered", p);
    if (found->second.owner != &c && !found->second.is_portable)
      return refuse(kInvalidValue, "%p is registered in another context, and not for all of them", p);
    if (found->second.owner != &c && settings::get().number("coherent") == 0)
      return refuse(kNotSupported, "the stand-in keeps memory that is not coherent for one context");
    *answer = at;
    const std::lock_guard lock(views_mutex);
    for (const kernel_view& view : views) {
      const auto begin = reinterpret_cast<uintptr_t>(view.host);
      if (at >= begin && at < begin + view.bytes) *answer = reinterpret_cast<uintptr_t>(view.device) + (at - begin);
    }
    return kSuccess;
  });
}

RING_EXPORT result cuMemAlloc_v2(device_pointer* answer, size_t bytes) {
  return context_call("cuMemAlloc_v2", [&](context& c, driver_lock& lock) -> result {
    if (answer == nullptr) return refuse(kInvalidValue, "the place for the address is null");
    if (bytes == 0) return refuse(kInvalidValue, "the size is 0");
    device& d = c.on();
    if (bytes > d.memory_bytes() - d.allocated_bytes)
      return refuse(kOutOfMemory, "%zu bytes, of which %zu are free", bytes, d.memory_bytes() - d.allocated_bytes);
    if (const result code = wait_for_kernels(c, lock)) return code;
    allocation made{&c, bytes, nullptr, 0};
    uintptr_t base = 0;
    if (!map_pages(made, base)) return refuse(kOutOfMemory, "the host has no %zu bytes", bytes);
    d.allocated_bytes += bytes;
    allocations[base] = made;
    add_window(reinterpret_cast<const void*>(base), bytes);
    *answer = base;
    return kSuccess;
  });
}

RING_EXPORT result cuMemFree_v2(device_pointer p) {
  return context_call("cuMemFree_v2", [&](context& c, driver_lock& lock) -> result {
    if (p == 0) return kSuccess;
    if (!allocations.contains(p))
      return refuse(kInvalidValue, "0x%llx is no allocation's beginning (or was freed before)", p);
    if (const result code = wait_for_kernels(c, lock)) return code;
    const auto found = allocations.find(p);
    if (found != allocations.end()) unmap(found);
    return kSuccess;
  });
}

RING_EXPORT result cuMemGetInfo_v2(size_t* free, size_t* total) {
  return context_call("cuMemGetInfo_v2", [&](context& c, driver_lock&) -> result {
    if (free == nullptr || total == nullptr) return refuse(kInvalidValue, "a place for the answer is null");
    *total = c.on().memory_bytes();
    *free = *total - c.on().allocated_bytes;
    return kSuccess;
  });
}

}
