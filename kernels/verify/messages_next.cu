// The version that a hot reload brings: its items say so.
#include <ring_kernel.cuh>

constexpr uint32_t kVersion = 1;

#include "messages.cuh"
