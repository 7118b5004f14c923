// NVRTC, NVIDIA's compiler as a library: the functions that are used, with types of our own.
#pragma once

#include <string>
#include <vector>

#include "driver/dynamic_library.h"

namespace ring {

using nvrtc_result = int;

/// A function that the library does not export is nullptr: a capability that is missing, found out by RING_CALL.
struct nvrtc_library {
  dynamic_library library;

  nvrtc_result (*nvrtcVersion)(int* major, int* minor) = nullptr;
  nvrtc_result (*nvrtcGetNumSupportedArchs)(int* count) = nullptr;
  nvrtc_result (*nvrtcGetSupportedArchs)(int* architectures) = nullptr;
  const char* (*nvrtcGetErrorString)(nvrtc_result code) = nullptr;

  /// Opens the first of `names` that can be opened, and finds its functions.
  [[nodiscard]] std::vector<load_failure> open(const std::vector<std::string>& names);

  /// Opens the library of the device functions that belongs to this version, by its full path, from NVRTC's own folder.
  /// NVRTC opens it by its bare name when it compiles, which finds the one that is open already, and otherwise fails
  /// wherever the folder is not one that the loader searches.
  [[nodiscard]] std::optional<load_failure> open_builtins(int major, int minor);

  const dynamic_library& builtins() const { return builtins_; }

  std::string error_name(nvrtc_result code) const;

 private:
  dynamic_library builtins_;
};

}
