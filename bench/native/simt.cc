// The native baseline of bench/simt.bench.ts: its jobs on one thread, as one writes them without a block.
//
// Usage: for each line "JOB N ROUNDS" on stdin it does the job and prints "NS RESULT".
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

namespace {

/// The compiler must not take a round for the same as the one before.
inline void next_round() { asm volatile("" ::: "memory"); }

// With the sum's order given, as the language has it.
__attribute__((noinline)) float reduce(const float* values, uint32_t n) {
  float sum = 0;
  for (uint32_t i = 0; i < n; ++i) sum += values[i];
  return sum;
}

// As ctx.reduce does it: four vectors of four sums.
__attribute__((noinline)) float reduce_regrouped(const float* values, uint32_t n) {
  typedef float vector __attribute__((vector_size(16), aligned(4)));
  vector a = {}, b = {}, c = {}, d = {};
  uint32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const auto* next = reinterpret_cast<const vector*>(values + i);
    a += next[0];
    b += next[1];
    c += next[2];
    d += next[3];
  }
  const vector all = (a + b) + (c + d);
  float sum = (all[0] + all[1]) + (all[2] + all[3]);
  for (; i < n; ++i) sum += values[i];
  return sum;
}

__attribute__((noinline)) float scan(const float* values, float* prefixes, uint32_t n) {
  float sum = 0;
  for (uint32_t i = 0; i < n; ++i) prefixes[i] = sum += values[i];
  return sum;
}

__attribute__((noinline)) void multiply_rows(const float* a, const float* b, float* c, uint32_t n) {
  for (uint32_t row = 0; row < n; ++row) {
    for (uint32_t column = 0; column < n; ++column) c[row * n + column] = 0;
    for (uint32_t k = 0; k < n; ++k)
      for (uint32_t column = 0; column < n; ++column) c[row * n + column] += a[row * n + k] * b[k * n + column];
  }
}

/// The kernel with its threads as loops between its barriers.
__attribute__((noinline)) void multiply_tiles(const float* a, const float* b, float* c, uint32_t n) {
  constexpr uint32_t tile = 16;
  for (uint32_t top = 0; top < n; top += tile) {
    for (uint32_t left = 0; left < n; left += tile) {
      float sums[tile][tile] = {}, tile_a[tile][tile], tile_b[tile][tile];
      for (uint32_t at = 0; at < n; at += tile) {
        for (uint32_t y = 0; y < tile; ++y) {
          for (uint32_t x = 0; x < tile; ++x) {
            tile_a[y][x] = a[(top + y) * n + at + x];
            tile_b[y][x] = b[(at + y) * n + left + x];
          }
        }
        for (uint32_t y = 0; y < tile; ++y)
          for (uint32_t k = 0; k < tile; ++k)
            for (uint32_t x = 0; x < tile; ++x) sums[y][x] += tile_a[y][k] * tile_b[k][x];
      }
      for (uint32_t y = 0; y < tile; ++y) std::memcpy(c + (top + y) * n + left, sums[y], sizeof(sums[y]));
    }
  }
}

__attribute__((noinline)) void saxpy(float a, const float* x, float* y, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) y[i] += a * x[i];
}

float run(const char* job, uint32_t n, const std::vector<float>& from, std::vector<float>& to) {
  const float* in = from.data();
  if (std::strcmp(job, "reduce") == 0) return reduce(in, n);
  if (std::strcmp(job, "reduce-regrouped") == 0) return reduce_regrouped(in, n);
  if (std::strcmp(job, "scan") == 0) return scan(in, to.data(), n);
  if (std::strcmp(job, "saxpy") == 0) return saxpy(0.5f, in, to.data(), n), to[0];
  const auto multiply = std::strcmp(job, "multiply-tiles") == 0 ? multiply_tiles : multiply_rows;
  multiply(in, in, to.data(), n);
  return to[n + 1];
}

}  // namespace

int main() {
  char job[32];
  uint32_t n = 0, rounds = 0;
  while (std::scanf("%31s %u %u", job, &n, &rounds) == 3) {
    const bool is_square = std::strncmp(job, "multiply", 8) == 0;
    const size_t size = is_square ? static_cast<size_t>(n) * n : n;
    std::vector<float> from(size), to(size);
    for (size_t i = 0; i < size; ++i) from[i] = static_cast<float>(i % 7) / 8;
    float result = 0;
    const auto start = std::chrono::steady_clock::now();
    for (uint32_t round = 0; round < rounds; ++round) {
      result = run(job, n, from, to);
      next_round();
    }
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start);
    std::printf("%lld %.9g\n", static_cast<long long>(ns.count()), static_cast<double>(result));
    std::fflush(stdout);
  }
  return 0;
}
