// NVRTC, NVIDIA's compiler as a library: the functions that are used, with types of our own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "driver/dynamic_library.h"

namespace ring {

using nvrtc_result = int;
using nvrtc_program = struct nvrtc_program_opaque*;

inline constexpr nvrtc_result kNvrtcCompilation = 6;

// X(function, parameters): those that answer with a code. On Windows too they have C's calling convention.
// clang-format off
#define RING_NVRTC_FUNCTIONS(X)                                                                                       \
  X(nvrtcVersion, (int* major, int* minor))                                                                           \
  X(nvrtcGetNumSupportedArchs, (int* count))                                                                          \
  X(nvrtcGetSupportedArchs, (int* architectures))                                                                     \
  X(nvrtcCreateProgram, (nvrtc_program* program, const char* source, const char* name, int header_count,              \
                         const char* const* headers, const char* const* include_names))                               \
  X(nvrtcDestroyProgram, (nvrtc_program* program))                                                                    \
  X(nvrtcCompileProgram, (nvrtc_program program, int option_count, const char* const* options))                       \
  X(nvrtcAddNameExpression, (nvrtc_program program, const char* expression))                                          \
  X(nvrtcGetLoweredName, (nvrtc_program program, const char* expression, const char** name))                          \
  X(nvrtcGetProgramLogSize, (nvrtc_program program, size_t* bytes))                                                   \
  X(nvrtcGetProgramLog, (nvrtc_program program, char* log))                                                           \
  X(nvrtcGetPTXSize, (nvrtc_program program, size_t* bytes))                                                          \
  X(nvrtcGetPTX, (nvrtc_program program, char* ptx))                                                                  \
  X(nvrtcGetCUBINSize, (nvrtc_program program, size_t* bytes))                                                        \
  X(nvrtcGetCUBIN, (nvrtc_program program, char* cubin))
// clang-format on

/// A function that the library does not export is nullptr: a capability that is missing, found out by RING_CALL.
struct nvrtc_library {
  dynamic_library library;

#define RING_DECLARE(_name, _parameters) nvrtc_result(*_name) _parameters = nullptr;
  RING_NVRTC_FUNCTIONS(RING_DECLARE)
#undef RING_DECLARE
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
