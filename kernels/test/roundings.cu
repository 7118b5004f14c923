// Arithmetic of float and double with a rounding in its name, over whole buffers, to compare each bit.
#include <ring_kernel.cuh>

enum class Operation : uint8_t { add, sub, mul, div, rcp, root, fma };
struct Doubles {
  Operation operation;
  ring::buffer<double> a, b, c;
  ring::buffer<double> results;
};
struct Floats {
  Operation operation;
  ring::buffer<float> a, b, c;
  ring::buffer<float> results;
};
struct Done {};

#define ALL(call, ...) {call##_rn(__VA_ARGS__), call##_rd(__VA_ARGS__), call##_ru(__VA_ARGS__), call##_rz(__VA_ARGS__)}
#define APPLY(T, add_, sub_, mul_, div_, rcp_, root_, fma_)                                     \
  __device__ void apply(Operation operation, T a, T b, T c, T(&results)[4]) {                   \
    const auto give = [&results](const T(&found)[4]) { memcpy(results, found, sizeof found); }; \
    switch (operation) {                                                                        \
      case Operation::add:                                                                      \
        return give(ALL(add_, a, b));                                                           \
      case Operation::sub:                                                                      \
        return give(ALL(sub_, a, b));                                                           \
      case Operation::mul:                                                                      \
        return give(ALL(mul_, a, b));                                                           \
      case Operation::div:                                                                      \
        return give(ALL(div_, a, b));                                                           \
      case Operation::rcp:                                                                      \
        return give(ALL(rcp_, a));                                                              \
      case Operation::root:                                                                     \
        return give(ALL(root_, a));                                                             \
      case Operation::fma:                                                                      \
        return give(ALL(fma_, a, b, c));                                                        \
    }                                                                                           \
  }
APPLY(double, __dadd, __dsub, __dmul, __ddiv, __drcp, __dsqrt, __fma)
APPLY(float, __fadd, __fsub, __fmul, __fdiv, __frcp, __fsqrt, __fmaf)

template <class T, class M>
__device__ void run(const M& msg) {
  const auto a = msg.a.read(), b = msg.b.read(), c = msg.c.read();
  auto results = msg.results.write();
  for (uint32_t i = 0; i < a.size(); ++i) {
    T found[4];
    apply(msg.operation, a[i], b[i], c[i], found);
    for (uint32_t j = 0; j < 4; ++j) results[4 * i + j] = found[j];
  }
}

__device__ bool is_same(float2 pair, float x, float y) {
  const auto match = [](float a, float b) { return __float_as_uint(a) == __float_as_uint(b) || (a != a && b != b); };
  return match(pair.x, x) && match(pair.y, y);
}
#define PAIRS_AGREE(suffix)                                                                       \
  assert(is_same(__fadd2_##suffix(x, y), __fadd_##suffix(a, b), __fadd_##suffix(b, c)));          \
  assert(is_same(__fmul2_##suffix(x, y), __fmul_##suffix(a, b), __fmul_##suffix(b, c)));          \
  assert(is_same(__ffma2_##suffix(x, y, z), __fmaf_##suffix(a, b, c), __fmaf_##suffix(b, c, a))); \
  assert(is_same(make_float2(__fmaf_ieee_##suffix(a, b, c), 0), __fmaf_##suffix(a, b, c), 0));
/// Forms of float2 are two of float.
__device__ void expect_pairs_to_agree(float a, float b, float c) {
  const float2 x = make_float2(a, b), y = make_float2(b, c), z = make_float2(c, a);
  PAIRS_AGREE(rn) PAIRS_AGREE(rd) PAIRS_AGREE(ru) PAIRS_AGREE(rz)
}

RING_KERNEL(roundings);
RING_ON(roundings, Doubles) {
  run<double>(msg);
  ctx.reply(Done{});
}
RING_ON(roundings, Floats) {
  run<float>(msg);
  for (uint32_t i = 0; i < msg.a.size(); ++i) expect_pairs_to_agree(msg.a[i], msg.b[i], msg.c[i]);
  ctx.reply(Done{});
}
