#include "addon/arguments.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace ring {

namespace {

constexpr double kMostNumber = 9007199254740991.0;

bool is_whole(double value) { return value >= 0 && value <= kMostNumber && std::floor(value) == value; }

}

call_arguments::call_arguments(const Napi::CallbackInfo& info, const char* call, size_t count)
    : info_(info), call_(call), environment_(environment::of(info.Env())) {
  if (info.Length() == count) return;
  refuse_argument("expects " + std::to_string(count) + " arguments, not " + std::to_string(info.Length()));
}

void call_arguments::refuse_argument(const std::string& detail) { refuse_handle("RING_BAD_ARGUMENT", detail); }

void call_arguments::refuse_handle(const char* name, const std::string& detail) {
  if (!trouble_) trouble_ = RING_REFUSE(call_, name, programmer, detail);
}

Napi::Value call_arguments::raise() {
  const Napi::Env env = info_.Env();
  // What a getter of an argument has thrown says more.
  if (env.IsExceptionPending()) return env.Undefined();
  return ring::raise(env, *trouble_);
}

uint64_t call_arguments::number(size_t index, const char* what, uint64_t least, uint64_t most) {
  if (trouble_) return 0;
  const double value = info_[index].IsNumber() ? info_[index].As<Napi::Number>().DoubleValue() : -1;
  if (is_whole(value) && static_cast<uint64_t>(value) >= least && static_cast<uint64_t>(value) <= most) {
    return static_cast<uint64_t>(value);
  }
  refuse_argument(std::string(what) + " is not a whole number from " + std::to_string(least) + " to " +
                  std::to_string(most));
  return 0;
}

bool call_arguments::flag(size_t index, const char* what) {
  if (trouble_) return false;
  if (info_[index].IsBoolean()) return info_[index].As<Napi::Boolean>().Value();
  refuse_argument(std::string(what) + " is not a boolean");
  return false;
}

std::optional<std::string> call_arguments::read_text(const Napi::Value& value, size_t most) {
  // A getter of an array may have thrown: then there is no value.
  if (info_.Env().IsExceptionPending() || !value.IsString()) return std::nullopt;
  std::string text = value.As<Napi::String>().Utf8Value();
  // Libraries would read only as far as a NUL.
  if (text.size() > most || text.find('\0') != std::string::npos) return std::nullopt;
  return text;
}

std::string call_arguments::text(size_t index, const char* what, size_t most) {
  if (trouble_) return "";
  std::optional<std::string> text = read_text(info_[index], most);
  if (text) return std::move(*text);
  refuse_argument(std::string(what) + " is not a text of at most " + std::to_string(most) + " bytes without NUL");
  return "";
}

std::vector<std::string> call_arguments::texts(size_t index, const char* what, size_t most_count, size_t most_bytes) {
  std::vector<std::string> all;
  if (trouble_) return all;
  const bool is_array = info_[index].IsArray();
  const uint32_t count = is_array ? info_[index].As<Napi::Array>().Length() : 0;
  bool is_good = is_array && count <= most_count;
  for (uint32_t element = 0; is_good && element < count; element++) {
    std::optional<std::string> text = read_text(info_[index].As<Napi::Array>().Get(element), most_bytes);
    is_good = text.has_value();
    if (is_good) all.push_back(std::move(*text));
  }
  if (is_good) return all;
  refuse_argument(std::string(what) + " is not an array of at most " + std::to_string(most_count) +
                  " texts without NUL, each of at most " + std::to_string(most_bytes) + " bytes");
  return {};
}

std::vector<uint64_t> call_arguments::numbers(size_t index, const char* what, size_t most_count) {
  std::vector<uint64_t> all;
  if (trouble_) return all;
  const bool is_array = info_[index].IsArray();
  const uint32_t count = is_array ? info_[index].As<Napi::Array>().Length() : 0;
  bool is_good = is_array && count <= most_count;
  for (uint32_t element = 0; is_good && element < count; element++) {
    const Napi::Value value = info_[index].As<Napi::Array>().Get(element);
    is_good = !info_.Env().IsExceptionPending() && value.IsNumber() && is_whole(value.As<Napi::Number>().DoubleValue());
    if (is_good) all.push_back(static_cast<uint64_t>(value.As<Napi::Number>().DoubleValue()));
  }
  if (is_good) return all;
  refuse_argument(std::string(what) + " is not an array of at most " + std::to_string(most_count) + " whole numbers");
  return {};
}

Napi::Function call_arguments::function(size_t index, const char* what) {
  if (!trouble_ && info_[index].IsFunction()) return info_[index].As<Napi::Function>();
  refuse_argument(std::string(what) + " is not a function");
  return {};
}

std::vector<std::byte> call_arguments::bytes(size_t index, const char* what, size_t most) {
  if (trouble_) return {};
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0;
  void* data = nullptr;
  const bool is_array =
      info_[index].IsTypedArray() &&
      napi_get_typedarray_info(info_.Env(), info_[index], &type, &length, &data, nullptr, nullptr) == napi_ok;
  if (!is_array || type != napi_uint8_array || length > most) {
    refuse_argument(std::string(what) + " is not a Uint8Array of at most " + std::to_string(most) + " bytes");
    return {};
  }
  std::vector<std::byte> copy(length);
  if (length > 0) std::memcpy(copy.data(), data, length);
  return copy;
}

byte_view call_arguments::shared_view(size_t index, const char* what,
                                      std::initializer_list<napi_typedarray_type> types) {
  if (trouble_) return {};
  const Napi::Env env = info_.Env();
  napi_typedarray_type type = napi_uint8_array;
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  bool is_private = true;
  // The one way to the address of shared memory that Node 20 has; of the buffer alone it gives none.
  const bool is_shared =
      info_[index].IsTypedArray() &&
      napi_get_typedarray_info(env, info_[index], &type, &length, &data, &buffer, nullptr) == napi_ok &&
      napi_is_arraybuffer(env, buffer, &is_private) == napi_ok && !is_private;
  if (!is_shared || length == 0 || std::find(types.begin(), types.end(), type) == types.end()) {
    refuse_argument(std::string(what) + " is not a view of shared memory with elements of the right type");
    return {};
  }
  return {static_cast<std::byte*>(data), length * info_[index].As<Napi::TypedArray>().ElementSize()};
}

std::optional<double> call_arguments::handle_number(size_t index) {
  if (info_[index].IsNumber()) return info_[index].As<Napi::Number>().DoubleValue();
  return std::nullopt;
}

std::shared_ptr<void> call_arguments::find(std::optional<double> number, std::initializer_list<handle_kind> kinds) {
  if (trouble_) return nullptr;
  const handle_table::finding finding = environment_.handles().find(number.value_or(0));
  std::string wanted;
  for (const handle_kind kind : kinds) wanted += (wanted.empty() ? "" : " or ") + std::string(name_of(kind));
  switch (finding.trouble) {
    case handle_trouble::none:
      break;
    case handle_trouble::not_a_handle:
      refuse_handle("RING_NOT_A_HANDLE", "expects the handle of a " + wanted);
      return nullptr;
    case handle_trouble::foreign:
      refuse_handle("RING_FOREIGN_HANDLE", "the handle belongs to another thread; expects that of a " + wanted);
      return nullptr;
    case handle_trouble::stale:
      refuse_handle("RING_STALE_HANDLE", "what the handle named has been released; expects that of a " + wanted);
      return nullptr;
  }
  if (std::find(kinds.begin(), kinds.end(), finding.found->kind) != kinds.end()) return finding.found->object;
  refuse_handle("RING_WRONG_KIND", "expects the handle of a " + wanted + ", not of a " + name_of(finding.found->kind));
  return nullptr;
}

template <class T>
std::shared_ptr<T> call_arguments::find_resource(std::optional<double> number,
                                                 std::initializer_list<handle_kind> kinds) {
  return std::static_pointer_cast<T>(std::static_pointer_cast<resource>(find(number, kinds)));
}

std::shared_ptr<context_session> call_arguments::context_of(size_t index) {
  return std::static_pointer_cast<context_session>(find(handle_number(index), {handle_kind::context}));
}

std::shared_ptr<compiler_session> call_arguments::compiler_of(size_t index) {
  return std::static_pointer_cast<compiler_session>(find(handle_number(index), {handle_kind::compiler}));
}

std::shared_ptr<signal_watcher> call_arguments::watch_of(size_t index) {
  return std::static_pointer_cast<signal_watcher>(find(handle_number(index), {handle_kind::watch}));
}

std::shared_ptr<cuda_module> call_arguments::module_of(size_t index) {
  return find_resource<cuda_module>(handle_number(index), {handle_kind::module});
}

std::shared_ptr<cuda_function> call_arguments::function_of(size_t index) {
  return find_resource<cuda_function>(handle_number(index), {handle_kind::function});
}

std::shared_ptr<host_memory> call_arguments::host_memory_of(size_t index) {
  return find_resource<host_memory>(handle_number(index), {handle_kind::host_memory});
}

std::shared_ptr<device_memory> call_arguments::device_memory_of(size_t index) {
  return find_resource<device_memory>(handle_number(index), {handle_kind::device_memory});
}

std::shared_ptr<memory> call_arguments::memory_of(size_t index) {
  return find_resource<memory>(handle_number(index), {handle_kind::host_memory, handle_kind::device_memory});
}

std::shared_ptr<memory> call_arguments::memory_by(double handle) {
  return find_resource<memory>(handle, {handle_kind::host_memory, handle_kind::device_memory});
}

std::shared_ptr<resource> call_arguments::resource_of(size_t index) {
  return find_resource<resource>(handle_number(index), {handle_kind::host_memory, handle_kind::device_memory,
                                                        handle_kind::module, handle_kind::function});
}

}
