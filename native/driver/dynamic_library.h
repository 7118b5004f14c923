// A library that is found and opened at run time: NVIDIA's driver, NVRTC and NVML are never linked against, so that the
// addon loads on machines that have none of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ring {

/// Why one library could not be opened, in the words of the system's loader.
struct load_failure {
  std::string name;
  std::string message;
};

/// Never closed: a driver has threads and exit handlers of its own, whose code must stay until the process ends.
class dynamic_library {
 public:
  /// Opens `name`: a path, or a name that the system's loader looks for. Returns why it could not be opened, if so.
  [[nodiscard]] std::optional<load_failure> open(const std::string& name);

  /// Opens the first of `names` that can be opened. Returns the failures of those before it; it is open if one was.
  [[nodiscard]] std::vector<load_failure> open_first(const std::vector<std::string>& names);

  bool is_open() const { return handle_ != nullptr; }

  /// Where the file lies, symbolic links resolved where the system tells.
  const std::string& path() const { return path_; }

  /// The folder of `path()`, with the separator at its end; empty where the system does not tell the path.
  std::string folder() const;

  /// The address of an exported function, as a pointer of the type that `target` has; nullptr if it is not exported.
  template <class F>
  void find(F*& target, const char* name) const {
    target = reinterpret_cast<F*>(symbol(name));
  }

 private:
  void* symbol(const char* name) const;

  void* handle_ = nullptr;
  std::string path_;
};

}
