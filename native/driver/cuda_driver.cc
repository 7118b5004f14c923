#include "driver/cuda_driver.h"

namespace ring {

std::vector<load_failure> cuda_driver::open(const std::vector<std::string>& names) {
  std::vector<load_failure> failures = library.open_first(names);
#define RING_FIND(_symbol, _name, _version, _parameters) \
  _symbol = reinterpret_cast<decltype(_symbol)>(find_function(#_symbol, #_name, _version));
  RING_CUDA_FUNCTIONS(RING_FIND)
#undef RING_FIND
  return failures;
}

/// By cuGetProcAddress of CUDA 12, else by that of CUDA 11.3, which has one parameter less. What neither tells is
/// looked for among the exported symbols.
void* cuda_driver::find_function(const char* symbol, const char* name, int version) const {
  using get_proc_address =
      cuda_result(RING_CUDA_API*)(const char* name, void** function, int version, uint64_t flags, int* status);
  using get_proc_address_11 =
      cuda_result(RING_CUDA_API*)(const char* name, void** function, int version, uint64_t flags);
  // Legacy: the variants whose default stream is one for the whole context. No call of ours uses it.
  constexpr uint64_t flags = kProcAddressLegacyStream;
  get_proc_address ask = nullptr;
  get_proc_address_11 ask_11 = nullptr;
  library.find(ask, "cuGetProcAddress_v2");
  library.find(ask_11, "cuGetProcAddress");
  void* function = nullptr;
  int status = 0;
  cuda_result result = 0;
  if (ask != nullptr)
    result = ask(name, &function, version, flags, &status);
  else if (ask_11 != nullptr)
    result = ask_11(name, &function, version, flags);
  if (result == 0 && function != nullptr) return function;
  void (*exported)() = nullptr;
  library.find(exported, symbol);
  return reinterpret_cast<void*>(exported);
}

std::vector<std::string> cuda_driver::missing() const {
  std::vector<std::string> names;
#define RING_NOTE(_symbol, _name, _version, _parameters) \
  if (_symbol == nullptr) names.emplace_back(#_symbol);
  RING_CUDA_FUNCTIONS(RING_NOTE)
#undef RING_NOTE
  return names;
}

std::string cuda_driver::error_name(cuda_result code) const {
  const char* name = nullptr;
  if (cuGetErrorName == nullptr || cuGetErrorName(code, &name) != 0 || name == nullptr) return "";
  return name;
}

std::string cuda_driver::error_text(cuda_result code) const {
  const char* text = nullptr;
  if (cuGetErrorString == nullptr || cuGetErrorString(code, &text) != 0 || text == nullptr) return "";
  return text;
}

}
