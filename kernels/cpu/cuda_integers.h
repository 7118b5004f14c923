// CUDA's functions on integers and their bits.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "cuda_builtins.h"

inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __clzll(long long x) { return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline unsigned __brev(unsigned x) { return __builtin_bitreverse32(x); }
inline unsigned long long __brevll(unsigned long long x) { return __builtin_bitreverse64(x); }
inline int __mulhi(int a, int b) { return static_cast<int>((static_cast<long long>(a) * b) >> 32); }
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<unsigned long long>(a) * b) >> 32);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
inline unsigned __funnelshift_l(unsigned lo, unsigned hi, unsigned shift) {
  return static_cast<unsigned>(((static_cast<unsigned long long>(hi) << 32 | lo) << (shift & 31)) >> 32);
}
inline unsigned __funnelshift_r(unsigned lo, unsigned hi, unsigned shift) {
  return static_cast<unsigned>((static_cast<unsigned long long>(hi) << 32 | lo) >> (shift & 31));
}
/// With the shift clamped at 32 instead of taken modulo 32.
inline unsigned __funnelshift_lc(unsigned lo, unsigned hi, unsigned shift) {
  return shift >= 32 ? lo : __funnelshift_l(lo, hi, shift);
}
inline unsigned __funnelshift_rc(unsigned lo, unsigned hi, unsigned shift) {
  return shift >= 32 ? hi : __funnelshift_r(lo, hi, shift);
}
inline long long __mul64hi(long long a, long long b) {
  return static_cast<long long>((static_cast<__int128>(a) * b) >> 64);
}
/// The low 32 bits of the product of the low 24 bits, which are signed.
inline int __mul24(int a, int b) {
  const auto low = [](int x) { return static_cast<long long>(static_cast<int>(static_cast<unsigned>(x) << 8) >> 8); };
  return static_cast<int>(low(a) * low(b));
}
inline unsigned __umul24(unsigned a, unsigned b) { return (a & 0xffffffu) * (b & 0xffffffu); }
/// |a - b| + sum
inline unsigned __usad(unsigned a, unsigned b, unsigned sum) { return (a > b ? a - b : b - a) + sum; }
inline unsigned __sad(int a, int b, unsigned sum) {
  const unsigned difference = static_cast<unsigned>(a) - static_cast<unsigned>(b);
  return (a > b ? difference : 0 - difference) + sum;
}
/// (a + b) / 2, with the sum in 33 bits; `r` rounds up.
inline int __hadd(int a, int b) { return static_cast<int>((static_cast<long long>(a) + b) >> 1); }
inline int __rhadd(int a, int b) { return static_cast<int>((static_cast<long long>(a) + b + 1) >> 1); }
inline unsigned __uhadd(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<unsigned long long>(a) + b) >> 1);
}
inline unsigned __urhadd(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<unsigned long long>(a) + b + 1) >> 1);
}
inline unsigned short __nv_bswap16(unsigned short x) { return __builtin_bswap16(x); }
inline unsigned __nv_bswap32(unsigned x) { return __builtin_bswap32(x); }
inline unsigned long long __nv_bswap64(unsigned long long x) { return __builtin_bswap64(x); }
/// The place of the `offset`th bit that is set, counted from `base` on: up from 1, down from -1, or `base` itself for
/// 0.
inline unsigned __fns(unsigned mask, unsigned base, int offset) {
  const int step = offset < 0 ? -1 : 1;
  int left = offset == 0 ? 1 : offset * step;
  for (int at = static_cast<int>(base); at >= 0 && at < 32; at += step) {
    if ((mask >> at & 1) != 0 && --left == 0) return static_cast<unsigned>(at);
    if (offset == 0) break;
  }
  return 0xffffffffu;
}
/// Four bytes of the eight of `y` (high) and `x` (low), each chosen by three bits of a nibble of `selectors`.
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selectors) {
  const unsigned long long bytes = static_cast<unsigned long long>(y) << 32 | x;
  unsigned result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned selector = (selectors >> (4 * i)) & 7;
    result |= static_cast<unsigned>((bytes >> (8 * selector)) & 255) << (8 * i);
  }
  return result;
}

// Dot products of the bytes, or the halves, of words, added to `sum` without saturation.
#define RING_DOT_PRODUCTS(sum_, byte_, half_, bytes_, halves_)                                                       \
  inline sum_ __dp4a(sum_ a, sum_ b, sum_ sum) {                                                                     \
    unsigned result = static_cast<unsigned>(sum);                                                                    \
    for (int i = 0; i < 4; ++i)                                                                                      \
      result += static_cast<unsigned>(static_cast<byte_>(a >> (8 * i)) * static_cast<byte_>(b >> (8 * i)));          \
    return static_cast<sum_>(result);                                                                                \
  }                                                                                                                  \
  inline sum_ __dp2a_lo(sum_ a, sum_ b, sum_ sum) {                                                                  \
    const auto low = static_cast<sum_>(static_cast<half_>(a)) * static_cast<byte_>(b);                               \
    const auto high = static_cast<sum_>(static_cast<half_>(a >> 16)) * static_cast<byte_>(b >> 8);                   \
    return static_cast<sum_>(static_cast<unsigned>(sum) + static_cast<unsigned>(low) + static_cast<unsigned>(high)); \
  }                                                                                                                  \
  inline sum_ __dp2a_hi(sum_ a, sum_ b, sum_ sum) { return __dp2a_lo(a, b >> 16, sum); }                             \
  inline sum_ __dp4a(bytes_ a, bytes_ b, sum_ sum) {                                                                 \
    return __dp4a(__builtin_bit_cast(sum_, a), __builtin_bit_cast(sum_, b), sum);                                    \
  }                                                                                                                  \
  inline sum_ __dp2a_lo(halves_ a, bytes_ b, sum_ sum) {                                                             \
    return __dp2a_lo(__builtin_bit_cast(sum_, a), __builtin_bit_cast(sum_, b), sum);                                 \
  }                                                                                                                  \
  inline sum_ __dp2a_hi(halves_ a, bytes_ b, sum_ sum) {                                                             \
    return __dp2a_hi(__builtin_bit_cast(sum_, a), __builtin_bit_cast(sum_, b), sum);                                 \
  }
RING_DOT_PRODUCTS(int, signed char, short, char4, short2)
RING_DOT_PRODUCTS(unsigned, unsigned char, unsigned short, uchar4, ushort2)
#undef RING_DOT_PRODUCTS
