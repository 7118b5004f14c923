// CUDA's atomics, each with the types that CUDA gives it, returning the old value. All are sequentially consistent and
// seen by the whole program: what CUDA narrows by _block, or widens by _system, is one scope here.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

#include "cuda_vectors.h"

namespace ring::detail {
template <unsigned size>
struct word_of;
template <>
struct word_of<2> {
  using type = unsigned short;
};
template <>
struct word_of<4> {
  using type = unsigned;
};
template <>
struct word_of<8> {
  using type = unsigned long long;
};

/// For what WebAssembly has no instruction for.
template <class T, class Change>
inline T atomic_update(T* p, Change change) {
  using word = typename word_of<sizeof(T)>::type;
  auto* bits = reinterpret_cast<word*>(p);
  word old = __atomic_load_n(bits, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(bits, &old, __builtin_bit_cast(word, change(__builtin_bit_cast(T, old))), false,
                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return __builtin_bit_cast(T, old);
}
template <class T>
inline T atomic_swap_if(T* p, T expected, T value) {
  __atomic_compare_exchange_n(p, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
}  // namespace ring::detail

#define RING_ATOMIC_IN_SCOPE(name_, type_, operation_) \
  inline type_ name_(type_* p, type_ v) { return operation_; }
#define RING_ATOMIC(name_, type_, operation_)            \
  RING_ATOMIC_IN_SCOPE(name_, type_, operation_)         \
  RING_ATOMIC_IN_SCOPE(name_##_block, type_, operation_) \
  RING_ATOMIC_IN_SCOPE(name_##_system, type_, operation_)

#define RING_ATOMIC_BITS(type_)                                             \
  RING_ATOMIC(atomicMin, type_, __atomic_fetch_min(p, v, __ATOMIC_SEQ_CST)) \
  RING_ATOMIC(atomicMax, type_, __atomic_fetch_max(p, v, __ATOMIC_SEQ_CST)) \
  RING_ATOMIC(atomicAnd, type_, __atomic_fetch_and(p, v, __ATOMIC_SEQ_CST)) \
  RING_ATOMIC(atomicOr, type_, __atomic_fetch_or(p, v, __ATOMIC_SEQ_CST))   \
  RING_ATOMIC(atomicXor, type_, __atomic_fetch_xor(p, v, __ATOMIC_SEQ_CST))
#define RING_ATOMIC_ADD(type_)                                              \
  RING_ATOMIC(atomicAdd, type_, __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST)) \
  RING_ATOMIC(atomicExch, type_, __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST))
RING_ATOMIC_BITS(int)
RING_ATOMIC_BITS(unsigned)
RING_ATOMIC_BITS(long long)
RING_ATOMIC_BITS(unsigned long long)
RING_ATOMIC_ADD(int)
RING_ATOMIC_ADD(unsigned)
RING_ATOMIC_ADD(unsigned long long)
RING_ATOMIC(atomicSub, int, __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST))
RING_ATOMIC(atomicSub, unsigned, __atomic_fetch_sub(p, v, __ATOMIC_SEQ_CST))
#undef RING_ATOMIC_ADD
#undef RING_ATOMIC_BITS

// Up to v, then from 0 again; and down to 0, then from v again.
RING_ATOMIC(atomicInc, unsigned, ::ring::detail::atomic_update(p, [v](unsigned old) { return old >= v ? 0 : old + 1; }))
RING_ATOMIC(atomicDec, unsigned,
            ::ring::detail::atomic_update(p, [v](unsigned old) { return old == 0 || old > v ? v : old - 1; }))
RING_ATOMIC(atomicAdd, float, ::ring::detail::atomic_update(p, [v](float old) { return old + v; }))
RING_ATOMIC(atomicAdd, double, ::ring::detail::atomic_update(p, [v](double old) { return old + v; }))
RING_ATOMIC(atomicExch, float, ::ring::detail::atomic_update(p, [v](float) { return v; }))

// Of vectors each component is atomic, and not the whole.
RING_ATOMIC(atomicAdd, float2, (float2{atomicAdd(&p->x, v.x), atomicAdd(&p->y, v.y)}))
RING_ATOMIC(atomicAdd, float4,
            (float4{atomicAdd(&p->x, v.x), atomicAdd(&p->y, v.y), atomicAdd(&p->z, v.z), atomicAdd(&p->w, v.w)}))
#undef RING_ATOMIC
#undef RING_ATOMIC_IN_SCOPE

#define RING_ATOMIC_CAS_IN_SCOPE(name_, type_)                    \
  inline type_ name_(type_* p, type_ expected, type_ v) {         \
    return ::ring::detail::atomic_swap_if<type_>(p, expected, v); \
  }
#define RING_ATOMIC_CAS(type_)                     \
  RING_ATOMIC_CAS_IN_SCOPE(atomicCAS, type_)       \
  RING_ATOMIC_CAS_IN_SCOPE(atomicCAS_block, type_) \
  RING_ATOMIC_CAS_IN_SCOPE(atomicCAS_system, type_)
RING_ATOMIC_CAS(int)
RING_ATOMIC_CAS(unsigned)
RING_ATOMIC_CAS(unsigned long long)
RING_ATOMIC_CAS(unsigned short)
#undef RING_ATOMIC_CAS
#undef RING_ATOMIC_CAS_IN_SCOPE

// What CUDA has not, although the machine could: a program that used it would compile here and nowhere else.
#define RING_NO_ATOMIC_IN_SCOPE(name_, type_, text_, instead_) \
  RING_UNAVAILABLE("CUDA has no " #name_ " of " text_ ": " instead_) type_ name_(type_*, type_);
#define RING_NO_ATOMIC(name_, type_, text_, instead_)            \
  RING_NO_ATOMIC_IN_SCOPE(name_, type_, text_, instead_)         \
  RING_NO_ATOMIC_IN_SCOPE(name_##_block, type_, text_, instead_) \
  RING_NO_ATOMIC_IN_SCOPE(name_##_system, type_, text_, instead_)
#define RING_LOOP "use atomicCAS in a loop on its bits"
RING_NO_ATOMIC(atomicMin, float, "float", RING_LOOP)
RING_NO_ATOMIC(atomicMax, float, "float", RING_LOOP)
RING_NO_ATOMIC(atomicSub, float, "float", "use atomicAdd of the negative")
RING_NO_ATOMIC(atomicMin, double, "double", RING_LOOP)
RING_NO_ATOMIC(atomicMax, double, "double", RING_LOOP)
RING_NO_ATOMIC(atomicSub, double, "double", "use atomicAdd of the negative")
RING_NO_ATOMIC(atomicExch, double, "double", "use it on the bits, as unsigned long long")
RING_NO_ATOMIC(atomicAdd, long long, "long long", "use it on unsigned long long")
RING_NO_ATOMIC(atomicExch, long long, "long long", "use it on unsigned long long")
RING_NO_ATOMIC(atomicSub, long long, "long long", "use atomicAdd of the negative, on unsigned long long")
RING_NO_ATOMIC(atomicSub, unsigned long long, "unsigned long long", "use atomicAdd of the negative")
#undef RING_LOOP
#undef RING_NO_ATOMIC
#undef RING_NO_ATOMIC_IN_SCOPE
#define RING_NO_ATOMIC_CAS(name_, type_, text_)                                                                       \
  RING_UNAVAILABLE("CUDA has no " #name_ " of " text_ ": use it on their bits, as the unsigned integer of that size") \
  type_ name_(type_*, type_, type_);
RING_NO_ATOMIC_CAS(atomicCAS, long long, "long long")
RING_NO_ATOMIC_CAS(atomicCAS, float, "float")
RING_NO_ATOMIC_CAS(atomicCAS, double, "double")
#undef RING_NO_ATOMIC_CAS
