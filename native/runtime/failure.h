// What went wrong, as the TypeScript side gets it: one shape for the driver's errors, NVRTC's and our own refusals.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "driver/checked_call.h"

namespace ring {

enum class error_class {
  /// The same call may succeed later, without anybody changing it.
  transient,
  /// Something is used up: memory, room on the multiprocessors, handles.
  resource,
  /// The call was wrong and will be again.
  programmer,
  /// The context is lost, with everything in it; only another process gets a new one.
  fatal,
  /// The library does not have the function.
  missing,
};

const char* name_of(error_class kind);

struct failure {
  /// The driver's function, or ours when we refused before asking it.
  std::string call;
  /// Nothing where no library answered.
  std::optional<int> code;
  /// `CUDA_ERROR_OUT_OF_MEMORY`; of our own refusals `RING_…`.
  std::string name;
  error_class kind = error_class::programmer;
  /// File and line of the addon.
  std::string place;
  /// One or more sentences for people; may be empty.
  std::string detail;
};

/// How grave a code of the driver is. Codes that are not known are the programmer's: nothing is lost by them.
error_class classify_cuda(int code);

failure cuda_failure(call_error error, std::string detail = "");
failure nvrtc_failure(call_error error, std::string detail = "");

/// A refusal of our own. Use RING_REFUSE, which knows the place.
failure refuse(const call_site& site, const char* name, error_class kind, std::string detail);

/// A value, or why there is none.
template <class T>
class result {
 public:
  result(T value) : content_(std::move(value)) {}
  result(failure why) : content_(std::move(why)) {}

  bool is_ok() const { return content_.index() == 0; }
  T& value() { return *std::get_if<0>(&content_); }
  failure& why() { return *std::get_if<1>(&content_); }

 private:
  std::variant<T, failure> content_;
};

/// What a call has to say that gives nothing back.
using outcome = std::optional<failure>;

struct nothing {};

inline result<nothing> as_result(outcome why) {
  if (why) return std::move(*why);
  return nothing{};
}

}

#define RING_REFUSE(_call, _name, _kind, _detail) \
  ::ring::refuse(::ring::call_site{_call, __FILE__, __LINE__}, _name, ::ring::error_class::_kind, _detail)
