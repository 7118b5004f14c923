// What a function was called with. The first argument that is not what it has to be is kept, with all that is said
// about it; what is read afterwards is empty. So a function reads all it needs, asks once, and raises.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <napi.h>

#include "addon/environment.h"
#include "addon/errors.h"
#include "runtime/memory.h"
#include "runtime/module.h"

namespace ring {

/// Bytes of a typed array.
struct byte_view {
  std::byte* begin = nullptr;
  size_t bytes = 0;
};

class call_arguments {
 public:
  /// `call` is the name by which JavaScript knows the function.
  call_arguments(const Napi::CallbackInfo& info, const char* call, size_t count);

  bool is_good() const { return !trouble_; }
  /// Throws what was wrong.
  Napi::Value raise();

  /// A whole number from `least` to `most`.
  uint64_t number(size_t index, const char* what, uint64_t least, uint64_t most);
  bool flag(size_t index, const char* what);
  /// Without NUL, at most `most` bytes of UTF-8.
  std::string text(size_t index, const char* what, size_t most);
  std::vector<std::string> texts(size_t index, const char* what, size_t most_count, size_t most_bytes);
  /// Whole numbers, each at most 2^53 − 1.
  std::vector<uint64_t> numbers(size_t index, const char* what, size_t most_count);
  Napi::Function function(size_t index, const char* what);

  /// A copy of a Uint8Array, over whatever buffer.
  std::vector<std::byte> bytes(size_t index, const char* what, size_t most);
  /// A typed array over shared memory, which no JavaScript can take away. Elements of one of these types.
  byte_view shared_view(size_t index, const char* what, std::initializer_list<napi_typedarray_type> types);
  Napi::TypedArray typed_array(size_t index) const { return info_[index].As<Napi::TypedArray>(); }

  std::shared_ptr<context_session> context_of(size_t index);
  std::shared_ptr<compiler_session> compiler_of(size_t index);
  std::shared_ptr<signal_watcher> watch_of(size_t index);
  std::shared_ptr<cuda_module> module_of(size_t index);
  std::shared_ptr<cuda_function> function_of(size_t index);
  std::shared_ptr<host_memory> host_memory_of(size_t index);
  std::shared_ptr<device_memory> device_memory_of(size_t index);
  std::shared_ptr<memory> memory_of(size_t index);
  std::shared_ptr<memory> memory_by(double handle);
  /// Of any kind but contexts, compilers and watches.
  std::shared_ptr<resource> resource_of(size_t index);

  void refuse_argument(const std::string& detail);

 private:
  std::optional<double> handle_number(size_t index);
  std::shared_ptr<void> find(std::optional<double> number, std::initializer_list<handle_kind> kinds);
  template <class T>
  std::shared_ptr<T> find_resource(std::optional<double> number, std::initializer_list<handle_kind> kinds);
  void refuse_handle(const char* name, const std::string& detail);
  std::optional<std::string> read_text(const Napi::Value& value, size_t most);

  const Napi::CallbackInfo& info_;
  const char* const call_;
  environment& environment_;
  std::optional<failure> trouble_;
};

}
