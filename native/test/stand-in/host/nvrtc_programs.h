// Programs of NVRTC.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace standin {

struct header {
  std::string name;
  std::string text;
};

struct program {
  std::string source;
  std::string name;
  std::vector<header> headers;
  std::vector<std::string> name_expressions;
  bool is_compiled = false;
  std::string log;
  std::string ptx;
  std::string cubin;
  /// By name expression.
  std::map<std::string, std::string> lowered;
};

/// What the options say.
struct compile_options {
  int target = 52;
  /// `sm_90`, not `compute_90`: there is a cubin.
  bool is_real = false;
  std::string standard = "c++17";
  /// For the preprocessor: -D, -U, -include.
  std::vector<std::string> preprocessor;
  std::vector<std::string> include_folders;
};

/// False, and the program's log says why, for an option that NVRTC has not.
bool read_options(const std::vector<std::string>& options, compile_options& read, std::string& log);

const std::vector<int>& supported_architectures();

/// Fills in what compiling gives; false where the log has errors.
bool compile(program& p, const compile_options& options);

/// Alive.
long long count_programs();

}
