#include "runtime/failure.h"

#include <algorithm>
#include <iterator>

namespace ring {

namespace {

struct coded_class {
  int code;
  error_class kind;
};

/// By code; whatever is not here is the programmer's. After each of the fatal ones cuda.h says that the context is in
/// an inconsistent state or the process must be ended, or the device itself is gone.
constexpr coded_class kClasses[] = {
    {2, error_class::resource},     // OUT_OF_MEMORY
    {4, error_class::fatal},        // DEINITIALIZED: the driver is shutting down
    {46, error_class::transient},   // DEVICE_UNAVAILABLE: busy, or in an exclusive mode
    {100, error_class::resource},   // NO_DEVICE
    {205, error_class::resource},   // MAP_FAILED
    {214, error_class::fatal},      // ECC_UNCORRECTABLE
    {220, error_class::fatal},      // NVLINK_UNCORRECTABLE
    {226, error_class::fatal},      // CONTAINED: a contained memory error, after which the process must end
    {304, error_class::resource},   // OPERATING_SYSTEM: a call of the system failed
    {600, error_class::transient},  // NOT_READY
    {700, error_class::fatal},      // ILLEGAL_ADDRESS
    {701, error_class::resource},   // LAUNCH_OUT_OF_RESOURCES: too many registers or threads for this kernel
    {702, error_class::fatal},      // LAUNCH_TIMEOUT: the display's watchdog
    {709, error_class::fatal},      // CONTEXT_IS_DESTROYED
    {710, error_class::fatal},      // ASSERT
    {714, error_class::fatal},      // HARDWARE_STACK_ERROR
    {715, error_class::fatal},      // ILLEGAL_INSTRUCTION
    {716, error_class::fatal},      // MISALIGNED_ADDRESS
    {717, error_class::fatal},      // INVALID_ADDRESS_SPACE
    {718, error_class::fatal},      // INVALID_PC
    {719, error_class::fatal},      // LAUNCH_FAILED
    {720, error_class::resource},   // COOPERATIVE_LAUNCH_TOO_LARGE
    {721, error_class::fatal},      // TENSOR_MEMORY_LEAK
    {802, error_class::transient},  // SYSTEM_NOT_READY: the driver's services are still starting
    {805, error_class::transient},  // MPS_CONNECTION_FAILED
    {806, error_class::fatal},      // MPS_RPC_FAILURE: the server is gone
    {807, error_class::transient},  // MPS_SERVER_NOT_READY
    {808, error_class::resource},   // MPS_MAX_CLIENTS_REACHED
    {809, error_class::resource},   // MPS_MAX_CONNECTIONS_REACHED
    {810, error_class::fatal},      // MPS_CLIENT_TERMINATED
    {909, error_class::transient},  // TIMEOUT
    {911, error_class::fatal},      // EXTERNAL_DEVICE: the device itself failed
    {999, error_class::fatal},      // UNKNOWN
};

failure with_class(call_error error, error_class kind, std::string detail) {
  failure why{std::move(error.call),  error.code,       std::move(error.name), kind,
              std::move(error.place), std::move(detail)};
  if (!why.code) {
    why.kind = error_class::missing;
    why.name = "RING_MISSING_ENTRY_POINT";
    if (why.detail.empty()) why.detail = "the library has no " + why.call;
  }
  return why;
}

error_class classify_nvrtc(int code) { return code == 1 ? error_class::resource : error_class::programmer; }

}

const char* name_of(error_class kind) {
  switch (kind) {
    case error_class::transient:
      return "transient";
    case error_class::resource:
      return "resource";
    case error_class::programmer:
      return "programmer";
    case error_class::fatal:
      return "fatal";
    case error_class::missing:
      return "missing";
  }
  return "programmer";
}

error_class classify_cuda(int code) {
  const auto* found = std::find_if(std::begin(kClasses), std::end(kClasses),
                                   [code](const coded_class& entry) { return entry.code == code; });
  return found == std::end(kClasses) ? error_class::programmer : found->kind;
}

failure cuda_failure(call_error error, std::string detail) {
  const error_class kind = error.code ? classify_cuda(*error.code) : error_class::missing;
  return with_class(std::move(error), kind, std::move(detail));
}

failure nvrtc_failure(call_error error, std::string detail) {
  const error_class kind = error.code ? classify_nvrtc(*error.code) : error_class::missing;
  return with_class(std::move(error), kind, std::move(detail));
}

failure refuse(const call_site& site, const char* name, error_class kind, std::string detail) {
  call_error error = describe_failure(site, std::nullopt, name);
  return {std::move(error.call), std::nullopt, std::move(error.name), kind, std::move(error.place), std::move(detail)};
}

}
