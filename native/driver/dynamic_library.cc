#include "driver/dynamic_library.h"

#include <utility>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#include <climits>
#include <cstdlib>
#endif
#ifdef __linux__
#include <link.h>
#endif

namespace ring {

namespace {

#ifdef _WIN32

std::wstring to_wide(const std::string& text) {
  const int size = static_cast<int>(text.size());
  std::wstring wide(static_cast<size_t>(MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0)), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), static_cast<int>(wide.size()));
  return wide;
}

std::string to_utf8(const wchar_t* wide, size_t length) {
  const int size = static_cast<int>(length);
  std::string text(static_cast<size_t>(WideCharToMultiByte(CP_UTF8, 0, wide, size, nullptr, 0, nullptr, nullptr)),
                   '\0');
  WideCharToMultiByte(CP_UTF8, 0, wide, size, text.data(), static_cast<int>(text.size()), nullptr, nullptr);
  return text;
}

std::string describe_error(DWORD code) {
  wchar_t text[512];
  const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
  DWORD length = FormatMessageW(flags, nullptr, code, 0, text, 512, nullptr);
  while (length > 0 && text[length - 1] <= L' ') length--;
  return to_utf8(text, length) + " (" + std::to_string(code) + ")";
}

#else

/// Where the loader found the library; `name` where the system does not tell.
std::string path_of(void* handle, const std::string& name) {
  std::string path = name;
#ifdef __linux__
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr && map->l_name[0] != '\0') path = map->l_name;
#else
  (void)handle;
#endif
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) == nullptr ? path : resolved;
}

#endif

}

#ifdef _WIN32

std::optional<load_failure> dynamic_library::open(const std::string& name) {
  // Otherwise Windows shows a dialog for a file that is no library.
  DWORD previous_mode = 0;
  SetThreadErrorMode(SEM_FAILCRITICALERRORS, &previous_mode);
  // A bare name is the driver's and lies in the system's folder; the working folder is never searched.
  const bool is_path = name.find_first_of("\\/") != std::string::npos;
  const DWORD flags =
      is_path ? LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS : LOAD_LIBRARY_SEARCH_SYSTEM32;
  const HMODULE module = LoadLibraryExW(to_wide(name).c_str(), nullptr, flags);
  const DWORD error = GetLastError();
  SetThreadErrorMode(previous_mode, nullptr);
  if (module == nullptr) return load_failure{name, describe_error(error)};
  wchar_t path[32768];
  const DWORD length = GetModuleFileNameW(module, path, 32768);
  handle_ = module;
  path_ = length == 0 ? name : to_utf8(path, length);
  return std::nullopt;
}

void* dynamic_library::symbol(const char* name) const {
  if (handle_ == nullptr) return nullptr;
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}

#else

std::optional<load_failure> dynamic_library::open(const std::string& name) {
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* message = dlerror();
    return load_failure{name, message == nullptr ? "unknown reason" : message};
  }
  handle_ = handle;
  path_ = path_of(handle, name);
  return std::nullopt;
}

void* dynamic_library::symbol(const char* name) const { return handle_ == nullptr ? nullptr : dlsym(handle_, name); }

#endif

std::vector<load_failure> dynamic_library::open_first(const std::vector<std::string>& names) {
  std::vector<load_failure> failures;
  for (const std::string& name : names) {
    std::optional<load_failure> failure = open(name);
    if (!failure) break;
    failures.push_back(std::move(*failure));
  }
  return failures;
}

std::string dynamic_library::folder() const {
  const size_t end = path_.find_last_of("\\/");
  return end == std::string::npos ? "" : path_.substr(0, end + 1);
}

}
