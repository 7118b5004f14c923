// SIMD in a word, dynamic programming and bit intrinsics over a buffer of operands, to compare each result.
#include <ring_kernel.cuh>

struct Run {
  ring::buffer<uint32_t> a, b, c, results;
};
struct Done {
  uint32_t count;
};

#define BOTH(name) name##2(a, b), name##4(a, b),
#define COMPARE(name) BOTH(__vcmp##name) BOTH(__vset##name)
// clang-format off
#define WORDS                                                                                                          \
  __vabs2(a), __vabs4(a), __vabsss2(a), __vabsss4(a), __vneg2(a), __vneg4(a), __vnegss2(a), __vnegss4(a),              \
  BOTH(__vadd) BOTH(__vaddss) BOTH(__vaddus) BOTH(__vsub) BOTH(__vsubss) BOTH(__vsubus) BOTH(__vabsdiffs)              \
  BOTH(__vabsdiffu) BOTH(__vavgs) BOTH(__vavgu) BOTH(__vhaddu) BOTH(__vmaxs) BOTH(__vmaxu) BOTH(__vmins)               \
  BOTH(__vminu) BOTH(__vsads) BOTH(__vsadu)                                                                            \
  COMPARE(eq) COMPARE(ne) COMPARE(ges) COMPARE(geu) COMPARE(gts) COMPARE(gtu) COMPARE(les) COMPARE(leu) COMPARE(lts)   \
  COMPARE(ltu)                                                                                                         \
  __vimax_s16x2_relu(a, b), __vimin_s16x2_relu(a, b), __vimax3_s16x2(a, b, c), __vimin3_u16x2(a, b, c),                \
  __vimax3_s16x2_relu(a, b, c), __viaddmax_s16x2(a, b, c), __viaddmin_u16x2(a, b, c), __viaddmin_s16x2_relu(a, b, c),  \
  word(__vimax_s32_relu(a, b)), word(__vimin_s32_relu(a, b)), word(__vimax3_s32(a, b, c)),                             \
  word(__vimin3_s32_relu(a, b, c)), __vimax3_u32(a, b, c), __vimin3_u32(a, b, c), word(__viaddmax_s32(a, b, c)),       \
  word(__viaddmin_s32_relu(a, b, c)), __viaddmax_u32(a, b, c), __viaddmin_u32(a, b, c),                                \
  picked(a, b), __nv_bswap32(a), word(__nv_bswap16(a)), __fns(a, b % 32, static_cast<int>(c % 9) - 4)
// clang-format on

__device__ uint32_t word(int x) { return static_cast<uint32_t>(x); }
/// Whether the first operand was taken, as bits.
__device__ uint32_t picked(uint32_t a, uint32_t b) {
  bool found[12];
  const int x = static_cast<int>(a), y = static_cast<int>(b);
  bool is_right = __vibmax_s32(x, y, &found[0]) == max(x, y) && __vibmin_s32(x, y, &found[1]) == min(x, y);
  is_right &= __vibmax_u32(a, b, &found[2]) == max(a, b) && __vibmin_u32(a, b, &found[3]) == min(a, b);
  is_right &= __vibmax_s16x2(a, b, &found[4], &found[5]) == __vmaxs2(a, b);
  is_right &= __vibmin_s16x2(a, b, &found[6], &found[7]) == __vmins2(a, b);
  is_right &= __vibmax_u16x2(a, b, &found[8], &found[9]) == __vmaxu2(a, b);
  is_right &= __vibmin_u16x2(a, b, &found[10], &found[11]) == __vminu2(a, b);
  uint32_t bits = is_right ? 0u : 1u << 31;
  for (int i = 0; i < 12; ++i) bits |= found[i] ? 1u << i : 0u;
  return bits;
}

RING_KERNEL(simd);
RING_ON(simd, Run) {
  const auto as = msg.a.read(), bs = msg.b.read(), cs = msg.c.read();
  auto results = msg.results.write();
  uint32_t next = 0;
  for (uint32_t i = 0; i < as.size(); ++i) {
    const uint32_t a = as[i], b = bs[i], c = cs[i];
    const uint32_t found[] = {WORDS};
    for (const uint32_t result : found) results[next++] = result;
  }
  ctx.reply(Done{next});
}
