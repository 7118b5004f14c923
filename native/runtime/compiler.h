// Compiles with NVRTC, which needs no device. For one thread: that of the compiler.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/nvrtc_library.h"
#include "runtime/failure.h"

namespace ring {

struct virtual_header {
  /// As sources include it.
  std::string name;
  std::string text;
};

struct compile_request {
  /// What messages call the source.
  std::string name;
  std::string source;
  std::vector<virtual_header> headers;
  /// As on nvcc's command line: `--gpu-architecture=compute_80`, `-std=c++17`.
  std::vector<std::string> options;
  /// Of functions and variables whose names in the module are asked for: `&scale<float>`.
  std::vector<std::string> name_expressions;
  /// Machine code instead of PTX; the architecture must then be a real one (`sm_80`).
  bool is_cubin = false;
};

struct compile_answer {
  /// Nothing when the source has errors, which are in the log.
  std::optional<std::vector<std::byte>> code;
  /// Messages of the compiler; warnings when there is code.
  std::string log;
  /// In the order of the expressions.
  std::vector<std::pair<std::string, std::string>> lowered_names;
};

class compiler {
 public:
  /// The first of these libraries that opens, and the library of device functions beside it.
  static result<std::shared_ptr<compiler>> open(const std::vector<std::string>& libraries);

  result<compile_answer> compile(const compile_request& request) const;

  const nvrtc_library& library() const { return nvrtc_; }
  int version_major() const { return version_major_; }
  int version_minor() const { return version_minor_; }
  /// 75 is sm_75; empty where NVRTC does not tell.
  const std::vector<int>& architectures() const { return architectures_; }
  /// Why the library of device functions could not be opened; empty when it was. Without it no compile succeeds unless
  /// the system's loader finds it.
  const std::string& builtins_failure() const { return builtins_failure_; }

 private:
  outcome build(nvrtc_program program, const compile_request& request, compile_answer& answer) const;
  result<std::vector<std::byte>> read_code(nvrtc_program program, bool is_cubin) const;
  std::string read_log(nvrtc_program program) const;

  nvrtc_library nvrtc_;
  int version_major_ = 0;
  int version_minor_ = 0;
  std::vector<int> architectures_;
  std::string builtins_failure_;
};

}
