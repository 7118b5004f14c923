// Newer and older versions of one function of NVML.
#pragma once

#include <optional>
#include <utility>

#include "driver/checked_call.h"
#include "driver/nvml_types.h"

namespace ring {

/// Whether the older function may know what the newer one does not: it is not there, or not for this device.
inline bool asks_older(const std::optional<call_error>& newer) {
  if (!newer) return false;
  if (!newer->code) return true;
  switch (*newer->code) {
    case kNvmlInvalidArgument:
    case kNvmlNotSupported:
    case kNvmlFunctionNotFound:
    case kNvmlVersionMismatch:
    case kNvmlDeprecated:
      return true;
    default:
      return false;
  }
}

/// Of two that failed: that the older one is not there either says less than what the newer one has answered.
inline std::optional<call_error> choose_error(std::optional<call_error> newer, std::optional<call_error> older) {
  const bool is_older_absent = older && !older->code;
  return is_older_absent ? std::move(newer) : std::move(older);
}

}
