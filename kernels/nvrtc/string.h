// <string.h> for NVRTC, which has memcpy and memset built in.
#pragma once
#include "ring_cuda.h"
__device__ inline void* memmove(void* to, const void* from, size_t bytes) {
  auto* out = static_cast<unsigned char*>(to);
  const auto* in = static_cast<const unsigned char*>(from);
  if (out < in)
    for (size_t i = 0; i < bytes; ++i) out[i] = in[i];
  else
    for (size_t i = bytes; i > 0; --i) out[i - 1] = in[i - 1];
  return to;
}
__device__ inline int memcmp(const void* left, const void* right, size_t bytes) {
  const auto* a = static_cast<const unsigned char*>(left);
  const auto* b = static_cast<const unsigned char*>(right);
  for (size_t i = 0; i < bytes; ++i)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}
__device__ inline size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}
__device__ inline int strcmp(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return static_cast<unsigned char>(*a) - static_cast<unsigned char>(*b);
}
