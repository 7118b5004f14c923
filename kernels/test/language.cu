// Words of CUDA's language that need no threads: qualifiers, macros, hints, clocks.
#include <ring_kernel.cuh>

struct Ask {
  int32_t three;
};
struct Words {
  int32_t total, arch, from_grid_constant, loaded;
  int64_t waited, waited_at_most, ticked;
  bool is_device_code;
};
struct Break {};

#ifdef __CUDA_ARCH__
constexpr bool is_device_code = true;
#else
constexpr bool is_device_code = false;
#endif
#if !defined(__CUDACC__) || __CUDACC_VER_MAJOR__ < 12 || CUDART_VERSION < 12000
#error "nvcc defines these"
#endif

constexpr int twice(int x) { return 2 * x; }
__device__ __forceinline__ int of_grid_constant(__grid_constant__ const int x) { return x; }
__device__ __noinline__ int sum(const int* __restrict__ values, int count) {
  int total = 0;
#pragma unroll
  for (int i = 0; i < count; ++i) total += values[i];
#pragma unroll 1
  for (int i = 0; i < count; ++i) total -= 1;
  return total;
}
__host__ __device__ __launch_bounds__(128, 2) int pick(int x) {
  __builtin_assume(x > 0);
  __assume(x < 100);
  if (x > 0) return twice(x);
  __builtin_unreachable();
}
struct __align__(16) Aligned {
  char c;
};
static_assert(alignof(Aligned) == 16);

RING_KERNEL(language);
RING_ON(language, Ask) {
  const int values[] = {1, 2, msg.three};
  __prof_trigger(0);
  const long long begin = clock64();
  __nanosleep(200000);
  const long long after_sleep = clock64();
  __nanosleep(0xffffffffu);
  const long long after_long_sleep = clock64();
  const clock_t start = clock();
  __nanosleep(1000);
  int stored = 0;
  __stcg(&stored, 7.9);
  ctx.reply(Words{sum(values, 3) + pick(msg.three), __CUDA_ARCH__, of_grid_constant(4), __ldg(&values[2]) + stored,
                  after_sleep - begin, after_long_sleep - after_sleep, clock() - start, is_device_code});
}
RING_ON(language, Break) { __brkpt(); }
