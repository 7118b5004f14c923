#include <algorithm>
#include <charconv>
#include <iterator>

#include "nvrtc_programs.h"
#include "settings.h"

namespace standin {

namespace {

/// Options that change nothing here, with and without a value.
constexpr const char* kIgnored[] = {"-lineinfo",
                                    "--generate-line-info",
                                    "-default-device",
                                    "--device-as-default-execution-space",
                                    "-G",
                                    "--device-debug",
                                    "-w",
                                    "--disable-warnings",
                                    "-use_fast_math",
                                    "--use_fast_math",
                                    "-restrict",
                                    "--restrict",
                                    "-extra-device-vectorization",
                                    "--extra-device-vectorization",
                                    "-err-no",
                                    "--display-error-number",
                                    "-no-err-no",
                                    "--no-display-error-number",
                                    "-dlto",
                                    "--dlink-time-opt",
                                    "-dw",
                                    "--dump-static-warnings",
                                    "-device-int128",
                                    "--device-int128",
                                    "-rdc=true",
                                    "-rdc=false"};
constexpr const char* kIgnoredValues[] = {"--fmad",
                                          "-fmad",
                                          "--ftz",
                                          "-ftz",
                                          "--prec-div",
                                          "-prec-div",
                                          "--prec-sqrt",
                                          "-prec-sqrt",
                                          "--maxrregcount",
                                          "-maxrregcount",
                                          "--relocatable-device-code",
                                          "--diag-suppress",
                                          "-diag-suppress",
                                          "--diag-error",
                                          "-diag-error",
                                          "--diag-warn",
                                          "-diag-warn",
                                          "--ptxas-options",
                                          "-Xptxas",
                                          "--dopt",
                                          "-dopt",
                                          "--brief-diagnostics",
                                          "-brief-diag",
                                          "--split-compile",
                                          "-split-compile",
                                          "--builtin-initializer-list",
                                          "-builtin-initializer-list",
                                          "--builtin-move-forward",
                                          "-builtin-move-forward"};
/// With the value behind `=`, behind a space, or for short names at once.
struct valued {
  const char* name;
  const char* flag;
};
constexpr valued kValued[] = {{"--define-macro", "-D"},
                              {"-D", "-D"},
                              {"--undefine-macro", "-U"},
                              {"-U", "-U"},
                              {"-I", "-I"},
                              {"--include-path", "-I"},
                              {"--pre-include", "-include"},
                              {"-include", "-include"}};

bool fail(std::string& log, const std::string& why) {
  log += "nvrtc: error: " + why + "\n";
  return false;
}

bool read_architecture(std::string value, compile_options& read, std::string& log) {
  read.is_real = value.starts_with("sm_");
  const size_t digits = value.find('_') + 1;
  if ((read.is_real || value.starts_with("compute_")) && std::isalpha(value.back()) != 0) value.pop_back();
  const auto [end, error] = std::from_chars(value.data() + digits, value.data() + value.size(), read.target);
  const auto& known = supported_architectures();
  const bool is_known = std::ranges::find(known, read.target) != known.end();
  if ((!read.is_real && !value.starts_with("compute_")) || end != value.data() + value.size() || !is_known)
    return fail(log, "invalid value for --gpu-architecture (-arch)");
  return true;
}

bool read_standard(const std::string& value, compile_options& read, std::string& log) {
  constexpr const char* kKnown[] = {"c++03", "c++11", "c++14", "c++17", "c++20"};
  if (std::ranges::find(kKnown, value) == std::end(kKnown)) return fail(log, "invalid value for --std (-std)");
  read.standard = value;
  return true;
}

/// Of `-I` and its like; false where `option` is none of them.
bool read_valued(const std::string& option, const std::string* next, compile_options& read, bool& takes_next) {
  for (const auto& [name, flag] : kValued) {
    const std::string prefix = name;
    if (!option.starts_with(prefix)) continue;
    std::string value = option.substr(prefix.size());
    takes_next = value.empty();
    if (takes_next) {
      if (next == nullptr) return false;
      value = *next;
    } else if (value[0] == '=') {
      value.erase(0, 1);
    } else if (prefix.size() != 2) {
      continue;
    }
    if (std::string(flag) == "-I") {
      read.include_folders.push_back(value);
    } else {
      read.preprocessor.emplace_back(flag);
      read.preprocessor.push_back(value);
    }
    return true;
  }
  return false;
}

bool is_ignored(const std::string& option) {
  if (std::ranges::find(kIgnored, option) != std::end(kIgnored)) return true;
  const std::string name = option.substr(0, option.find('='));
  return name != option && std::ranges::find(kIgnoredValues, name) != std::end(kIgnoredValues);
}

}

const std::vector<int>& supported_architectures() {
  static const std::vector<int> before_blackwell = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90};
  static const std::vector<int> all = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90, 100, 101, 120};
  return settings::get().number("nvrtc") >= 12080 ? all : before_blackwell;
}

bool read_options(const std::vector<std::string>& options, compile_options& read, std::string& log) {
  for (size_t i = 0; i < options.size(); ++i) {
    const std::string& option = options[i];
    const size_t equals = option.find('=');
    const std::string name = option.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
    bool takes_next = false;
    if (name == "--gpu-architecture" || name == "-arch") {
      if (!read_architecture(value, read, log)) return false;
    } else if (name == "--std" || name == "-std") {
      if (!read_standard(value, read, log)) return false;
    } else if (read_valued(option, i + 1 < options.size() ? &options[i + 1] : nullptr, read, takes_next)) {
      i += takes_next ? 1 : 0;
    } else if (!is_ignored(option)) {
      return fail(log, "unrecognized option " + option);
    }
  }
  return true;
}

}
