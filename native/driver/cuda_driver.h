// The CUDA driver's functions, with types of our own.
#pragma once

#include <string>
#include <vector>

#include "driver/cuda_functions.h"
#include "driver/cuda_types.h"
#include "driver/dynamic_library.h"

namespace ring {

/// A function that the driver does not have is nullptr: a capability that is missing, found out by RING_CALL.
struct cuda_driver {
  dynamic_library library;

#define RING_DECLARE(_symbol, _name, _version, _parameters) cuda_result(RING_CUDA_API* _symbol) _parameters = nullptr;
  RING_CUDA_FUNCTIONS(RING_DECLARE)
#undef RING_DECLARE

  /// Opens the first of `names` that can be opened, and finds its functions.
  [[nodiscard]] std::vector<load_failure> open(const std::vector<std::string>& names);

  /// Names of the functions that the driver does not have.
  std::vector<std::string> missing() const;

  /// `CUDA_ERROR_NO_DEVICE`; empty where the driver has no name for the code.
  std::string error_name(cuda_result code) const;

  /// The driver's sentence about the code; empty where it has none.
  std::string error_text(cuda_result code) const;

 private:
  void* find_function(const char* symbol, const char* name, int version) const;
};

}
