// CUDA's printf, and C's functions that print to memory.
//
// Runs on the CPU device only (Clang, wasm32); musl formats.
#pragma once

#include "ring_cpu.h"

extern "C" {
int vsnprintf(char* to, __SIZE_TYPE__ size, const char* format, __builtin_va_list arguments);
int snprintf(char* to, __SIZE_TYPE__ size, const char* format, ...) __attribute__((format(printf, 3, 4)));
}

namespace ring::detail {
/// Arguments that the format takes, those of `*` among them.
inline int count_arguments(const char* format) {
  int count = 0;
  for (const char* at = format; *at != 0; ++at) {
    if (*at != '%') continue;
    if (*++at == '%') continue;
    ++count;
    // Flags, width, precision and length: whatever is no conversion.
    for (; *at != 0 && __builtin_strchr("diouxXpeEfFgGaAcsn", *at) == nullptr; ++at) count += *at == '*';
    if (*at == 0) break;
  }
  return count;
}
template <bool>
struct if_too_many;
template <>
struct if_too_many<true> {
  using type = int;
};
}  // namespace ring::detail

/// To the studio's console, at most 1,023 bytes a call (longer text is cut). Returns what CUDA's does: the number of
/// arguments, not of characters; -1 without a format.
__attribute__((format(printf, 1, 2))) inline int printf(const char* format, ...) {
  if (format == nullptr) return -1;
  char text[1024];
  __builtin_va_list arguments;
  __builtin_va_start(arguments, format);
  const int size = vsnprintf(text, sizeof text, format, arguments);
  __builtin_va_end(arguments);
  if (size < 0) return -2;
  if (size > 0) ::ring::simt::print(text, size < 1023 ? static_cast<unsigned>(size) : 1023u);
  return ::ring::detail::count_arguments(format);
}
/// CUDA leaves what comes after the 32nd argument unprinted.
template <class... T>
RING_UNAVAILABLE("printf takes at most 32 arguments beside the format, in CUDA")
typename ::ring::detail::if_too_many<(sizeof...(T) > 32)>::type printf(const char* format, T... arguments);
