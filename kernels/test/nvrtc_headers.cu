// Headers that NVRTC has from us where there is no toolkit: each is included, and something of it is used.
#include <assert.h>
#include <cassert>
#include <cfloat>
#include <climits>
#include <cmath>
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cuda_runtime.h>
#include <float.h>
#include <limits.h>
#include <limits>
#include <math.h>
#include <math_constants.h>
#include <new>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <type_traits>

namespace cg = cooperative_groups;

enum class Kind : uint16_t { none };
struct Point {
  float x, y;
};
static_assert(std::is_same_v<std::decay_t<const int (&)[3]>, const int*> && std::is_enum_v<Kind>);
static_assert(std::is_trivially_copyable_v<Point> && !std::is_signed_v<unsigned> && std::is_pointer_v<int* const>);
static_assert(std::is_same_v<std::make_unsigned_t<long long>, unsigned long long> && std::is_void_v<const void>);
static_assert(std::is_same_v<std::underlying_type_t<Kind>, uint16_t> && std::is_floating_point_v<double>);
static_assert(std::numeric_limits<int>::min() == INT_MIN && std::numeric_limits<float>::digits == FLT_MANT_DIG);
static_assert(std::numeric_limits<uint64_t>::max() == UINT64_MAX && CHAR_BIT == 8);
static_assert(std::is_convertible_v<int, float> && std::is_base_of_v<Point, Point>);

template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
__device__ T twice(T value) {
  return value * 2;
}

__global__ void math(float* out, double* wide, int n) {
  out[0] = std::sqrt(out[0]) + std::fmax(out[1], CUDART_PI_F) + std::abs(out[2]) + fabsf(out[3]) + sinf(out[4]);
  out[1] = std::numeric_limits<float>::infinity() + FLT_MAX + CUDART_INF_F + NAN;
  wide[0] = std::pow(wide[1], 2.0) + M_PI + std::numeric_limits<double>::epsilon() + CUDART_PI + HUGE_VAL;
  out[2] = static_cast<float>(twice(n)) + (std::isnan(out[1]) ? 1.0f : 0.0f) + static_cast<float>(std::abs(-n));
  assert(n > 0);
  if (n == 3) std::printf("%d %f\n", n, wide[0]);
}

__global__ void memory(unsigned char* to, const unsigned char* from, const char* text, int* result) {
  std::memcpy(to, from, 16);
  std::memset(to + 16, 0, 16);
  std::memmove(to + 1, to, 8);
  *result = std::memcmp(to, from, 4) + static_cast<int>(std::strlen(text)) + std::strcmp(text, "x");
  alignas(Point) unsigned char room[sizeof(Point)];
  const Point* point = new (room) Point{1.0f, 2.0f};
  *result += static_cast<int>(point->y);
}

__global__ void groups(int* out, int value) {
  const cg::thread_block block = cg::this_thread_block();
  const auto tile = cg::tiled_partition<16>(block);
  const cg::coalesced_group active = cg::coalesced_threads();
  value += tile.shfl_xor(value, 1) + tile.shfl_down(value, 2) + active.shfl(value, 0);
  value += cg::reduce(tile, value, cg::plus<int>()) + static_cast<int>(tile.ballot(value > 0) + active.size());
  cg::sync(block);
  if (block.thread_rank() == 0) out[cg::this_grid().block_rank()] = value + static_cast<int>(tile.match_any(value));
}
