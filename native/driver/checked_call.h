// Every call into one of NVIDIA's libraries goes through RING_CALL: a function that the library does not export, and a
// code that is not success, become a value that says which call it was, what came back, and from where it was called.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ring {

struct call_site {
  const char* call;
  const char* file;
  int line;
};

struct call_error {
  std::string call;
  /// Nothing where the library does not export the function.
  std::optional<int> code;
  /// The library's own name for the code; empty where it has none.
  std::string name;
  /// File and line of the caller.
  std::string place;
};

/// Keeps the error, where there is one, among the others.
bool succeeds(std::optional<call_error> error, std::vector<call_error>& errors);

call_error describe_failure(const call_site& site, std::optional<int> code, std::string name);

/// Zero is success in all three libraries. `library.error_name(code)` gives the name of any other code.
template <class Library, class F, class... Arguments>
[[nodiscard]] std::optional<call_error> checked_call(const Library& library, F* function, const call_site& site,
                                                     Arguments... arguments) {
  if (function == nullptr) return describe_failure(site, std::nullopt, "");
  const int code = static_cast<int>(function(arguments...));
  if (code == 0) return std::nullopt;
  return describe_failure(site, code, library.error_name(code));
}

}

#define RING_CALL(_library, _function, ...)              \
  ::ring::checked_call((_library), (_library)._function, \
                       ::ring::call_site{#_function, __FILE__, __LINE__} __VA_OPT__(, ) __VA_ARGS__)
