// Compiled programs as bytes that travel: "PTX" is text around a shared library, a "cubin" is the library itself.
#pragma once

#include <optional>
#include <string>

namespace standin {

struct image {
  bool is_ptx = false;
  /// Of PTX: 10 × major + minor of its language version. Of NVRTC 12.4 it is 84.
  int ptx_version = 0;
  /// 10 × major + minor of the compute capability that it is for.
  int target = 0;
  /// The shared library. Of a cubin the caller's own bytes.
  std::string library;
};

/// The PTX language that comes with a version of the toolkit (12080: 8.7).
int ptx_version_of(int toolkit);

std::string write_ptx(const std::string& library, int target, int toolkit);

/// From the bytes that cuModuleLoadDataEx gets, which come without their size; nothing, and why, for any others.
std::optional<image> read_image(const void* bytes, std::string& why);

}
