#include "runtime/context.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

namespace ring {

namespace {

constexpr int kDefaultConnections = 8;
constexpr int kMostConnections = 32;

/// Devices whose context is open somewhere in this process. Never destroyed: threads that were left alone may use it
/// until the process is gone.
struct device_claims {
  std::mutex mutex;
  std::set<std::pair<std::string, int>> taken;
};

device_claims& claims() {
  static device_claims* all = new device_claims;
  return *all;
}

/// The driver reads the same variable when it is initialized.
int connections_by_environment() {
  const char* text = std::getenv("CUDA_DEVICE_MAX_CONNECTIONS");
  const int count = text == nullptr ? 0 : std::atoi(text);
  return count < 1 ? kDefaultConnections : std::min(count, kMostConnections);
}

std::string describe_load_failures(const std::vector<load_failure>& failures) {
  std::string text = "no library could be opened";
  for (const load_failure& failure : failures) text += "; " + failure.message;
  return text;
}

}

result<std::shared_ptr<context>> context::open(const context_options& options) {
  auto opened = std::make_shared<context>();
  if (outcome why = opened->start(options)) {
    opened->free_all();
    return std::move(*why);
  }
  return opened;
}

outcome context::start(const context_options& options) {
  const std::vector<load_failure> failures = driver_.open(options.libraries);
  if (!driver_.library.is_open()) {
    return RING_REFUSE("openContext", "RING_NO_LIBRARY", resource, describe_load_failures(failures));
  }
  connection_count_ = options.connections.value_or(connections_by_environment());
  info_.ordinal = options.ordinal;
  if (outcome why = check(RING_CALL(driver_, cuDriverGetVersion, &driver_version_))) return why;
  if (outcome why = check(RING_CALL(driver_, cuInit, 0U))) return why;
  if (outcome why = check(RING_CALL(driver_, cuDeviceGet, &device_, options.ordinal))) return why;
  result<device_info> info = read_device_info(driver_, device_, options.ordinal);
  if (!info.is_ok()) return std::move(info.why());
  info_ = std::move(info.value());
  if (outcome why = claim()) return why;
  if (outcome why = retain()) return why;
  if (outcome why = check(RING_CALL(driver_, cuCtxGetLimit, &local_bytes_, context_limit::stack_size))) return why;
  module_loading_mode mode = module_loading_mode::eager;
  // Before CUDA 11.7 there was no such function, and nothing was loaded lazily.
  if (driver_.cuModuleGetLoadingMode != nullptr && !RING_CALL(driver_, cuModuleGetLoadingMode, &mode)) {
    module_loading_ = mode == module_loading_mode::lazy ? "LAZY" : "EAGER";
  }
  return launches_.start(connection_count_, handle_);
}

outcome context::claim() {
  device_claims& all = claims();
  const std::lock_guard lock(all.mutex);
  is_claimed_ = all.taken.emplace(driver_.library.path(), info_.ordinal).second;
  if (is_claimed_) return std::nullopt;
  return RING_REFUSE("openContext", "RING_DEVICE_IN_USE", resource,
                     "a context of device " + std::to_string(info_.ordinal) + " is open in this process already");
}

outcome context::retain() {
  const unsigned flags = kContextBlockingSync | kContextMapHost | kContextLocalMemoryResizeToMax;
  std::optional<call_error> error = RING_CALL(driver_, cuDevicePrimaryCtxSetFlags_v2, device_, flags);
  // Older drivers say so when somebody else in the process uses the context already: then its flags are theirs.
  if (error && error->code != kCudaPrimaryContextActive) return note(std::move(*error));
  cuda_context_handle handle = nullptr;
  if (outcome why = check(RING_CALL(driver_, cuDevicePrimaryCtxRetain, &handle, device_))) return why;
  handle_ = handle;
  return check(RING_CALL(driver_, cuCtxSetCurrent, handle_));
}

std::optional<failure> context::lost() const {
  const std::lock_guard lock(lost_mutex_);
  return lost_;
}

failure context::note(call_error error, std::string detail) {
  if (detail.empty() && error.code) detail = driver_.error_text(*error.code);
  failure why = cuda_failure(std::move(error), std::move(detail));
  if (why.kind == error_class::fatal) {
    const std::lock_guard lock(lost_mutex_);
    if (!lost_) lost_ = why;
  }
  return why;
}

outcome context::check(std::optional<call_error> error) {
  if (!error) return std::nullopt;
  return note(std::move(*error));
}

outcome context::begin(const char* call) const {
  if (is_closed_) return RING_REFUSE(call, "RING_STALE_HANDLE", programmer, "the context has been closed");
  if (std::optional<failure> why = lost()) {
    why->detail = std::string(call) + " was not tried: the context has been lost. " + why->detail;
    return why;
  }
  return std::nullopt;
}

outcome context::begin_housekeeping(const char* call) const {
  if (outcome why = begin(call)) return why;
  const std::vector<std::string> kernels = launches_.kernels_in_flight();
  if (kernels.empty()) return std::nullopt;
  std::string detail = "the driver would wait for ";
  for (const std::string& kernel : kernels) detail += (&kernel == &kernels.front() ? "" : ", ") + kernel;
  return RING_REFUSE(call, "RING_RESIDENT", transient,
                     detail + (kernels.size() == 1 ? ", which is" : ", which are") +
                         " in flight: have them leave first (park), and launch them again afterwards");
}

outcome context::release(resource& owned) {
  if (owned.is_released()) {
    return RING_REFUSE("release", "RING_STALE_HANDLE", programmer, "it has been released already");
  }
  if (outcome why = begin_housekeeping("release")) return why;
  if (outcome why = owned.may_go()) return why;
  owned.is_released_.store(true, std::memory_order_release);
  const auto is_it = [&owned](const std::shared_ptr<resource>& one) { return one.get() == &owned; };
  const auto found = std::find_if(alive_.begin(), alive_.end(), is_it);
  // Keeps it until its own function has returned.
  const std::shared_ptr<resource> kept = found == alive_.end() ? nullptr : *found;
  if (kept != nullptr) alive_.erase(found);
  // Its functions and variables need no call of their own.
  std::erase_if(alive_, [](const std::shared_ptr<resource>& one) { return one->is_released(); });
  return owned.free();
}

outcome context::reserve_local_bytes(size_t bytes) {
  if (bytes <= local_bytes_) return std::nullopt;
  if (outcome why = begin_housekeeping("reserveLocalMemory")) return why;
  const size_t rounded = (bytes + 15) / 16 * 16;
  if (outcome why = check(RING_CALL(driver_, cuCtxSetLimit, context_limit::stack_size, rounded))) return why;
  local_bytes_ = rounded;
  return std::nullopt;
}

result<memory_figures> context::ask_memory() {
  if (outcome why = begin("memoryInfo")) return std::move(*why);
  size_t free_bytes = 0;
  size_t total_bytes = 0;
  if (outcome why = check(RING_CALL(driver_, cuMemGetInfo_v2, &free_bytes, &total_bytes))) return std::move(*why);
  return memory_figures{free_bytes, total_bytes};
}

outcome context::set_limit(context_limit limit, size_t value) {
  if (outcome why = begin_housekeeping("setLimit")) return why;
  return check(RING_CALL(driver_, cuCtxSetLimit, limit, value));
}

outcome context::synchronize() {
  if (outcome why = begin_housekeeping("synchronize")) return why;
  return check(RING_CALL(driver_, cuCtxSynchronize));
}

outcome context::close() {
  if (is_closed_) return RING_REFUSE("close", "RING_STALE_HANDLE", programmer, "the context has been closed already");
  if (!lost()) {
    if (outcome why = begin_housekeeping("close")) return why;
    for (const std::shared_ptr<resource>& one : alive_)
      if (outcome why = one->may_go()) return why;
  }
  free_all();
  return std::nullopt;
}

void context::free_all() {
  is_closed_ = true;
  const bool is_usable = !lost();
  launches_.stop(is_usable);
  while (!alive_.empty()) {
    const std::shared_ptr<resource> youngest = std::move(alive_.back());
    alive_.pop_back();
    const bool is_gone = youngest->is_released();
    youngest->is_released_.store(true, std::memory_order_release);
    // One that cannot be freed is freed together with the context.
    if (is_usable && !is_gone) youngest->free();
  }
  if (is_usable && handle_ != nullptr) {
    (void)RING_CALL(driver_, cuCtxSetCurrent, nullptr);
    (void)RING_CALL(driver_, cuDevicePrimaryCtxRelease_v2, device_);
  }
  handle_ = nullptr;
  if (!is_claimed_ || !is_usable) return;
  device_claims& all = claims();
  const std::lock_guard lock(all.mutex);
  all.taken.erase({driver_.library.path(), info_.ordinal});
}

}
