// CUDA's arithmetic on the halfwords (…2) or bytes (…4) of a word, and its minima and maxima of several operands.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_math.h"

namespace ring::detail {
template <int bits>
struct lane;
template <>
struct lane<8> {
  using s = signed char;
  using u = unsigned char;
};
template <>
struct lane<16> {
  using s = short;
  using u = unsigned short;
};

/// `operation` of each pair of lanes, which it gets and gives as ints; the result is cut to the lane.
template <class Lane, class Operation>
inline unsigned each_lane(unsigned a, unsigned b, Operation operation) {
  constexpr int bits = sizeof(Lane) * 8;
  unsigned result = 0;
  for (int shift = 0; shift < 32; shift += bits) {
    const int value =
        operation(static_cast<int>(static_cast<Lane>(a >> shift)), static_cast<int>(static_cast<Lane>(b >> shift)));
    result |= (static_cast<unsigned>(value) & (0xffffffffu >> (32 - bits))) << shift;
  }
  return result;
}
template <class Lane>
inline int saturate_lane(int x) {
  constexpr bool is_signed = static_cast<Lane>(-1) < 0;
  constexpr int bits = sizeof(Lane) * 8, most = (1 << (bits - is_signed)) - 1, least = is_signed ? -most - 1 : 0;
  return x < least ? least : (x > most ? most : x);
}
inline int lane_distance(int a, int b) { return a > b ? a - b : b - a; }
inline int lane_max(int a, int b) { return a > b ? a : b; }
inline int lane_min(int a, int b) { return a < b ? a : b; }
template <class Lane>
inline unsigned lane_distances(unsigned a, unsigned b) {
  unsigned sum = 0;
  each_lane<Lane>(a, b, [&](int x, int y) { return sum += static_cast<unsigned>(lane_distance(x, y)), 0; });
  return sum;
}
}  // namespace ring::detail

#define RING_LANES(name_, lane_, expression_)                                                     \
  inline unsigned name_(unsigned a, unsigned b) {                                                 \
    return ::ring::detail::each_lane<lane_>(                                                      \
        a, b, []([[maybe_unused]] int x, [[maybe_unused]] int y) -> int { return expression_; }); \
  }
#define RING_LANES_OF_ONE(name_, lane_, expression_)                                              \
  inline unsigned name_(unsigned a) {                                                             \
    return ::ring::detail::each_lane<lane_>(a, 0, [](int x, int) -> int { return expression_; }); \
  }
#define RING_LANE_COMPARISON(name_, suffix_, lane_, operator_)      \
  RING_LANES(__vcmp##name_##suffix_, lane_, x operator_ y ? -1 : 0) \
  RING_LANES(__vset##name_##suffix_, lane_, x operator_ y ? 1 : 0)
#define RING_SIMD(n_, s_, u_)                                                                              \
  RING_LANES_OF_ONE(__vabs##n_, s_, x < 0 ? -x : x)                                                        \
  RING_LANES_OF_ONE(__vabsss##n_, s_, ::ring::detail::saturate_lane<s_>(x < 0 ? -x : x))                   \
  RING_LANES_OF_ONE(__vneg##n_, s_, -x)                                                                    \
  RING_LANES_OF_ONE(__vnegss##n_, s_, ::ring::detail::saturate_lane<s_>(-x))                               \
  RING_LANES(__vadd##n_, u_, x + y)                                                                        \
  RING_LANES(__vaddss##n_, s_, ::ring::detail::saturate_lane<s_>(x + y))                                   \
  RING_LANES(__vaddus##n_, u_, ::ring::detail::saturate_lane<u_>(x + y))                                   \
  RING_LANES(__vsub##n_, u_, x - y)                                                                        \
  RING_LANES(__vsubss##n_, s_, ::ring::detail::saturate_lane<s_>(x - y))                                   \
  RING_LANES(__vsubus##n_, u_, ::ring::detail::saturate_lane<u_>(x - y))                                   \
  RING_LANES(__vabsdiffs##n_, s_, ::ring::detail::lane_distance(x, y))                                     \
  RING_LANES(__vabsdiffu##n_, u_, ::ring::detail::lane_distance(x, y))                                     \
  /* Halves are rounded away from zero. */                                                                 \
  RING_LANES(__vavgs##n_, s_, (x + y + (x + y >= 0)) >> 1)                                                 \
  RING_LANES(__vavgu##n_, u_, (x + y + 1) >> 1)                                                            \
  RING_LANES(__vhaddu##n_, u_, (x + y) >> 1)                                                               \
  RING_LANES(__vmaxs##n_, s_, ::ring::detail::lane_max(x, y))                                              \
  RING_LANES(__vmaxu##n_, u_, ::ring::detail::lane_max(x, y))                                              \
  RING_LANES(__vmins##n_, s_, ::ring::detail::lane_min(x, y))                                              \
  RING_LANES(__vminu##n_, u_, ::ring::detail::lane_min(x, y))                                              \
  RING_LANE_COMPARISON(eq, n_, u_, ==)                                                                     \
  RING_LANE_COMPARISON(ne, n_, u_, !=)                                                                     \
  RING_LANE_COMPARISON(ges, n_, s_, >=)                                                                    \
  RING_LANE_COMPARISON(geu, n_, u_, >=)                                                                    \
  RING_LANE_COMPARISON(gts, n_, s_, >)                                                                     \
  RING_LANE_COMPARISON(gtu, n_, u_, >)                                                                     \
  RING_LANE_COMPARISON(les, n_, s_, <=)                                                                    \
  RING_LANE_COMPARISON(leu, n_, u_, <=)                                                                    \
  RING_LANE_COMPARISON(lts, n_, s_, <)                                                                     \
  RING_LANE_COMPARISON(ltu, n_, u_, <)                                                                     \
  inline unsigned __vsads##n_(unsigned a, unsigned b) { return ::ring::detail::lane_distances<s_>(a, b); } \
  inline unsigned __vsadu##n_(unsigned a, unsigned b) { return ::ring::detail::lane_distances<u_>(a, b); }
RING_SIMD(2, ::ring::detail::lane<16>::s, ::ring::detail::lane<16>::u)
RING_SIMD(4, ::ring::detail::lane<8>::s, ::ring::detail::lane<8>::u)
#undef RING_SIMD
#undef RING_LANE_COMPARISON
#undef RING_LANES_OF_ONE

// CUDA's instructions for dynamic programming (DPX). `relu` is a third operand, 0; sums wrap.
RING_LANES(__vimax_s16x2_relu, short, ::ring::detail::lane_max(::ring::detail::lane_max(x, y), 0))
RING_LANES(__vimin_s16x2_relu, short, ::ring::detail::lane_max(::ring::detail::lane_min(x, y), 0))
#undef RING_LANES
inline int __vimax_s32_relu(int a, int b) { return max(max(a, b), 0); }
inline int __vimin_s32_relu(int a, int b) { return max(min(a, b), 0); }

#define RING_DPX(name_, type_, suffix_, pick_, add_, relu_, relu_of_)                                                 \
  inline type_ __vi##name_##3_##suffix_##relu_(type_ a, type_ b, type_ c) { return relu_of_(pick_(pick_(a, b), c)); } \
  inline type_ __viadd##name_##_##suffix_##relu_(type_ a, type_ b, type_ c) { return relu_of_(pick_(add_(a, b), c)); }
namespace ring::detail {
inline int wrapping_sum(int a, int b) { return static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b)); }
inline unsigned wrapping_sum(unsigned a, unsigned b) { return a + b; }
inline int not_negative(int x) { return max(x, 0); }
inline unsigned lanes_not_negative(unsigned x) { return __vmaxs2(x, 0); }
}  // namespace ring::detail
RING_DPX(max, int, s32, max, ::ring::detail::wrapping_sum, , )
RING_DPX(min, int, s32, min, ::ring::detail::wrapping_sum, , )
RING_DPX(max, int, s32, max, ::ring::detail::wrapping_sum, _relu, ::ring::detail::not_negative)
RING_DPX(min, int, s32, min, ::ring::detail::wrapping_sum, _relu, ::ring::detail::not_negative)
RING_DPX(max, unsigned, u32, max, ::ring::detail::wrapping_sum, , )
RING_DPX(min, unsigned, u32, min, ::ring::detail::wrapping_sum, , )
RING_DPX(max, unsigned, s16x2, __vmaxs2, __vadd2, , )
RING_DPX(min, unsigned, s16x2, __vmins2, __vadd2, , )
RING_DPX(max, unsigned, s16x2, __vmaxs2, __vadd2, _relu, ::ring::detail::lanes_not_negative)
RING_DPX(min, unsigned, s16x2, __vmins2, __vadd2, _relu, ::ring::detail::lanes_not_negative)
RING_DPX(max, unsigned, u16x2, __vmaxu2, __vadd2, , )
RING_DPX(min, unsigned, u16x2, __vminu2, __vadd2, , )
#undef RING_DPX

// With whether the first operand was taken; it is where both are equal.
#define RING_DPX_PREDICATE(name_, type_, suffix_, operator_)                \
  inline type_ __vib##name_##_##suffix_(type_ a, type_ b, bool* is_first) { \
    return (*is_first = a operator_ b) ? a : b;                             \
  }
RING_DPX_PREDICATE(max, int, s32, >=)
RING_DPX_PREDICATE(min, int, s32, <=)
RING_DPX_PREDICATE(max, unsigned, u32, >=)
RING_DPX_PREDICATE(min, unsigned, u32, <=)
#undef RING_DPX_PREDICATE
#define RING_DPX_PREDICATES(name_, suffix_, pick_, compare_)                                                  \
  inline unsigned __vib##name_##_##suffix_(unsigned a, unsigned b, bool* is_first_high, bool* is_first_low) { \
    const unsigned is_first = compare_(a, b);                                                                 \
    *is_first_high = is_first >> 16 != 0;                                                                     \
    *is_first_low = (is_first & 0xffffu) != 0;                                                                \
    return pick_(a, b);                                                                                       \
  }
RING_DPX_PREDICATES(max, s16x2, __vmaxs2, __vcmpges2)
RING_DPX_PREDICATES(min, s16x2, __vmins2, __vcmples2)
RING_DPX_PREDICATES(max, u16x2, __vmaxu2, __vcmpgeu2)
RING_DPX_PREDICATES(min, u16x2, __vminu2, __vcmpleu2)
#undef RING_DPX_PREDICATES
