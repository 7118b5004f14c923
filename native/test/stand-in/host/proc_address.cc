// cuGetProcAddress: entry points by the names that cuda.h has for them, which say no version.
#include <dlfcn.h>

#include <cctype>
#include <string>

#include "call.h"
#include "journal.h"
#include "settings.h"

namespace standin {

namespace {

enum : int { kFound = 0, kSymbolNotFound = 1, kVersionNotSufficient = 2 };

void* find_export(const std::string& name) {
  Dl_info own{};
  if (dladdr(reinterpret_cast<const void*>(&find_export), &own) == 0) return nullptr;
  void* library = dlopen(own.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) return nullptr;
  void* found = dlsym(library, name.c_str());
  dlclose(library);
  return found;
}

/// The CUDA version that brought it, for the newer ones that are here.
int first_version(const std::string& name) {
  if (name == "cuFuncGetParamInfo") return 12040;
  if (name == "cuGetProcAddress") return 11030;
  if (name == "cuLaunchHostFunc") return 10000;
  if (name == "cuLaunchCooperativeKernel") return 9000;
  if (name == "cuDeviceGetUuid") return 9020;
  return 2000;
}

bool says_version(const std::string& name) {
  const size_t at = name.rfind("_v");
  return at != std::string::npos && at + 3 == name.size() && std::isdigit(name.back()) != 0;
}

}

RING_EXPORT result cuGetProcAddress_v2(const char* name, void** function, int version, uint64_t flags, int* status) {
  return driver_call("cuGetProcAddress_v2", needs::nothing, [&](driver_lock&) -> result {
    if (name == nullptr || function == nullptr) return refuse(kInvalidValue, "an address is null");
    if (flags > 2) return refuse(kInvalidValue, "there are no flags 0x%llx", static_cast<unsigned long long>(flags));
    if (version < 2000) return refuse(kInvalidValue, "%d is no version of CUDA (12.4 is 12040)", version);
    *function = nullptr;
    const auto answer = [&](int what, result code) {
      if (status != nullptr) *status = what;
      return code;
    };
    if (std::string(name).rfind("cu", 0) != 0 || says_version(name)) return answer(kSymbolNotFound, kNotFound);
    if (first_version(name) > version) return answer(kVersionNotSufficient, kNotFound);
    for (const char* suffix : {"_v2", ""})
      if (*function == nullptr) *function = find_export(std::string(name) + suffix);
    return *function == nullptr ? answer(kSymbolNotFound, kNotFound) : answer(kFound, kSuccess);
  });
}

RING_EXPORT result cuGetProcAddress(const char* name, void** function, int version, uint64_t flags) {
  return cuGetProcAddress_v2(name, function, version, flags, nullptr);
}

}
